"""A wire between a client and a server that stops at one byte, lets something happen, and goes on."""

import socket
import threading

from harness import PATIENCE


class Wire:
    """Passes connections on to `target`. Once `at` bytes have come from there, `act` is called before the next goes on.

    It takes only what it can pass on at once, so that the server is never far ahead of its client.
    """

    BUFFER = 16 << 10

    def __init__(self, case, target):
        self._target = target
        self._case = case
        self._listener, self.address = case.stand()
        self._listener.settimeout(None)
        self._lock = threading.Lock()
        self._act = None
        self._left = 0
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()
        # A thread that waits for clients is not woken by a close alone.
        case.addCleanup(self._listener.shutdown, socket.SHUT_RDWR)

    def stop_after(self, count, act):
        """Call `act` once, when `count` more bytes have passed to the client."""
        with self._lock:
            self._left, self._act = count, act

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client):
        with client, socket.socket() as server:
            for sock in (client, server):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.BUFFER)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.settimeout(PATIENCE)
            try:
                server.connect(self._target)
                there = threading.Thread(target=self._copy, args=(client, server, False), daemon=True)
                there.start()
                self._copy(server, client, True)
            except OSError:
                return

    def _copy(self, source, sink, counts):
        try:
            while data := source.recv(self.BUFFER):
                if counts:
                    data = self._watched(data, sink)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            # The other side hears of it as of a lost connection.
            for sock in (source, sink):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _watched(self, data, sink):
        """What of `data` is still to be sent, after `act` if it was its turn."""
        with self._lock:
            self.passed += len(data)
            if self._act is None or len(data) < self._left:
                self._left -= len(data)
                return data
            act, self._act = self._act, None
        sink.sendall(data[: self._left])
        act()
        return data[self._left :]
