"""Text: characters cut by reads, bytes that are no text, hex views, escapes, and what a hostile peer can do to a terminal."""

import re
import socket
import subprocess
import unittest

from harness import ROOT, Case, payload, read_exactly, read_to_end, send_in_pieces

NO_INPUT = subprocess.DEVNULL
CORPUS = ROOT / "crates" / "sockeye-core" / "tests" / "data" / "hostile_text.txt"
#: What may steer a terminal besides text: colours, the redrawing of the prompt line, bracketed paste.
PLAIN_CONTROL = re.compile(rb"\x1b\[[0-9;]*m|\x1b\[\d*[ABCDGJK]|\x1b\[\?2004[hl]|\r|\n|\t")
ANY_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c")


class Received(Case):
    def shown(self, pieces, *options):
        """What `connect` writes to a pipe when its peer sends these pieces, each read by itself, and closes."""
        server, address = self.stand()
        client = self.connect(address, *options, stdin=NO_INPUT)
        sock = self.accept(server)
        send_in_pieces(sock, pieces)
        sock.close()
        self.succeeds(client)
        return client.stdout.drained()

    def test_gbk_is_cut_in_no_character(self):
        text = "你好服务端…问题正在处理中, ok"
        pieces = [bytes([byte]) for byte in text.encode("gbk")]
        self.assertEqual(self.shown(pieces, "--charset", "gbk").decode(), text)

    def test_every_charset_is_cut_in_no_character(self):
        for charset, codec in (
            ("utf-8", "utf-8"), ("gb18030", "gb18030"), ("big5", "big5"), ("utf-16le", "utf-16-le"),
            ("utf-16be", "utf-16-be"), ("shift_jis", "shift_jis"), ("euc-kr", "euc-kr"),
        ):
            with self.subTest(charset=charset):
                text = "中文ok" if charset != "euc-kr" else "한국어ok"
                pieces = [bytes([byte]) for byte in text.encode(codec)]
                self.assertEqual(self.shown(pieces, "--charset", charset).decode(), text)

    def test_latin1(self):
        self.assertEqual(self.shown([b"caf\xe9"], "--charset", "latin1").decode(), "café")

    def test_what_does_not_decode_is_escaped(self):
        shown = self.shown([b"ok\xff\xff", "好".encode("gbk")], "--charset", "gbk").decode()
        self.assertEqual(shown.lower(), "ok\\xff\\xff好")

    def test_an_unfinished_character_at_the_end_is_not_lost(self):
        shown = self.shown(["好".encode("gbk") + b"\xc4"], "--charset", "gbk").decode()
        self.assertEqual(shown.lower(), "好\\xc4")

    def test_without_a_charset_the_bytes_are_unchanged(self):
        data = bytes(range(256)) * 3
        self.assertEqual(self.shown([data]), data)

    def test_bytes_that_are_no_text_travel_as_base64_in_json(self):
        server, address = self.listen("--reply", "discard")
        self.dial(address).sendall(b"\xff\x00\xfe")
        event = server.event("recv")
        self.assertNotIn("text", event)
        self.assertEqual(payload(event), b"\xff\x00\xfe")

    def test_hex_has_the_layout_of_hexdump(self):
        shown = self.shown([b"0123456789abcdef\x00\xff~"], "--hex").decode()
        self.assertIn("00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|", shown)
        self.assertIn("00000010  00 ff 7e" + " " * 42 + "|..~|", shown)


class Sent(Case):
    def wire(self, *options, expected):
        """The bytes `connect` sends with these options: asserted to be `expected` and nothing after."""
        server, address = self.stand()
        client = self.connect(address, *options, "--wait", "150ms")
        sock = self.accept(server)
        received = read_exactly(sock, len(expected))
        sock.shutdown(socket.SHUT_WR)
        self.assertEqual(received + read_to_end(sock), expected)
        client.finish()

    def test_escapes(self):
        self.wire("-e", "--send", r"a\r\n\t\0\\\x41\u{4f60}", expected=b"a\r\n\t\0\\A" + "你".encode())

    def test_without_e_nothing_is_read_into_it(self):
        self.wire("--send", r"a\r\n\x41", expected=rb"a\r\n\x41")

    def test_hex_in_every_usual_writing(self):
        expected = b"\x01\x03\x00\x0a\xff"
        for text in ("01 03 00 0A ff", "0103000aFF", "0x01,0x03,0x00,0x0a,0xff", "01:03:00:0a:ff", "0x01 0x03, 00 0A FF"):
            with self.subTest(text=text):
                self.wire("--send-hex", text, expected=expected)

    def test_line_ends(self):
        for name, end in (("none", b""), ("lf", b"\n"), ("crlf", b"\r\n"), ("cr", b"\r")):
            with self.subTest(eol=name):
                self.wire("--eol", name, "--send", "hi", expected=b"hi" + end)
        self.wire("-C", "--send", "hi", expected=b"hi\r\n")

    def test_a_file(self):
        content = bytes(range(256))
        self.wire("--send-file", self.file("data.bin", content), expected=content)

    def test_an_absent_file_is_26(self):
        server, address = self.stand()
        self.ends(self.connect(address, "--send-file", "/nowhere/at/all", stdin=NO_INPUT), 26)

    def test_gbk(self):
        self.wire("--charset", "gbk", "--send", "你好", expected="你好".encode("gbk"))

    def test_a_pipe_is_sent_unchanged(self):
        server, address = self.stand()
        client = self.connect(address)
        data = bytes(range(256)) + b"\r\nno end"
        client.write(data)
        client.end_input()
        self.assertEqual(read_to_end(self.accept(server)), data)

    def test_every_sends_again_and_again_with_a_counter(self):
        server, address = self.stand()
        self.connect(address, "--every", "10ms", "--send", "tick {counter};")
        sock = self.accept(server)
        text = b""
        while text.count(b";") < 4:
            text += sock.recv(1024)
        numbers = [int(number) for number in re.findall(rb"tick (\d+);", text)][:4]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))

    def test_count_bounds_every(self):
        server, address = self.stand()
        client = self.connect(address, "--every", "10ms", "--count", "3", "--send", "tick;", "--wait", "200ms")
        sock = self.accept(server)
        self.assertEqual(read_exactly(sock, 15), b"tick;" * 3)
        client.finish()
        self.assertEqual(read_to_end(sock), b"")


def generated():
    """A corpus of our own: every control byte, and the sequences that move, colour, title, paste, report or hide."""
    corpus = [bytes([byte]) for byte in (*range(32), 127)]
    corpus += [chr(point).encode() for point in (*range(0x80, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F))]
    corpus += [chr(point).encode() for point in range(0x2066, 0x206A)]
    corpus += [b"\x1b[%s%c" % (number, letter) for number in (b"", b"2", b"99") for letter in b"ABCDEFGHJKLMPSTXdfmnrsu@"]
    corpus += [b"\x1b[?%d%c" % (mode, letter) for mode in (1, 25, 47, 1000, 1049, 2004) for letter in b"hl"]
    corpus += [b"\x1b]%d;owned%s" % (number, end) for number in (0, 2, 4, 8, 52, 1337) for end in (b"\x07", b"\x1b\\")]
    corpus += [b"\x1b" + bytes([letter]) for letter in b"c78DEHMNOPVWXZ^_=>(#"]
    corpus += [b"\x1bP+q544e\x1b\\", b"\x1b_G\x1b\\", b"\x1b^x\x1b\\", b"\x1bXx\x1b\\", b"\x9b31m", b"\x9d0;t\x9c"]
    corpus += [b"good\rEVIL", b"abc\b\b\bxyz", b"a\x0bb\x0cc", b"\xc2\x9b31m", b"\xe2\x80\xae" + b"txt.exe", b"\xff\xff\x1b[m"]
    return corpus


def unescaped(line):
    """One line of the corpus file as bytes; its notation is that of `-e`."""
    names = dict(zip(b"rnt0eabfv\\", b"\r\n\t\0\x1b\a\b\f\v\\"))

    def replace(match):
        if match.group(1):
            return bytes([int(match.group(1), 16)])
        if match.group(2):
            return chr(int(match.group(2), 16)).encode("utf-8", "surrogatepass")
        return bytes([names[match.group(3)[0]]])

    return re.sub(rb"\\(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F]+)\}|([rnt0eabfv\\]))", replace, line)


def hostile_corpus():
    """The project's corpus if it is there, and in any case at least 200 sequences."""
    if not CORPUS.exists():
        return generated()
    lines = [line for line in CORPUS.read_bytes().splitlines() if line and not line.startswith(b"#")]
    return [unescaped(line) for line in lines]


class HostilePeer(Case):
    def setUp(self):
        self.corpus = hostile_corpus()

    def test_the_corpus_is_large_enough(self):
        self.assertGreaterEqual(len(self.corpus), 200)

    def attack(self, terminal, sock):
        """Send the whole corpus, each sequence between two marks; what the terminal got for each."""
        regions = []
        for number, sequence in enumerate(self.corpus):
            sock.sendall(b"<%d|" % number + sequence + b"|%d>" % number)
            terminal.read_until(rf"<{number}\|")
            regions.append(terminal.read_until(rf".*?\|{number}>").group())
        return regions

    def check(self, terminal, regions):
        """No control byte between the marks (LF and TAB excepted), none but the prompt's own anywhere."""
        for sequence, region in zip(self.corpus, regions):
            self.assertIsNone(ANY_CONTROL.search(region.replace(b"\r\n", b"\n")), (sequence, region))
        rest = PLAIN_CONTROL.sub(b"", terminal.output.bytes())
        self.assertIsNone(ANY_CONTROL.search(rest), rest[:200])

    def test_connect_on_a_terminal(self):
        server, (host, port) = self.stand()
        terminal = self.terminal("connect", f"{host}:{port}", columns=500)
        self.check(terminal, self.attack(terminal, self.accept(server)))

    def test_connect_on_a_terminal_with_a_charset(self):
        server, (host, port) = self.stand()
        terminal = self.terminal("connect", f"{host}:{port}", "--charset", "latin1", columns=500)
        self.check(terminal, self.attack(terminal, self.accept(server)))

    def test_listen_on_a_terminal(self):
        terminal = self.terminal("listen", "127.0.0.1:0", columns=500)
        sock = self.dial(("127.0.0.1", terminal.port()))
        self.check(terminal, self.attack(terminal, sock))

    def test_colours_are_the_only_sequences_of_ours(self):
        server, (host, port) = self.stand()
        terminal = self.terminal("connect", f"{host}:{port}", columns=500, colour=True)
        sock = self.accept(server)
        for number, sequence in enumerate(self.corpus):
            sock.sendall(b"<%d|" % number + sequence + b"|%d>" % number)
            terminal.read_until(rf"\|{number}>")
        rest = PLAIN_CONTROL.sub(b"", terminal.output.bytes())
        self.assertIsNone(ANY_CONTROL.search(rest), rest[:200])

    def test_hostile_nicks_and_lines_in_a_chat(self):
        _, address = self.listen("--reply", "chat")
        victim, attacker = self.dial(address), self.dial(address)
        attacker.sendall(b"/nick \x1b]0;owned\x07\n" + b"\x1b[2J hello\nlast line\n")
        said = b""
        while b"last line" not in said:
            said += victim.recv(4096)
        self.assertNotIn(b"\x1b]0;owned", said)

    def test_raw_writes_the_bytes_as_they_are(self):
        server, (host, port) = self.stand()
        terminal = self.terminal("connect", f"{host}:{port}", "--raw")
        self.accept(server).sendall(b"\x1b[31mred\x1b[0m")
        terminal.read_until(re.escape(b"\x1b[31mred\x1b[0m"))

    def test_hex_on_a_terminal(self):
        server, (host, port) = self.stand()
        terminal = self.terminal("connect", f"{host}:{port}", "--hex", columns=120)
        self.accept(server).sendall(b"\x1b[31mred")
        terminal.read_until(r"00000000  1b 5b 33 31 6d 72 65 64 .*\|\.\[31mred\|")

    def test_error_messages_escape_their_arguments(self):
        process = self.sockeye("connect", "127.0.0.1:1", "--charset", "\x1b]0;owned\x07", stdin=NO_INPUT)
        self.ends(process, 2)
        self.assertNotIn(b"\x1b]", process.stderr.drained())


class Environment(unittest.TestCase):
    def test_the_generated_corpus_is_large_enough(self):
        self.assertGreaterEqual(len(generated()), 200)
