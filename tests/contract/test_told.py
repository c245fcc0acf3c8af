"""What is told of a conversation is what happened: who closed first, what travelled, what nobody looked at any more."""

import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import PATIENCE, Case, binary, in_english, payload, read_exactly, read_to_end


class Told(Case):
    @in_english
    def test_whoever_closes_after_the_peers_fin_was_not_the_first(self):
        terminal = self.terminal("listen", "127.0.0.1:0")
        with self.dial(("127.0.0.1", terminal.port())) as sock:
            sock.shutdown(socket.SHUT_WR)
            terminal.read_until(rb"peer closed \(FIN\)")
            terminal.enter("/close 1")
            terminal.read_until(b"closed: the peer was first to close")
        terminal.enter("/quit")
        self.assertEqual(terminal.finish(), 0)

    def test_a_length_that_is_filled_in_is_told_as_it_travels(self):
        server, address = self.stand()
        client = self.connect(
            address, "--json", "--frame", "modbus-tcp", "--send-hex", "00 01 00 00 00 00 01 03 00 00 00 01"
        )
        with self.accept(server) as sock:
            wire = read_exactly(sock, 12)
            self.assertEqual(wire.hex(), "000100000006010300000001")
            told = client.event("sent")
        self.assertEqual(payload(told), wire)

    def test_the_rest_of_a_character_is_bytes_and_what_follows_is_text(self):
        text = "温度：二十五度".encode("gbk")
        server, address = self.stand()
        client = self.connect(address, "--charset", "gbk", "--json", "--send", "?")
        with self.accept(server) as sock:
            sock.recv(10)
            sock.sendall(text[:3])
            self.assertNotIn("text", client.event("recv"))
            sock.sendall(text[3:])
            rest = client.event("recv")
        self.assertEqual((rest["len"], rest.get("text")), (len(text) - 3, None))
        self.assertEqual(client.event("notice", notice="cut-character")["text"], "度")

    def test_messages_nobody_looked_at_any_more_are_not_called_unfinished(self):
        for until in (["--count", "1"], ["--expect", "line1"]):
            with self.subTest(until=until):
                server, address = self.stand()
                client = self.connect(address, "--json", "--frame", "line", "--send", "x", *until)
                with self.accept(server) as sock:
                    sock.recv(10)
                    sock.sendall(b"line1\nline2\nline3\n")
                    self.assertEqual(client.finish(), 0)
                kinds = [event["kind"] for event in client.events() if event["type"] == "notice"]
                self.assertEqual(kinds, [])

    def test_the_last_round_is_waited_for_whole(self):
        server, address = self.listen("--reply", "echo")
        client = self.connect(
            address, "--json", "--frame", "line", "--send", "a{counter}", "--send", "b{counter}", "--every", "5ms", "--count", "3"
        )
        # The server cuts nothing: what comes is cut by the client's framing.
        self.assertEqual(client.finish(), 0)
        texts = [event["text"] for event in client.events() if event["type"] == "recv"]
        self.assertEqual(texts, ["a1", "b2", "a3", "b4", "a5", "b6"])
        server.stop()

    def test_a_pipe_is_never_read_as_text(self):
        for data in (b"\x01\x06\x00\xc3\xa9", "一\n".encode("gbk"), "一\n".encode()):
            server, address = self.stand()
            client = self.connect(address, "--charset", "gbk")
            client.write(data)
            client.end_input()
            with self.accept(server) as sock:
                self.assertEqual(read_to_end(sock), data)
            self.assertEqual(client.finish(), 0)

    def test_a_pipe_that_is_given_up_says_so(self):
        server, address = self.stand()
        client = self.connect(address, "--json")
        client.write(b"one\n")
        with self.accept(server) as sock:
            read_exactly(sock, 4)
            sock.sendall(b"heard\n")
            sock.shutdown(socket.SHUT_WR)
            told = client.event("notice", notice="gave-up")
            self.assertEqual((told["whom"], told["waited"]), ("pipe", 2.0))
            self.assertEqual(read_to_end(sock), b"")
        client.finish()

    def test_a_message_that_no_rule_fits_is_told_once(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = Path(folder) / "r.toml"
            rules.write_text("[[rule]]\nequals = 'hello'\nreply = 'hi'\n")
            server, address = self.listen("--reply", f"rules:{rules}")
        with self.dial(address) as sock:
            sock.sendall(b"hello\n")
            server.event("notice", notice="no-rule")
            sock.sendall(b"again\n")
            server.event("recv", text="again\n")
        server.event("closed")
        server.stop()
        kinds = [event["kind"] for event in server.events() if event["type"] == "notice"]
        self.assertEqual(kinds, ["no-rule"])


class Orders(Case):
    def test_every_stays_with_the_conversation_it_was_given_for(self):
        server, address = self.listen("--commands")
        with self.dial(address) as first, self.dial(address) as second:
            first.sendall(b"hi")
            server.event("recv", conn=1)
            server.write(b"/every 10ms poll\n")
            self.assertEqual(read_exactly(first, 8), b"pollpoll")
            second.sendall(b"me too")
            server.event("recv", conn=2)
            self.assertEqual(read_exactly(first, 40), b"poll" * 10)
            server.write(b"/every off\n")
        server.stop()
        self.assertEqual({event["conn"] for event in server.events() if event["type"] == "sent"}, {1})

    def test_a_reset_reaches_a_peer_that_does_not_read(self):
        with tempfile.NamedTemporaryFile() as much:
            much.write(bytes(12 << 20))
            much.flush()
            server, address = self.listen("--commands")
            with self.dial(address) as sock:
                server.event("opened")
                server.write(f"/to 1 /file {much.name}\n/to 1 more\n/info 1\n/reset 1\n".encode())
                server.event("info")
                self.assertEqual(server.event("closed")["why"], "reset")
                with self.assertRaises(ConnectionResetError):
                    while sock.recv(1 << 20):
                        pass


class Losses(Case):
    def test_where_what_is_received_cannot_be_written_the_peer_is_reset(self):
        with open("/dev/full", "wb") as full:
            command = [binary(), "listen", "127.0.0.1:0", "--once"]
            listener = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE)
        self.addCleanup(listener.stderr.close)
        self.addCleanup(listener.wait)
        self.addCleanup(listener.kill)
        port = int(listener.stderr.readline().rsplit(b":", 1)[1])
        with self.dial(("127.0.0.1", port)) as sock:
            with self.assertRaises((ConnectionResetError, BrokenPipeError)):
                while True:
                    sock.sendall(bytes(1 << 16))
        self.assertEqual(listener.wait(PATIENCE), 23)

    def test_at_the_stop_a_peer_may_finish_what_it_says(self):
        server, address = self.listen()
        with self.dial(address) as sock:
            sock.sendall(b"x" * 1000)
            server.event("recv")
            server.process.send_signal(signal.SIGTERM)
            server.event("ended", dir="out")
            sock.sendall(b"y" * 200_000)
            sock.shutdown(socket.SHUT_WR)
            self.assertEqual(read_to_end(sock), b"")
        self.assertEqual(server.finish(), 0)
        self.assertEqual(server.summary()["bytes_in"], 201_000)


class Hints(Case):
    def unanswered(self, *arguments, says):
        server, address = self.stand()
        client = self.connect(address, "--wait", "20ms", *arguments)
        with self.accept(server):
            self.assertEqual(client.finish(), 28)
        self.assertIn(says, client.stderr.drained().decode())

    @in_english
    def test_what_to_try_depends_on_what_was_said(self):
        self.unanswered("--send", "hello", says="line end (--eol lf, -C) or a framing")
        self.unanswered("--send", "hello", "-C", says="expect a framing (--frame)?")
        self.unanswered("--send", r"hello\r\n", says=r"-e reads \r \n")
        self.unanswered("--send", "hello", "--frame", "line", says="speak this --frame?")
        self.unanswered("--send", "", says="nothing was sent: does the server speak first?")


if __name__ == "__main__":
    unittest.main()
