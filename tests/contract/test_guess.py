"""`guess`: the framing of captured bytes, from files, pipes, dumps and peers; what it says where it cannot tell."""

import json
import random
import signal
import socket
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import Case, binary, in_english

WORDS = [b"hello", b"sockeye", b"a", b"good bye", b"\xe4\xbd\xa0\xe5\xa5\xbd", b"0123456789"]
FRAMED = b"".join(struct.pack("!I", len(word)) + word for word in WORDS)
LIMIT = 1 << 20


def dumped(data):
    """What `hexdump -C` makes of it."""
    lines = []
    for offset in range(0, len(data), 16):
        part = data[offset : offset + 16]
        digits = " ".join(f"{byte:02x}" for byte in part[:8]) + "  " + " ".join(f"{byte:02x}" for byte in part[8:])
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{offset:08x}  {digits:<48} |{text}|\n")
    return "".join(lines).encode() + f"{len(data):08x}\n".encode()


def xxd(data):
    """What `xxd` makes of it."""
    lines = []
    for offset in range(0, len(data), 16):
        part = data[offset : offset + 16]
        pairs = " ".join(part[at : at + 2].hex() for at in range(0, len(part), 2))
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{offset:08x}: {pairs:<39}  {text}\n")
    return "".join(lines).encode()


class Guesses(Case):
    def guess(self, data, *arguments, code=0):
        """The lines of `guess --json` for these bytes on standard input, and what it says to people."""
        done = subprocess.run([binary(), "guess", "--json", *arguments], input=data, capture_output=True, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()

    def file(self, data):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name, "captured.bin")
        path.write_bytes(data)
        return path

    def is_len4(self, line, rest=0):
        self.assertEqual((line["type"], line["rank"], line["spec"]), ("guess", 1, "len=4"))
        self.assertEqual((line["messages"], line["rest"]), (len(WORDS), rest))


class Sources(Guesses):
    def test_a_file_and_a_pipe(self):
        path = self.file(FRAMED)
        for arguments, data in (([str(path)], b""), ([], FRAMED), (["-"], FRAMED)):
            with self.subTest(arguments=arguments):
                lines, said = self.guess(data, *arguments)
                self.is_len4(lines[0])
                self.assertEqual(said, "")

    def test_a_capture_may_end_anywhere(self):
        lines, _ = self.guess(FRAMED + b"\0\0\0\x09unfin")
        self.is_len4(lines[0], rest=9)

    @in_english
    def test_hex_in_every_form_is_recognised_and_said(self):
        spaced = FRAMED.hex(" ").encode()
        for text in (dumped(FRAMED), xxd(FRAMED), spaced, spaced.upper(), FRAMED.hex().encode() + b"\n"):
            for flag in ([], ["--hex"]):
                with self.subTest(text=text[:20], flag=flag):
                    lines, said = self.guess(text, *flag)
                    self.is_len4(lines[0])
                    self.assertIn(f"{len(FRAMED)} bytes were read out of it", said)

    @in_english
    def test_what_is_no_hex_is_an_error_with_its_line(self):
        _, said = self.guess(b"01 03\n0g\n", "--hex", code=26)
        self.assertIn("line 2", said)
        self.assertEqual(self.guess(b"\xff\xfe", "--hex", code=26)[0], [])

    def test_what_cannot_be_read_is_26(self):
        self.guess(b"", "/nonexistent/captured.bin", code=26)
        self.guess(b"", tempfile.gettempdir(), code=26)

    def test_clients_and_their_end(self):
        guess = self.sockeye("guess", "--listen", "127.0.0.1:0", "--json")
        with socket.create_connection(guess.address()) as client:
            client.sendall(FRAMED)
        self.assertEqual(guess.finish(), 0)
        self.is_len4(guess.event("guess"))

    def test_several_clients_at_once(self):
        guess = self.sockeye("guess", "--listen", "127.0.0.1:0", "--wait", "1s", "--json")
        host = guess.address()
        clients = [socket.create_connection(host) for _ in WORDS]
        for client, word in zip(clients, WORDS, strict=True):
            client.sendall(struct.pack("!I", len(word)) + word)
        self.assertEqual(guess.finish(), 0)
        for client in clients:
            client.close()
        self.is_len4(guess.event("guess"))

    def test_silence_ends_a_capture(self):
        guess = self.sockeye("guess", "--listen", "127.0.0.1:0", "--wait", "300ms", "--json")
        with socket.create_connection(guess.address()) as client:
            client.sendall(FRAMED)
            self.assertEqual(guess.finish(), 0)
        self.is_len4(guess.event("guess"))

    def test_a_signal_ends_a_capture(self):
        guess = self.sockeye("guess", "--listen", "127.0.0.1:0", "--json")
        guess.address()
        self.assertEqual(guess.stop(signal.SIGINT), 130)
        self.assertEqual(guess.event("no-guess")["bytes"], 0)

    def test_a_full_sample_ends_a_capture(self):
        guess = self.sockeye("guess", "--listen", "127.0.0.1:0", "--json")
        with socket.create_connection(guess.address()) as client:
            try:
                for _ in range(64):
                    client.sendall(FRAMED * 1000)
            except OSError:
                pass  # it has what it wants
            self.assertEqual(guess.finish(), 0)
        self.assertEqual(guess.event("guess")["bytes"], LIMIT)

    def test_a_server(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            guess = self.sockeye("guess", "--connect", f"127.0.0.1:{server.getsockname()[1]}", "--json")
            peer, _ = server.accept()
            with peer:
                peer.sendall(FRAMED)
            self.assertEqual(guess.finish(), 0)
        self.is_len4(guess.event("guess"))

    def test_a_server_that_is_not_there(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.guess(b"", "--connect", f"127.0.0.1:{port}", code=7)

    def test_wrong_arguments(self):
        for arguments in (
            ["x.bin", "--listen", "9000"],
            ["--listen", "9000", "--connect", "9000"],
            ["--listen", "udp://9000"],
            ["--wait", "1s"],
            ["--top", "0"],
            ["--frame", "line"],
        ):
            with self.subTest(arguments=arguments):
                self.guess(b"", *arguments, code=2)


class Answers(Guesses):
    def test_what_is_proposed_is_what_frame_does(self):
        (line, *_), _ = self.guess(FRAMED)
        listener = self.sockeye("listen", "127.0.0.1:0", "--frame", line["spec"], "--json")
        with socket.create_connection(listener.address()) as client:
            client.sendall(FRAMED)
            for word in WORDS:
                self.assertEqual(listener.event("recv")["len"], len(word))
        listener.stop()

    def test_the_code_reads_it(self):
        import base64
        import io

        (line, *_), _ = self.guess(FRAMED)
        self.assertIn("(16777216, 0, 4, 0, 4)", line["netty"])
        self.assertIn(".length_field_length(4)", line["tokio"])
        stream = io.BytesIO(FRAMED)
        reader = type("Reader", (), {"makefile": lambda self, mode: stream})()
        for word in WORDS[:5]:
            names = {"struct": struct, "sock": reader}
            exec(line["python"], names)  # what it printed is what is tested
            self.assertEqual(names["message"], word)
        self.assertEqual([base64.b64decode(text) for text in line["first"]], WORDS[:5])

    def test_protocols_are_named(self):
        chance = random.Random(1)
        stream = b""
        for number in range(12):
            data = chance.randbytes(chance.randrange(2, 12))
            stream += struct.pack("!HHHBB", number, 0, 2 + len(data), 1, 3) + data
        (line, *_), _ = self.guess(stream)
        self.assertEqual(line["spec"], "modbus-tcp")

    def test_no_more_than_were_asked_for(self):
        self.assertEqual(len(self.guess(FRAMED, "--top", "1")[0]), 1)

    def test_little_and_chance_cannot_be_told(self):
        chance = random.Random(2)
        for data in (b"", b"a", b"\0\1", b"hello", *(chance.randbytes(size) for size in (10, 100, 1000, 100_000))):
            with self.subTest(size=len(data)):
                (line,), _ = self.guess(data, code=1)
                self.assertEqual((line["type"], line["bytes"]), ("no-guess", len(data)))

    @in_english
    def test_of_much_the_beginning_is_read(self):
        chance = random.Random(3)
        words = (chance.randbytes(chance.randrange(1, 200)) for _ in range(20_000))
        lines, said = self.guess(b"".join(struct.pack("!I", len(word)) + word for word in words))
        self.assertEqual((lines[0]["spec"], lines[0]["bytes"]), ("len=4", LIMIT))
        self.assertIn("only the beginning of - was read", said)
        self.assertEqual(self.guess(b"\0" * (8 * LIMIT), code=1)[0][0]["bytes"], LIMIT)

    @in_english
    def test_people_see_all_of_it(self):
        done = subprocess.run([binary(), "guess"], input=FRAMED, capture_output=True, text=False, check=True)
        shown = done.stdout.decode()
        for piece in (
            "1. --frame len=4", "py-struct-!I", "LengthFieldBasedFrameDecoder(16777216, 0, 4, 0, 4)", "random bytes",
            "struct.unpack('>I', header)", "LengthDelimitedCodec::builder()", " 1  hello", "and 1 message more",
        ):  # fmt: skip
            self.assertIn(piece, shown)

    @in_english
    def test_hints_tell_what_was_misread(self):
        (line, *_), _ = self.guess(b"hello there\nhow are you\n")
        self.assertEqual(line["spec"], "line")
        self.assertTrue(any("0x68656c6c is 'hell'" in hint for hint in line["hints"]), line["hints"])
        (line, *_), _ = self.guess("浣犲ソ\n浣犲ソ\n".encode())
        self.assertTrue(any("'你好'" in hint for hint in line["hints"]), line["hints"])

    def test_a_hostile_capture_does_not_reach_the_terminal(self):
        hostile = b"".join(struct.pack("!I", len(word)) + word for word in [b"\x1b[2J", b"\x9b31m", b"\r\x07x"] * 4)
        done = subprocess.run([binary(), "guess"], input=hostile, capture_output=True, check=True)
        for byte in (b"\x1b", b"\x9b", b"\x07", b"\r"):
            self.assertNotIn(byte, done.stdout)

    def test_an_endless_pipe_ends(self):
        with open("/dev/zero", "rb") as endless:
            done = subprocess.run([binary(), "guess", "--json"], stdin=endless, capture_output=True, check=False)
        self.assertEqual(done.returncode, 1)

    def test_a_reader_that_is_gone_is_a_quiet_end(self):
        process = subprocess.Popen(
            [binary(), "guess"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        process.stdout.close()
        process.stdin.write(FRAMED)
        process.stdin.close()
        self.assertNotIn(b"error", process.stderr.read())
        self.assertEqual(process.wait(), 0)
        process.stderr.close()


if __name__ == "__main__":
    unittest.main()
