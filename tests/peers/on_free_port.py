"""Runs a program that has a port written into it on another one: `on_free_port.py PROGRAM.py [ARGUMENTS]…`.

LESSON_PORTS says what each written port is here, as in `8888=41234,8889=0`. One that is 0 is chosen by the system when the
program binds it; a line on standard error then says `8888 is 41235`, as soon as others can connect.
"""

import os
import runpy
import socket
import sys

Original = socket.socket
PORTS = {int(written): int(here) for written, here in (pair.split("=") for pair in os.environ["LESSON_PORTS"].split(","))}


def moved(address):
    """The same address, with the port that it has here."""
    if isinstance(address, tuple) and address[1] in PORTS:
        return (address[0], PORTS[address[1]], *address[2:])
    return address


class Moved(Original):
    """A socket whose addresses have the ports of the program, though the system's are others."""

    __slots__ = ("_written",)

    def bind(self, address):
        super().bind(moved(address))
        self._written = address[1]
        if self.type == socket.SOCK_DGRAM:
            self._tell()

    def listen(self, *backlog):
        super().listen(*backlog)
        self._tell()

    def connect(self, address):
        return super().connect(moved(address))

    def connect_ex(self, address):
        return super().connect_ex(moved(address))

    def sendto(self, data, *rest):
        return super().sendto(data, *rest[:-1], moved(rest[-1]))

    def _tell(self):
        here = self.getsockname()[1]
        if PORTS.get(self._written) == 0:
            PORTS[self._written] = here
            print(f"{self._written} is {here}", file=sys.stderr, flush=True)


socket.socket = Moved
del sys.argv[0]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
runpy.run_path(sys.argv[0], run_name="__main__")
