"""Starts sockeye and its peers as processes, listens to their events with deadlines, and ends them by their pid.

Nothing here sleeps to synchronise: whoever waits, waits for an event, a line, a byte or an end, and gives up loudly.
"""

import ast
import base64
import collections
import fcntl
import functools
import json
import os
import re
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unicodedata
import unittest
import unittest.mock
from pathlib import Path

import schema

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "tests" / "peers"
#: Seconds any single wait may take; generous, since a loaded machine is no defect of the program under test.
PATIENCE = 15.0
#: In which language every program speaks, unless a test says otherwise.
os.environ.setdefault("SOCKEYE_LANG", "en")


def in_english(test):
    """Hold sentences to their English words, whatever language the tests are run in."""

    @functools.wraps(test)
    def run(self):
        with unittest.mock.patch.dict(os.environ, SOCKEYE_LANG="en"):
            test(self)

    return run


def binary():
    """The sockeye under test: `SOCKEYE_BIN`, else the release build, else the debug build of this checkout."""
    named = os.environ.get("SOCKEYE_BIN")
    if named:
        return str(Path(named).resolve())
    for profile in ("release", "debug"):
        built = ROOT / "target" / profile / "sockeye"
        if built.exists():
            return str(built)
    raise FileNotFoundError("no sockeye found: build it with `cargo build --release`, or set SOCKEYE_BIN")


def raise_descriptor_limit():
    """Let this process hold as many sockets as its hard limit allows, and say how many that is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Inbox:
    """What one file descriptor has said so far, gathered by a thread so that nobody blocks on it."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._data = bytearray()
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._gather, daemon=True)
        self._thread.start()

    def _gather(self):
        while True:
            try:
                chunk = os.read(self._descriptor, 1 << 16)
            except OSError:  # a pseudo-terminal whose other side is gone says EIO
                chunk = b""
            with self._changed:
                self._data += chunk
                self._ended = not chunk
                self._changed.notify_all()
            if not chunk:
                return

    def bytes(self, start=0):
        """Everything from `start` on that has arrived."""
        with self._changed:
            return bytes(self._data[start:])

    def wait(self, found, start=0, timeout=PATIENCE):
        """The first true `found(bytes from start)`; `None` at the end of input; `TimeoutError` after `timeout`."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                answer = found(bytes(self._data[start:]))
                if answer:
                    return answer
                if self._ended:
                    return None
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"nothing fitting came in {timeout} s, only: {bytes(self._data[-2000:])!r}")
                self._changed.wait(left)

    def drained(self, timeout=PATIENCE):
        """Everything, once the other side has closed."""
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"still open after {timeout} s: {self.bytes()[-2000:]!r}")
        return self.bytes()


class Process:
    """A started program with its streams gathered."""

    def __init__(self, command, stdin=subprocess.PIPE, env=None, **options):
        surroundings = {**os.environ, "NO_COLOR": "1", **(env or {})}
        self.process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env=surroundings, **options
        )
        self.pid = self.process.pid
        self.stdout = Inbox(self.process.stdout.fileno())
        self.stderr = Inbox(self.process.stderr.fileno())

    def write(self, data):
        """Type `data` on its standard input."""
        rest = memoryview(data)
        while rest:
            rest = rest[self.process.stdin.write(rest) :]

    def end_input(self):
        """Close its standard input."""
        self.process.stdin.close()

    def running(self):
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def finish(self, timeout=PATIENCE):
        """Its exit code, once it ends by itself."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(
                f"still running after {timeout} s; stdout {self.stdout.bytes()[-500:]!r}, "
                f"stderr {self.stderr.bytes()[-500:]!r}"
            ) from None

    def stop(self, how=signal.SIGTERM, timeout=PATIENCE):
        """Its exit code, once `how` has ended it."""
        self.process.send_signal(how)
        return self.finish(timeout)

    def discard(self):
        """End it whatever state it is in, and let go of its streams."""
        if self.running():
            self.process.kill()
        self.process.wait()
        for inbox in (self.stdout, self.stderr):
            inbox.drained()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()


class Peer(Process):
    """One of the Python programs in `tests/peers`."""

    def __init__(self, name, *arguments):
        super().__init__([sys.executable, str(PEERS / f"{name}.py"), *map(str, arguments)])
        self._shown = 0

    def port(self):
        """The port a server peer says it listens on."""
        return int(self.line().split()[1])

    def line(self, timeout=PATIENCE):
        """The next line it prints."""
        line = self.stdout.wait(lambda data: re.match(rb"[^\n]*\n", data), self._shown, timeout)
        if line is None:
            raise EOFError(f"the peer ended: {self.stderr.drained().decode()}")
        self._shown += line.end()
        return line.group().decode().rstrip("\n")

    def got(self):
        """The bytes it received next."""
        return ast.literal_eval(self.line())

    def sent(self):
        """The bytes it says it sent next."""
        word, literal = self.line().split(" ", 1)
        if word != "sent":
            raise ValueError(f"expected `sent`, the peer said {word}")
        return ast.literal_eval(literal)


def limited(limit, command):
    """The command line of a program under a limit, in the words of the shell's `ulimit`."""
    return ["sh", "-c", f'ulimit {limit} && exec "$0" "$@"', *command]


class Sockeye(Process):
    """sockeye itself; with `--json` among its arguments its events can be read one by one."""

    def __init__(self, *arguments, stdin=subprocess.PIPE, env=None, descriptors=None, memory=None, under=()):
        command = [*map(str, under), binary(), *map(str, arguments)]
        if descriptors:
            command = limited(f"-n {descriptors}", command)
        if memory:
            command = limited(f"-d {memory // 1024}", command)
        super().__init__(command, stdin=stdin, env=env)
        self._speaks_json = "--json" in map(str, arguments)
        self._read = 0
        self._waiting = collections.deque()

    def next_event(self, timeout=PATIENCE):
        """The next event on stdout, or `None` when there are no more."""
        if not self._waiting:
            end = self.stdout.wait(lambda data: data.rfind(b"\n") + 1, self._read, timeout)
            if end is None:
                return None
            self._waiting.extend(self.stdout.bytes(self._read)[:end].splitlines())
            self._read += end
        return json.loads(self._waiting.popleft())

    def event(self, kind, timeout=PATIENCE, **fields):
        """The next event of this `type` with these fields; those before it are passed over."""
        deadline = time.monotonic() + timeout
        while True:
            event = self.next_event(max(0.0, deadline - time.monotonic()))
            if event is None:
                raise EOFError(f"no event {kind}: stderr {self.stderr.drained().decode(errors='replace')}")
            if event["type"] == kind and all(event.get(key) == value for key, value in fields.items()):
                return event

    def events(self):
        """Every event of a run that has ended."""
        return [json.loads(line) for line in self.stdout.drained().splitlines()]

    def discard(self):
        """End it, and hold every line that it wrote for programs to the schema."""
        super().discard()
        if self._speaks_json:
            _hold_to_schema(self.stdout.bytes())

    def address(self):
        """Host and port of the next `listening` event."""
        return _host_and_port(self.event("listening"))

    def summary(self):
        """The last event, which counts everything."""
        last = self.events()[-1]
        if last["type"] != "summary":
            raise AssertionError(f"the last event is {last}")
        return last


def _host_and_port(listening):
    host, port = re.search(r"://\[?(.*?)\]?:(\d+)(?:$|[/?])", listening["addr"]).groups()
    return host, int(port)


#: Lines of one shape that are looked at in one run: of a million alike the first ones will do.
LINES_OF_A_SHAPE = 50


def _hold_to_schema(output):
    seen = collections.Counter()
    known = schema.of(binary())
    for line in output.split(b"\n")[:20_000]:
        # The last one may have been cut by a kill.
        if not line or len(line) > 1 << 20 or not line.endswith(b"}"):
            continue
        event = json.loads(line)
        shape = (schema.name_of(event), *event)
        seen[shape] += 1
        if seen[shape] <= LINES_OF_A_SHAPE and (wrong := schema.mistakes(event, known)):
            raise AssertionError(f"{line.decode()}: {'; '.join(wrong)}")


def payload(event):
    """The bytes a `recv` or `sent` event carries."""
    if "b64" in event:
        return base64.b64decode(event["b64"])
    return event["text"].encode("utf-8")


class Screen:
    """As much of a terminal as the prompt's redrawing needs: it shows what a person would see."""

    SEQUENCE = re.compile(rb"\x1b\[([0-9;?]*)([A-Za-z])")

    def __init__(self, columns):
        self._columns = columns
        self._rows = [[]]
        self._row = 0
        self._column = 0

    def feed(self, data):
        """Take in what was written to the terminal."""
        position = 0
        while position < len(data):
            sequence = self.SEQUENCE.match(data, position)
            if sequence:
                self._command(sequence.group(1), sequence.group(2))
                position = sequence.end()
                continue
            length = _character_length(data[position])
            self._character(data[position : position + length].decode("utf-8", "replace"))
            position += length
        return self

    def lines(self):
        """The rows, without trailing blanks."""
        return ["".join(row).rstrip() for row in self._rows]

    def _command(self, number, letter):
        count = int(number) if number.isdigit() else 0
        if letter == b"A":
            self._row = max(0, self._row - max(count, 1))
        elif letter == b"B":
            self._down(max(count, 1))
        elif letter == b"C":
            self._column += max(count, 1)
        elif letter == b"D":
            self._column = max(0, self._column - max(count, 1))
        elif letter == b"G":
            self._column = max(count, 1) - 1
        elif letter == b"K":
            self._erase_line(count)
        elif letter == b"J":
            self._erase_line(0)
            del self._rows[self._row + 1 :]

    def _erase_line(self, part):
        row = self._rows[self._row]
        if part == 2:
            row.clear()
        elif part == 1:
            row[: self._column] = " " * min(self._column, len(row))
        else:
            del row[self._column :]

    def _character(self, character):
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._down(1)
        elif character == "\b":
            self._column = max(0, self._column - 1)
        elif character >= " ":
            self._put(character, 2 if _is_wide(character) else 1)

    def _put(self, character, width):
        if self._column + width > self._columns:
            self._column = 0
            self._down(1)
        row = self._rows[self._row]
        row.extend(" " * (self._column + width - len(row)))
        row[self._column] = character
        row[self._column + 1 : self._column + width] = [""] * (width - 1)
        self._column += width

    def _down(self, count):
        self._row += count
        while self._row >= len(self._rows):
            self._rows.append([])


def _character_length(first):
    if first < 0xC0:
        return 1
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _is_wide(character):
    return unicodedata.east_asian_width(character) in "WF"


class Terminal:
    """sockeye on a pseudo-terminal of its own, as a person has it; with `instead`, another program."""

    #: Makes the pseudo-terminal the controlling one before the program takes the process over. Tests that run in the
    #: background of a shell have inherited an ignored SIGINT; nobody's Ctrl-C is ignored at a terminal.
    TAKE_OVER = (
        "import fcntl, os, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        "signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    )

    def __init__(self, *arguments, columns=100, rows=40, colour=False, instead=None, env=None, folder=None):
        self._columns = columns
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CLICOLOR_FORCE")}
        self._home = tempfile.TemporaryDirectory()
        surroundings = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": self._home.name}
        environment.update({**surroundings, **(env or {})})
        if not colour:
            environment["NO_COLOR"] = "1"
        command = [sys.executable, "-c", self.TAKE_OVER, *(instead or [binary()]), *map(str, arguments)]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder, start_new_session=True
        )
        os.close(slave)
        self.pid = self.process.pid
        self.output = Inbox(self._master)
        self._mark = 0

    def type(self, text):
        """Press these keys."""
        os.write(self._master, text if isinstance(text, bytes) else text.encode("utf-8"))

    def enter(self, text):
        """Type a line and press Enter."""
        self.type(text + "\r")

    def read_until(self, pattern, timeout=PATIENCE):
        """The match of `pattern` in what was written since the last match."""
        expression = re.compile(pattern if isinstance(pattern, bytes) else pattern.encode("utf-8"), re.DOTALL)
        match = self.output.wait(expression.search, self._mark, timeout)
        if match is None:
            raise EOFError(f"sockeye ended before {pattern!r}: {self.output.bytes()[-2000:]!r}")
        self._mark += match.end()
        return match

    def wait_for_screen(self, shows, timeout=PATIENCE):
        """The lines on the screen, as soon as `shows(lines)` is true of them."""

        def look(data):
            lines = Screen(self._columns).feed(data).lines()
            return lines if shows(lines) else None

        lines = self.output.wait(look, 0, timeout)
        if lines is None:
            raise EOFError(f"sockeye ended first: {self.output.bytes()[-2000:]!r}")
        return lines

    def port(self):
        """The port a listener's banner names, once its console takes keys."""
        port = int(self.read_until(r"(?:127\.0\.0\.1|\[::1\]):(\d+)").group(1))
        self.wait_for_prompt()
        return port

    def wait_for_prompt(self, timeout=PATIENCE):
        """Wait until sockeye itself echoes what is typed, and the kernel no longer does."""
        # The first prompt is written after the terminal was taken over.
        if self.output.wait(re.compile(rb"\x1b\[K> ").search, 0, timeout) is None:
            raise EOFError(f"sockeye ended before its prompt: {self.output.bytes()[-2000:]!r}")

    def is_cooked(self):
        """Whether the kernel echoes and edits lines again."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def finish(self, timeout=PATIENCE):
        """Its exit code, once it ends by itself."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"still running: {self.output.bytes()[-2000:]!r}") from None

    def discard(self):
        """End it whatever state it is in, with whatever it has started, and close the pseudo-terminal."""
        if self.process.poll() is None:
            # It leads a session of its own, and so a group.
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        self.output.drained()
        os.close(self._master)
        self._home.cleanup()


#: Rules that echo, and that keep time: the answer to `LATER` comes after two seconds.
CLOCK = """
[[rule]]
equals = "LATER"
reply = "now"
delay = "2s"

[[rule]]
regex = '^(.+)$'
reply = "$1"
"""


class Case(unittest.TestCase):
    """A test that starts programs and sockets which are ended with it."""

    maxDiff = 2000

    def sockeye(self, *arguments, **options):
        """Start sockeye with these arguments."""
        return self._kept(Sockeye(*arguments, **options))

    def listen(self, *arguments, at="127.0.0.1:0", **options):
        """Start `sockeye listen AT … --json`; gives the process and the address of its first socket."""
        server = self.sockeye("listen", at, "--json", *arguments, **options)
        return server, server.address()

    def listen_with_clock(self, job):
        """Start a listener, `job` as in a job file, and in the same process one that follows `CLOCK`.

        Gives the process and the addresses of both.
        """
        at = 'command = "listen"\naddr = "127.0.0.1:0"\n'
        clock = f'[job.clock]\n{at}reply = "rules:{self.file("clock.toml", CLOCK)}"\n'
        jobs = self.file("jobs.toml", f"[job.tested]\n{at}{job}\n{clock}")
        server = self.sockeye("run", jobs, "--json", "--quiet")
        listening = [server.event("listening") for _ in range(2)]
        at = {event["job"]: _host_and_port(event) for event in listening}
        return server, at["tested"], at["clock"]

    def stays_calm(self, pid, clock):
        """The process hardly uses a processor during two seconds of its own, which `clock` asks it for.

        A busy machine makes them longer, and does not add to what is used in them; a spin uses all it gets.
        """
        used = cpu_seconds_of(pid)
        clock.sendall(b"LATER")
        self.assertEqual(read_exactly(clock, 3), b"now")
        self.assertLess(cpu_seconds_of(pid) - used, 0.1)

    def connect(self, address, *arguments, scheme="", **options):
        """Start `sockeye connect` to this host and port."""
        return self.sockeye("connect", f"{scheme}{address[0]}:{address[1]}", *arguments, **options)

    def terminal(self, *arguments, **options):
        """Start sockeye on a pseudo-terminal."""
        return self._kept(Terminal(*arguments, **options))

    def peer(self, name, *arguments):
        """Start a Python peer."""
        return self._kept(Peer(name, *arguments))

    def server_peer(self, name, *arguments):
        """Start a Python server; gives the process and its address."""
        peer = self.peer(name, "127.0.0.1", 0, *arguments)
        return peer, ("127.0.0.1", peer.port())

    def dial(self, address, **options):
        """A connection of ours, with a deadline on every wait."""
        return self.closed(dial(address, **options))

    def stand(self, kind=socket.SOCK_STREAM, backlog=16, host="127.0.0.1"):
        """A bound socket of ours (listening if TCP) and its address."""
        sock = self.closed(socket.socket(socket.AF_INET, kind))
        sock.settimeout(PATIENCE)
        sock.bind((host, 0))
        if kind == socket.SOCK_STREAM:
            sock.listen(backlog)
        return sock, sock.getsockname()

    def accept(self, server):
        """The next conversation of a listening socket of ours."""
        conversation, _ = server.accept()
        conversation.settimeout(PATIENCE)
        conversation.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.closed(conversation)

    def file(self, name, content):
        """The path of a file of ours that lives as long as the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return str(path)

    def succeeds(self, process, timeout=PATIENCE):
        """The program ends with exit code 0."""
        self.ends(process, 0, timeout)

    def ends(self, process, code, timeout=PATIENCE):
        """The program ends with this exit code."""
        ended = process.finish(timeout)
        self.assertEqual(ended, code, _said(process))

    def _kept(self, process):
        self.addCleanup(process.discard)
        return process

    def closed(self, sock):
        """`sock`, closed with the test."""
        self.addCleanup(sock.close)
        return sock


def _said(process):
    inboxes = [getattr(process, name, None) for name in ("stdout", "stderr", "output")]
    return "\n".join(inbox.bytes()[-2000:].decode("utf-8", "replace") for inbox in inboxes if inbox)


def dial(address, receive_buffer=None):
    """A TCP connection without Nagle's delay, or one to the path of a Unix socket; with a deadline on every wait."""
    is_path = isinstance(address, str)
    family = socket.AF_UNIX if is_path else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(PATIENCE)
    if not is_path:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def read_exactly(sock, count):
    """`count` bytes, or fewer if the peer ends first."""
    data = bytearray()
    while len(data) < count:
        chunk = sock.recv(min(1 << 20, count - len(data)))
        if not chunk:
            break
        data += chunk
    return bytes(data)


def read_to_end(sock):
    """Everything until the peer's FIN."""
    data = bytearray()
    while chunk := sock.recv(1 << 20):
        data += chunk
    return bytes(data)


def is_readable(sock, timeout=0.0):
    """Whether `sock` has something to read (or has ended) within `timeout` seconds."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(timeout * 1000))


def reset(sock):
    """Close a TCP socket with RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def wait_until_read(sock, timeout=PATIENCE):
    """Wait until the local program at the other end of this IPv4 connection has read all that was sent.

    Only so is a message that is sent in two pieces read in two pieces. The kernel's table says how much lies unread.
    """
    ours, theirs = _table_name(sock.getsockname()), _table_name(sock.getpeername())
    row = re.compile(rf"{theirs} {ours} \S+ \S+:(\S+)")
    deadline = time.monotonic() + timeout
    while True:
        found = row.search(Path("/proc/net/tcp").read_text())
        if not found or int(found.group(1), 16) == 0:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{int(found.group(1), 16)} bytes lie unread")
        os.sched_yield()


def _table_name(address):
    (number,) = struct.unpack("=I", socket.inet_aton(address[0]))
    return f"{number:08X}:{address[1]:04X}"


def send_in_pieces(sock, pieces):
    """Send each piece once the one before has been read."""
    for piece in pieces:
        sock.sendall(piece)
        wait_until_read(sock)


def memory_of(pid):
    """The heap and the stacks of a process, in bytes: what `limit_memory` limits."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmData:\s+(\d+)", status).group(1)) * 1024


def limit_memory(pid, more):
    """Let a process have `more` bytes of memory beyond those it has: to be refused others ends it."""
    most = memory_of(pid) + more
    resource.prlimit(pid, resource.RLIMIT_DATA, (most, most))


def limit_descriptors(pid, more):
    """Let a process have `more` descriptors beyond those it has: one that keeps them is soon of no use."""
    held = [int(name) for name in os.listdir(f"/proc/{pid}/fd")]
    most = max(len(held) + more, max(held) + 1)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, most))


def cpu_seconds_of(pid):
    """The processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_echoed(sock, message=b"turn"):
    """Whether a question comes back: then the program at the other end has had a turn."""
    sock.sendall(message)
    return read_exactly(sock, len(message)) == message


def push_until_stopped(sock, limit, turn, size=65536):
    """How many bytes of `limit` a peer takes until it reads no more: `turn` after `turn` it took nothing."""
    block, pushed, turns = b"z" * size, 0, 0
    sock.setblocking(False)
    while pushed < limit and turns < 50:
        try:
            pushed += sock.send(block)
            turns = 0
        except BlockingIOError:
            turn()
            turns += 1
    sock.settimeout(PATIENCE)
    return pushed


#: Whether tests run at their full size, which takes minutes.
HEAVY = os.environ.get("SOCKEYE_HEAVY") == "1"


def heavy(test):
    """Mark a test as one of the heavy ones, which run with SOCKEYE_HEAVY=1."""
    return unittest.skipUnless(HEAVY, "heavy: set SOCKEYE_HEAVY=1")(test)


def scaled(light, full):
    """How much of it: little in every run, all of it with SOCKEYE_HEAVY=1."""
    return full if HEAVY else light


def figures(text):
    """Print what a heavy test measured."""
    if HEAVY:
        print(f"\n{text}", flush=True)
