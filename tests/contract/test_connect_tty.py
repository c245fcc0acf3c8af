"""A person at a terminal: typing, editing, history, and the peer's lines above a half-typed one."""

import os
import re
import signal
import socket

from harness import Case, in_english, is_readable, read_exactly, read_to_end

CTRL_C, CTRL_D, UP, LEFT, BACKSPACE = "\x03", "\x04", "\x1b[A", "\x1b[D", "\x7f"


class Person(Case):
    def setUp(self):
        self.server, (host, port) = self.stand()
        self.address = f"{host}:{port}"

    def conversation(self, *options):
        """sockeye on a terminal, and its peer's socket."""
        terminal = self.terminal("connect", self.address, *options)
        peer = self.accept(self.server)
        terminal.read_until(str(self.server.getsockname()[1]))
        terminal.wait_for_prompt()
        return terminal, peer

    def test_a_typed_line_is_sent_without_a_line_end(self):
        terminal, peer = self.conversation()
        terminal.enter("hello")
        terminal.enter("you")
        self.assertEqual(read_exactly(peer, 8), b"helloyou")

    def test_eol_adds_one(self):
        terminal, peer = self.conversation("--eol", "crlf")
        terminal.enter("GET / HTTP/1.0")
        self.assertEqual(read_exactly(peer, 16), b"GET / HTTP/1.0\r\n")

    def test_chinese_is_typed_and_edited_by_character(self):
        terminal, peer = self.conversation()
        terminal.type("你好吗")
        terminal.wait_for_screen(lambda lines: any("你好吗" in line for line in lines))
        terminal.type(BACKSPACE + LEFT + "们")
        terminal.enter("")
        self.assertEqual(read_exactly(peer, 9), "你们好".encode())

    def test_chinese_in_gbk(self):
        terminal, peer = self.conversation("--charset", "gbk")
        terminal.enter("你好")
        self.assertEqual(read_exactly(peer, 4), "你好".encode("gbk"))
        peer.sendall("收到".encode("gbk"))
        terminal.read_until("收到")

    def test_the_peers_lines_come_above_a_half_typed_line(self):
        terminal, peer = self.conversation()
        terminal.type("half a line, 你")
        terminal.wait_for_screen(lambda lines: lines[-1].endswith("half a line, 你"))
        peer.sendall(b"the peer says this")
        lines = terminal.wait_for_screen(
            lambda lines: any("the peer says this" in line for line in lines[:-1])
            and lines[-1].endswith("half a line, 你")
        )
        self.assertEqual(sum("half a line" in line for line in lines), 1)
        terminal.enter(" and the rest")
        self.assertEqual(read_exactly(peer, 29), "half a line, 你 and the rest".encode())

    def test_history_brings_a_line_back(self):
        terminal, peer = self.conversation()
        terminal.enter("first")
        self.assertEqual(read_exactly(peer, 5), b"first")
        terminal.enter("second")
        self.assertEqual(read_exactly(peer, 6), b"second")
        terminal.enter(UP + UP)
        self.assertEqual(read_exactly(peer, 5), b"first")

    def test_help_lists_the_commands(self):
        terminal, peer = self.conversation()
        terminal.enter("/help")
        for command in ("/hex", "/info", "/half", "/quit"):
            terminal.wait_for_screen(lambda lines, word=command: any(word in line for line in lines))
        self.assertFalse(is_readable(peer))

    def test_hex_sends_bytes(self):
        terminal, peer = self.conversation()
        terminal.enter("/hex 01 03 00 0A")
        self.assertEqual(read_exactly(peer, 4), b"\x01\x03\x00\x0a")
        terminal.enter("/hex 0")
        terminal.enter("after the mistake")
        self.assertEqual(read_exactly(peer, 17), b"after the mistake")

    def test_file_sends_a_file(self):
        terminal, peer = self.conversation()
        terminal.enter("/file " + self.file("data.bin", b"\0\1\2file"))
        self.assertEqual(read_exactly(peer, 7), b"\0\1\2file")

    def test_every_repeats(self):
        terminal, peer = self.conversation()
        terminal.enter("/every 20ms tick")
        self.assertEqual(read_exactly(peer, 12), b"tick" * 3)

    def test_info_tells_what_tcp_knows(self):
        terminal, _ = self.conversation()
        terminal.enter("/info")
        terminal.read_until(r"(?i)rtt")
        terminal.read_until(r"(?i)cwnd|window")

    def test_half_ends_our_direction_only(self):
        terminal, peer = self.conversation()
        terminal.enter("question")
        terminal.enter("/half")
        self.assertEqual(read_to_end(peer), b"question")
        peer.sendall(b"late answer")
        terminal.read_until("late answer")
        peer.close()
        self.assertEqual(terminal.finish(), 0)

    def test_ctrl_d_half_closes(self):
        terminal, peer = self.conversation()
        terminal.enter("question")
        terminal.type(CTRL_D)
        self.assertEqual(read_to_end(peer), b"question")
        peer.sendall(b"late answer")
        terminal.read_until("late answer")
        peer.close()
        self.assertEqual(terminal.finish(), 0)

    def test_ctrl_c_clears_the_line(self):
        terminal, peer = self.conversation()
        terminal.type("a mistake")
        terminal.wait_for_screen(lambda lines: any("a mistake" in line for line in lines))
        terminal.type(CTRL_C)
        terminal.wait_for_screen(lambda lines: "a mistake" not in lines[-1])
        terminal.wait_for_prompt()
        terminal.enter("right")
        self.assertEqual(read_exactly(peer, 5), b"right")

    @in_english
    def test_ctrl_c_twice_on_an_empty_line_leaves(self):
        for half in ("", CTRL_D):
            with self.subTest(half=half):
                terminal, _ = self.conversation()
                if half:
                    terminal.type(half)
                    terminal.read_until("half-closed")
                terminal.type(CTRL_C)
                terminal.read_until("again")
                terminal.type(CTRL_C)
                self.assertEqual(terminal.finish(), 130)

    def test_signals_end_it_and_give_the_terminal_back(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131)):
            with self.subTest(signal=number):
                terminal, _ = self.conversation()
                os.kill(terminal.pid, number)
                self.assertEqual(terminal.finish(), code)
                self.assertTrue(terminal.is_cooked())

    def test_quit_and_close_end_it(self):
        for command in ("/quit", "/close"):
            with self.subTest(command=command):
                terminal, peer = self.conversation()
                terminal.enter("bye")
                self.assertEqual(read_exactly(peer, 3), b"bye")
                terminal.enter(command)
                self.assertEqual(read_to_end(peer), b"")
                peer.close()
                self.assertEqual(terminal.finish(), 0)

    def test_an_unknown_command_is_not_sent(self):
        terminal, peer = self.conversation()
        terminal.enter("/nonsense")
        terminal.enter("real")
        self.assertEqual(read_exactly(peer, 4), b"real")

    def test_the_peers_fin_is_spelled_out(self):
        terminal, peer = self.conversation()
        peer.shutdown(socket.SHUT_WR)
        terminal.read_until("FIN")

    def test_a_flood_does_not_lose_the_half_typed_line(self):
        terminal, peer = self.conversation()
        terminal.type("kept")
        terminal.wait_for_screen(lambda lines: lines[-1].endswith("kept"))
        for number in range(200):
            peer.sendall(b"line %d\n" % number)
        # Joined, since a read may carry many lines and the screen wraps them.
        terminal.wait_for_screen(lambda lines: "line 199" in "".join(lines[:-1]) and lines[-1].endswith("kept"))
        terminal.enter("")
        self.assertEqual(read_exactly(peer, 4), b"kept")

    def test_the_transcript_has_time_direction_and_length(self):
        terminal, peer = self.conversation()
        peer.sendall("你好".encode())
        shown = terminal.read_until(r"[^\r\n]*你好[^\r\n]*").group().decode()
        self.assertTrue(re.search(r"\d\d:\d\d:\d\d\.\d{3}", shown), shown)
        self.assertIn("←", shown)
        self.assertIn("6", shown)
        terminal.enter("thanks")
        terminal.read_until("→")

    def test_nothing_is_left_behind_on_the_terminal(self):
        terminal, peer = self.conversation()
        peer.close()
        terminal.type(CTRL_D)
        terminal.finish()
        said = terminal.output.drained()
        self.assertEqual(said.count(b"\x1b[?2004h"), said.count(b"\x1b[?2004l"))
