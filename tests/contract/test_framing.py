"""Every framing on the wire, against peers that build the bytes with `struct`: split anywhere, glued, damaged, hostile."""

import dataclasses
import struct
import subprocess
import typing

from harness import Case, payload, read_exactly, read_to_end, send_in_pieces

NO_INPUT = subprocess.DEVNULL
PLAIN = (b"a", b"hello", "你好, 粘包".encode())
BINARY = (b"a", bytes(range(256))[:200], b"\x00\xff\xc0\xdb\xdc\xdd\x02\x03\n")


def varint(number):
    """LEB128, as protobuf writes lengths."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def slip(message):
    """RFC 1055, with an END before as its reference code has it."""
    return b"\xc0" + message.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


def cobs(message):
    """Consistent overhead byte stuffing with its closing zero."""
    out = bytearray()
    for block in (message + b"\0").split(b"\0")[:-1]:
        while len(block) >= 254:
            out += b"\xff" + block[:254]
            block = block[254:]
        out += bytes([len(block) + 1]) + block
    return bytes(out) + b"\0"


def length(layout, extra=0):
    """An encoder with a length field of this `struct` layout that counts `extra` bytes more than the message."""
    return lambda message: struct.pack(layout, len(message) + extra) + message


def three_bytes(order):
    """An encoder with a three-byte length."""
    return lambda message: len(message).to_bytes(3, order) + message


@dataclasses.dataclass(frozen=True)
class Frame:
    """A `--frame` value and the same thing in Python."""

    spec: str
    encode: typing.Callable[[bytes], bytes]
    messages: tuple = BINARY


#: Those whose message is the bytes between the framing, so that an echo gives the same wire bytes back.
ECHOED = (
    Frame("line", lambda message: message + b"\n", PLAIN),
    Frame("crlf", lambda message: message + b"\r\n", PLAIN),
    Frame("nul", lambda message: message + b"\0", PLAIN),
    Frame("delim=0d0a7e", lambda message: message + b"\r\n~", PLAIN + (b"half \r\n of it",)),
    Frame("fixed=5", bytes, (b"hello", b"\0\1\2\3\4", b"world")),
    Frame("len=1", length(">B")),
    Frame("len=2", length(">H")),
    Frame("len=2,le", length("<H")),
    Frame("len=3", three_bytes("big")),
    Frame("len=3,le", three_bytes("little")),
    Frame("len=4", length(">I")),
    Frame("len=4,le", length("<I")),
    Frame("len=8", length(">Q")),
    Frame("len=8,le", length("<Q")),
    Frame("len=4,includes-header", length(">I", 4)),
    Frame("varint", lambda message: varint(len(message)) + message),
    Frame("netstring", lambda message: b"%d:%s," % (len(message), message)),
    Frame("slip", slip),
    Frame("cobs", cobs),
    Frame("head=aa55,tail=0d0a", lambda message: b"\xaa\x55" + message + b"\r\n", PLAIN),
    Frame("py-struct-i", length("<i")),
    Frame("py-struct-!I", length("!I")),
    Frame("twisted-int32", length("!I")),
    Frame("stx-etx", lambda message: b"\x02" + message + b"\x03", PLAIN),
    Frame("netty:1048576,0,4,0,4", length(">I")),
)

#: Those with a header of more than the length: whatever part of it the message keeps, the body ends it.
WITH_HEADER = (
    Frame("modbus-tcp", lambda body: struct.pack(">HHH", 7, 0, len(body)) + body, (b"\1\3\0\0\0\2", b"\1\3\4\0\1\0\2")),
    Frame("tpkt", lambda body: struct.pack(">BBH", 3, 0, len(body) + 4) + body),
    Frame("len=2,offset=2", lambda body: b"\xca\xfe" + struct.pack(">H", len(body)) + body),
    Frame("len=2,offset=1,adjust=-3", lambda body: b"\x01" + struct.pack(">H", len(body) + 3) + body),
    Frame("len=2,adjust=1", lambda body: struct.pack(">H", len(body)) + b"T" + body),
    Frame("netty:65536,2,2,0,4", lambda body: b"\xca\xfe" + struct.pack(">H", len(body)) + body),
    Frame("netty:65536,0,2,0,0", length(">H")),
)


def conversation(server):
    """The messages of the next conversation that ends."""
    messages = []
    while event := server.next_event():
        if event["type"] == "closed":
            return messages
        if event["type"] == "recv":
            messages.append(payload(event))
    raise EOFError(f"the listener ended: {server.stderr.drained().decode()}")


class OnTheWire(Case):
    def test_an_echo_of_messages_however_they_are_cut(self):
        for frame in ECHOED:
            with self.subTest(frame=frame.spec):
                self.cut_everywhere(frame)

    def cut_everywhere(self, frame):
        """Glued, byte by byte, and in two pieces cut at every byte."""
        server, address = self.listen("--frame", frame.spec, "--reply", "echo")
        wire = b"".join(map(frame.encode, frame.messages))
        ways = [[wire], [bytes([byte]) for byte in wire[:64]] + [wire[64:]]]
        ways += [[wire[:cut], wire[cut:]] for cut in range(1, min(len(wire), 48))]
        for pieces in ways:
            with self.dial(address) as sock:
                send_in_pieces(sock, pieces)
                self.assertEqual(read_exactly(sock, len(wire)), wire)
            self.assertEqual(conversation(server), list(frame.messages))
        server.discard()

    def test_messages_with_a_larger_header(self):
        for frame in WITH_HEADER:
            with self.subTest(frame=frame.spec):
                server, address = self.listen("--frame", frame.spec, "--reply", "discard")
                wire = b"".join(map(frame.encode, frame.messages))
                for pieces in ([wire], [bytes([byte]) for byte in wire]):
                    with self.dial(address) as sock:
                        send_in_pieces(sock, pieces)
                    self.check_bodies(frame, conversation(server))
                server.discard()

    def check_bodies(self, frame, received):
        """Each message is the whole frame, or what is left of it after the header."""
        self.assertEqual(len(received), len(frame.messages))
        for message, body in zip(received, frame.messages):
            self.assertTrue(message.endswith(body), (message, body))
            self.assertTrue(frame.encode(body).endswith(message), (message, body))

    def test_connect_frames_what_it_sends(self):
        for frame in ECHOED:
            with self.subTest(frame=frame.spec):
                self.check_sending(frame)

    def check_sending(self, frame):
        """Each `--send-hex` is one frame on the wire, and the answers are counted as messages."""
        server, address = self.stand()
        sends = [word for message in frame.messages for word in ("--send-hex", message.hex())]
        wire = b"".join(map(frame.encode, frame.messages))
        client = self.connect(
            address, "--frame", frame.spec, *sends, "--count", len(frame.messages), "--wait", "10s", "--json"
        )
        sock = self.accept(server)
        self.assertEqual(read_exactly(sock, len(wire)), wire)
        sock.sendall(wire)
        self.succeeds(client)
        received = [payload(event) for event in client.events() if event["type"] == "recv"]
        self.assertEqual(received, list(frame.messages))

    def test_a_text_answer_is_framed(self):
        _, address = self.listen("--frame", "len=2", "--reply", "text:ok")
        sock = self.dial(address)
        sock.sendall(struct.pack(">H", 2) + b"hi" + struct.pack(">H", 0) + struct.pack(">H", 1))
        self.assertEqual(read_exactly(sock, 8), b"\0\2ok" * 2)
        sock.sendall(b"!")
        self.assertEqual(read_exactly(sock, 4), b"\0\2ok")

    def test_an_idle_gap_makes_a_chunk(self):
        server, address = self.listen("--frame", "idle=60", "--reply", "discard")
        sock = self.dial(address)
        for chunk in (b"first", b"second"):
            send_in_pieces(sock, [chunk[:2], chunk[2:]])
            self.assertEqual(payload(server.event("recv")), chunk)

    def test_the_last_unfinished_message_is_not_lost_silently(self):
        server, address = self.listen("--frame", "line", "--reply", "discard")
        sock = self.dial(address)
        sock.sendall(b"whole\nunfinished")
        sock.close()
        self.assertEqual(payload(server.event("recv")), b"whole")
        server.event("closed")
        self.assertEqual(server.stop(), 0)
        self.assertRegex(server.stdout.drained() + server.stderr.drained(), rb"unfinished|incomplete|partial|truncated")


class Hostile(Case):
    def ends_by_itself(self, frame, attack, *options):
        """One conversation announces too much; it ends, says why, and another goes on. All that was said."""
        server, address = self.listen("--frame", frame, "--reply", "echo", *options)
        other, attacker = self.dial(address), self.dial(address)
        attacker.sendall(attack)
        try:
            self.assertEqual(read_to_end(attacker), b"")
        except ConnectionResetError:
            pass
        self.check_alive(other, frame)
        self.assertEqual(server.stop(), 0)
        return (server.stdout.drained() + server.stderr.drained()).decode("utf-8", "replace")

    def check_alive(self, sock, frame):
        """The other conversation is still answered."""
        encode = next(known.encode for known in ECHOED if known.spec == frame)
        sock.sendall(encode(b"hello"))
        self.assertEqual(read_exactly(sock, len(encode(b"hello"))), encode(b"hello"))

    def test_an_announced_length_over_the_limit(self):
        said = self.ends_by_itself("len=4", struct.pack(">I", 1025), "--max-frame", "1KiB")
        self.assertRegex(said, r"1024|1 ?KiB")

    def test_the_largest_lengths(self):
        for frame, attack in (
            ("len=4", b"\xff" * 4),
            ("len=8", b"\xff" * 8),
            ("len=4,includes-header", b"\0" * 4),
            ("varint", b"\xff" * 11),
            ("netstring", b"99999999999999999999:"),
            ("py-struct-i", struct.pack("<i", -1)),
            ("py-struct-i", struct.pack("<i", 2**31 - 1)),
        ):
            with self.subTest(frame=frame, attack=attack):
                self.ends_by_itself(frame, attack)

    def test_a_line_without_an_end(self):
        said = self.ends_by_itself("line", b"x" * 5000, "--max-frame", "1KiB")
        self.assertRegex(said, r"1024|1 ?KiB")

    def test_a_length_that_is_text_is_explained(self):
        said = self.ends_by_itself("len=4", b" Server: hello\r\n")
        self.assertIn("542336370", said)
        self.assertIn(" Ser", said)

    def test_a_frame_of_exactly_the_limit_passes(self):
        _, address = self.listen("--frame", "len=4", "--reply", "echo", "--max-frame", "1KiB")
        sock = self.dial(address)
        wire = struct.pack(">I", 1024) + b"m" * 1024
        sock.sendall(wire)
        self.assertEqual(read_exactly(sock, len(wire)), wire)

    def test_a_message_that_does_not_fit_the_field_is_refused(self):
        server, address = self.stand()
        client = self.connect(address, "--frame", "len=1", "--send", "x" * 256, "--wait", "300ms")
        self.assertNotEqual(client.finish(), 0)
        self.assertRegex(client.stderr.drained(), rb"25[56]")

    def test_contradictory_framings_are_refused(self):
        for spec in ("len=4,strip=9999999999", "fixed=0", "delim=", "head=aa", "len=2,offset=-1", "netty:1,2"):
            with self.subTest(spec=spec):
                process = self.sockeye("listen", "127.0.0.1:0", "--frame", spec, stdin=NO_INPUT)
                self.ends(process, 2)


class Checksums(Case):
    QUESTION = bytes.fromhex("01 03 00 0a 00 02")
    WITH_CRC = QUESTION + bytes.fromhex("e4 09")

    def test_crc16_modbus_is_appended_low_byte_first(self):
        server, address = self.stand()
        client = self.connect(
            address, "--send-hex", self.QUESTION.hex(" "), "--checksum", "crc16-modbus", "--wait", "200ms"
        )
        sock = self.accept(server)
        self.assertEqual(read_exactly(sock, 8), self.WITH_CRC)
        client.finish()

    def test_it_is_appended_inside_the_frame(self):
        server, address = self.stand()
        client = self.connect(
            address, "--send-hex", self.QUESTION.hex(), "--frame", "len=2", "--checksum", "crc16-modbus",
            "--wait", "200ms",
        )
        sock = self.accept(server)
        self.assertEqual(read_exactly(sock, 10), b"\0\x08" + self.WITH_CRC)
        client.finish()

    def test_a_bad_one_is_shown_and_counted_and_the_conversation_goes_on(self):
        server, address = self.listen("--frame", "len=2", "--checksum", "crc16-modbus", "--reply", "echo")
        sock = self.dial(address)
        good, bad = self.WITH_CRC, self.QUESTION + b"\xde\xad"
        for message in (good, bad, good):
            sock.sendall(struct.pack(">H", len(message)) + message)
        first = server.event("recv")
        self.assertEqual(payload(first)[:6], self.QUESTION)
        damaged = server.event("recv")
        self.assertEqual(payload(damaged)[:6], self.QUESTION)
        self.assertEqual(payload(server.event("recv")), payload(first))
        self.assertNotEqual(damaged.get("checksum"), first.get("checksum"), "the bad one looks like the good one")
        sock.close()
        server.event("closed")
        self.assertEqual(server.stop(), 0)
        counted = [key for key, value in server.summary().items() if "checksum" in key and value == 1]
        self.assertTrue(counted, f"no counter of bad checksums in {server.summary()}")

    def test_other_checksums_have_their_known_values(self):
        for name, expected in (
            ("crc32", bytes.fromhex("cbf43926")),
            ("sum8", b"\xdd"),
            ("xor8", b"\x31"),
            ("lrc", b"\x23"),
        ):
            with self.subTest(name=name):
                server, address = self.stand()
                self.connect(address, "--send", "123456789", "--checksum", name, "--wait", "200ms")
                wire = read_exactly(self.accept(server), 9 + len(expected))
                self.assertEqual(wire[:9], b"123456789")
                self.assertIn(wire[9:], (expected, expected[::-1]))
