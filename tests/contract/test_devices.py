"""Framings of real devices and programs, with the programs that people have on the other side: pymodbus, Redis, PostgreSQL,
an MQTT broker, pynmea2. What is junk or damaged is told, and loses nothing else.
"""

import importlib.util
import os
import re
import shutil
import subprocess

import test_relay_programs as programs
from harness import Case, Process, payload, read_exactly
from test_relay_programs import Programs, needs

NO_INPUT = subprocess.DEVNULL
ASK = bytes.fromhex("01 03 00 00 00 0a")
ANSWER = bytes.fromhex("01 03 14 00 64 00 65 00 66 00 67 00 68 00 69 00 6a 00 6b 00 6c 00 6d")
VALUES = "[100, 101, 102, 103, 104, 105, 106, 107, 108, 109]"


@needs("pymodbus", importlib.util.find_spec("pymodbus"))
class Modbus(Programs):
    def master(self, port, framer):
        words, _ = self.run_program("python3", str(programs.PEERS / "modbus_client.py"), str(port), "10", framer)
        return words.strip()

    def test_both_ends_are_watched(self):
        for framer in ("rtu", "ascii"):
            with self.subTest(framer=framer):
                _peer, (host, port) = self.server_peer("modbus_server", framer)
                relay, port = self.relay(f"{host}:{port}", "--frame", f"modbus-{framer}")
                self.assertEqual(self.master(port, framer), VALUES)
                relay.event("closed")
                self.assertEqual(self.heard(relay, "client"), [ASK])
                self.assertEqual(self.heard(relay, "target"), [ANSWER])

    def test_we_are_the_master(self):
        for framer in ("rtu", "ascii"):
            with self.subTest(framer=framer):
                _peer, address = self.server_peer("modbus_server", framer)
                client = self.connect(
                    address, "--frame", f"modbus-{framer}", "--send-hex", ASK.hex(), "--count", "1", "--json", stdin=NO_INPUT
                )
                self.assertEqual(payload(client.event("recv")), ANSWER)
                self.ends(client, 0)

    def test_we_are_the_device(self):
        for framer in ("rtu", "ascii"):
            with self.subTest(framer=framer):
                rules = self.file("rules.toml", f'[[rule]]\nhex = "{ASK.hex()}"\nreply_hex = "{ANSWER.hex()}"\n'.encode())
                server, address = self.listen("--frame", f"modbus-{framer}", "--reply", f"rules:{rules}")
                self.assertEqual(self.master(address[1], framer), VALUES)


    def test_exceptions_of_a_device_by_rules_and_of_a_real_one(self):
        for framer, refusal, question in (
            ("socket", "{hex:0..4} 00 03 {hex:6..7} 83 02", "0001 0000 0006 01 03 01f4 0001"),
            ("rtu", "01 83 02", "01 03 01f4 0001"),
            ("ascii", "01 83 02", "01 03 01f4 0001"),
        ):
            with self.subTest(framer=framer):
                frame = "modbus-tcp" if framer == "socket" else f"modbus-{framer}"
                rules = self.file("rules.toml", f'[[rule]]\nhex = "*"\nreply_hex = "{refusal}"\n'.encode())
                _server, address = self.listen("--frame", frame, "--reply", f"rules:{rules}")
                self.assertEqual(self.master(address[1], framer), "exception 2")
                # Register 500, which the device has not.
                _peer, address = self.server_peer("modbus_server", framer)
                client = self.connect(address, "--frame", frame, "--send-hex", question, "--count", "1", "--json", stdin=NO_INPUT)
                self.assertEqual(payload(client.event("recv"))[-3:].hex(), "018302")
                self.ends(client, 0)


@needs("redis-server", shutil.which("redis-server") and shutil.which("redis-cli"))
class Redis(programs.Redis):
    test_what_faults_promise_is_what_it_sees = None

    def test_it_is_watched_message_by_message(self):
        relay, port = self.relay(f"unix:{self.path}", "--frame", "redis")
        self.assertEqual(self.cli(port, "SET", "name", "鲑鱼")[0].strip(), "OK")
        self.assertEqual(self.cli(port, "--raw", "GET", "name")[0].strip(), "鲑鱼")
        relay.event("closed", conn=2)
        asked, answered = self.heard(relay, "client"), self.heard(relay, "target")
        self.assertIn("*3\r\n$3\r\nSET\r\n$4\r\nname\r\n$6\r\n鲑鱼".encode(), asked)
        self.assertIn(b"+OK", answered)
        self.assertIn("$6\r\n鲑鱼".encode(), answered)

    def test_a_command_in_line_is_answered(self):
        client = self.sockeye(
            "connect", f"unix:{self.path}", "--frame", "redis", "--send", "PING", "--count", "1", "--json", stdin=NO_INPUT
        )
        self.assertEqual(payload(client.event("recv")), b"+PONG")
        self.ends(client, 0)


@needs("PostgreSQL", programs.INITDB and shutil.which("psql"))
class PostgreSql(programs.PostgreSql):
    test_what_faults_promise_is_what_it_sees = None

    def test_it_is_watched_message_by_message(self):
        relay, port = self.relay(f"unix:{self.path}", "--frame", "postgres")
        self.assertEqual(self.psql(port, "select '三文鱼', 6*7"), ("三文鱼|42\n", 0))
        relay.event("closed")
        asked, answered = self.heard(relay, "client"), self.heard(relay, "target")
        # The first message has no type: a length, version 3.0 (or 3.2), and who it is.
        self.assertEqual(asked[0][4:6], b"\0\x03")
        self.assertIn(b"sockeye", asked[0])
        self.assertEqual([message[:1] for message in asked[1:]], [b"Q", b"X"])
        self.assertLessEqual({b"R", b"S", b"T", b"D", b"C", b"Z"}, {message[:1] for message in answered})
        self.assertFalse([e for e in relay.events() if e["type"] == "notice" and e["kind"] in ("unframed", "skipped")])


@needs("mosquitto", shutil.which("mosquitto") and shutil.which("mosquitto_pub"))
class Mqtt(Programs):
    def setUp(self):
        super().setUp()
        home = self.folder()
        os.chmod(home, 0o777)
        self.path = os.path.join(home, "mqtt")
        conf = os.path.join(home, "conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write(f"listener 0 {self.path}\nallow_anonymous true\nuser root\n")
        broker = Process(["mosquitto", "-c", conf])
        self.addCleanup(broker.discard)
        broker.stderr.wait(lambda data: re.search(rb"running", data))

    def test_a_client_is_watched(self):
        relay, port = self.relay(f"unix:{self.path}", "--frame", "mqtt")
        words, code = self.run_program(
            "mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-t", "a/b", "-m", "x" * 300, "-q", "1"
        )
        self.assertEqual(code, 0, words)
        relay.event("closed")
        asked, answered = self.heard(relay, "client"), self.heard(relay, "target")
        self.assertEqual([message[0] >> 4 for message in asked], [1, 3, 14])
        self.assertEqual([message[0] >> 4 for message in answered], [2, 4])
        self.assertIn(b"x" * 300, asked[1])

    def test_we_are_the_client(self):
        # CONNECT, SUBSCRIBE to a/b, PINGREQ; lengths are filled in, the first with a wrong one in its place.
        hello = "10 00 0004 4d515454 04 02 003c 0002 6161"
        client = self.sockeye(
            "connect", f"unix:{self.path}", "--frame", "mqtt", "--send-hex", hello, "--send-hex", "82 00 0001 0003 612f62 00",
            "--send-hex", "c0 00", "--count", "3", "--json", stdin=NO_INPUT,
        )  # fmt: skip
        self.ends(client, 0)
        heard = [payload(event) for event in client.events() if event["type"] == "recv"]
        self.assertEqual([message[:2].hex() for message in heard], ["2002", "9003", "d000"])


    def test_we_are_the_client_by_rules(self):
        rules = self.file(
            "client.toml",
            b'[[rule]]\nat = 0\nhex = "20"\nreply_hex = "82 00 0001 0003 612f62 00"\n'
            b'[[rule]]\nat = 0\nhex = "90"\nreply_hex = "30 00 0003 612f62 6869"\n'
            b'[[rule]]\nat = 0\nhex = "30"\nreply_hex = "e0 00"\nthen = "close"\n',
        )
        hello = "10 00 0004 4d515454 04 02 003c 0002 6161"
        client = self.sockeye(
            "connect", f"unix:{self.path}", "--frame", "mqtt", "--greet-hex", hello, "--reply", f"rules:{rules}", "--json",
            stdin=NO_INPUT,
        )  # fmt: skip
        self.ends(client, 0)
        heard = [payload(event) for event in client.events() if event["type"] == "recv"]
        self.assertEqual([message[0] >> 4 for message in heard], [2, 9, 3])
        self.assertTrue(heard[-1].endswith(b"a/bhi"))

    def test_we_are_the_broker_by_rules(self):
        rules = self.file(
            "broker.toml",
            b'[[rule]]\nat = 0\nhex = "10"\nreply_hex = "20 02 00 00"\n'
            b'[[rule]]\nat = 0\nhex = "82"\nid = "subscribed"\nreply_hex = "90 03 {hex:2..4} 00"\n'
            b'[[rule]]\nevery = "50ms"\ntimes = 1\nafter = "subscribed"\nreply_hex = "30 00 0003 612f62 6869"\n'
            b'[[rule]]\nat = 0\nhex = "32"\nreply_hex = "40 02 {hex:7..9}"\n'
            b'[[rule]]\nat = 0\nhex = "c0"\nreply_hex = "d0 00"\n'
            b'[[rule]]\nat = 0\nhex = "e0"\nsilent = true\nthen = "close"\n',
        )
        server, (_, port) = self.listen("--frame", "mqtt", "--reply", f"rules:{rules}")
        at = ("-h", "127.0.0.1", "-p", str(port), "-t", "a/b")
        self.assertEqual(self.run_program("mosquitto_pub", *at, "-m", "hello", "-q", "1"), ("", 0))
        self.assertEqual(self.run_program("mosquitto_sub", *at, "-C", "1", "-W", "10"), ("hi\n", 0))
        server.event("closed")


@needs("pynmea2", importlib.util.find_spec("pynmea2"))
class Nmea(Case):
    def test_it_reads_what_we_say_and_we_what_it_says(self):
        import pynmea2

        sentence = str(pynmea2.GGA("GP", "GGA", ("184353.07", "1929.045", "S", "02410.506", "E", "1", "04", "2.6", "100.00", "M", "-33.9", "M", "", "0000")))  # fmt: skip
        body = sentence[1 : sentence.index("*")]
        server, address = self.listen("--frame", "nmea", "--reply", "echo")
        client = self.dial(address)
        client.sendall(sentence.encode() + b"\r\n")
        echoed = read_exactly(client, len(sentence) + 2).decode()
        self.assertEqual(pynmea2.parse(echoed, check=True).fields, pynmea2.parse(sentence).fields)
        self.assertEqual(server.event("recv")["text"], body)


class Devices(Case):
    """Frames of the standards' worked examples, sent by hand."""

    JT808 = bytes.fromhex("7e 000200000139123456780001 33 7e")
    METER = bytes.fromhex("fefefefe 68 aaaaaaaaaaaa 68 13 00 df 16")

    def test_terminals_and_meters(self):
        for frame, sent, message in (
            ("jt808", self.JT808, "000200000139123456780001"),
            ("dlt645", self.METER, "aaaaaaaaaaaa681300"),
            ("iec104", bytes.fromhex("680407000000"), "07000000"),
        ):
            with self.subTest(frame=frame):
                server, address = self.listen("--frame", frame, "--reply", "echo")
                client = self.dial(address)
                client.sendall(sent)
                self.assertEqual(read_exactly(client, len(sent.lstrip(b"\xfe"))), sent.lstrip(b"\xfe"))
                self.assertEqual(payload(server.event("recv")).hex(), message)

    def test_junk_is_told_and_loses_nothing(self):
        server, address = self.listen("--frame", "jt808")
        client = self.dial(address)
        client.sendall(b"boot\r\n" + self.JT808 + b"??" + self.JT808[:3] + b"\x7d\x00" + self.JT808[3:] + self.JT808)
        client.close()
        server.event("closed")
        server.stop()
        events = server.events()
        good = [payload(e) for e in events if e["type"] == "recv"]
        self.assertEqual(good, [self.JT808[1:-2]] * 2)
        told = [e for e in events if e["type"] == "notice" and e["kind"] == "skipped"]
        self.assertTrue(told and all(e["bytes"] > 0 and e["at"] > 0 for e in told), told)
        summary = server.summary()
        self.assertEqual((summary["bad_escapes"], summary["messages_in"]), (1, 2), summary)
        self.assertGreaterEqual(summary["skipped_bytes"], 8)

    def test_composed_by_hand(self):
        # 55 aa, a length that counts what follows it, data, CRC over all but the head.
        arguments = ("--frame", "head=55aa,len=1,offset=2,strip=3,adjust=2", "--checksum", "crc16-modbus,from=2,to=-2")
        server, address = self.listen(*arguments, "--reply", "echo")
        client = self.connect(address, *arguments, "--send", "hello", "--count", "1", "--json", stdin=NO_INPUT)
        self.assertEqual(payload(client.event("recv")), b"hello")
        self.ends(client, 0)

    def test_what_cannot_be_is_refused(self):
        for arguments in (
            ("--frame", "head=68,len=1,offset=0"),
            ("--frame", "head=7e,tail=7e,escape=7d:02=7e"),
            ("--frame", "jt808", "--checksum", "xor8"),
            ("--frame", "modbus-rtu,role=boss"),
        ):
            with self.subTest(arguments=arguments):
                self.ends(self.sockeye("listen", "127.0.0.1:0", *arguments, stdin=NO_INPUT), 2)


class Sum(Case):
    def said(self, *arguments, code=0):
        process = self.sockeye("sum", *arguments, stdin=NO_INPUT)
        self.ends(process, code)
        return process.stdout.drained().decode()

    def test_one_is_computed(self):
        self.assertEqual(self.said("crc16-modbus", "--hex", "01 03 00 0a 00 02"), "e4 09  0x09e4\n")
        self.assertEqual(self.said("crc16-xmodem", "123456789"), "31 c3  0x31c3\n")
        self.assertEqual(self.said("xor8,hex", "GP"), "17  0x17\n")
        path = self.file("sum.bin", b"123456789")
        self.assertIn("0xcbf43926", self.said("crc32", "--file", path))
        self.assertIn("crc16-modbus", self.said("--all", "123456789"))

    def test_one_is_found(self):
        found = self.said("--find", "1103006b00037687", "110306ae415652434049ad")
        self.assertTrue(found.startswith("--checksum crc16-modbus\n"), found)
        meters = "68aaaaaaaaaaaa681300df16", "6801000000000068110433333433b316", "689999999999996808006e16"
        self.assertTrue(self.said("--find", *meters).startswith("--checksum sum8,from=0,to=-2\n"))

    def test_what_cannot_be_told_is_1_and_what_is_no_question_2(self):
        self.said("--find", "0102030405060708", code=1)
        for wrong in (("crc99", "x"), ("crc32",), ("crc32", "x", "--hex", "00"), ("--find", "0g"), ()):
            with self.subTest(wrong=wrong):
                self.said(*wrong, code=2)
        self.said("crc32", "--file", "/nowhere/at/all", code=26)


if __name__ == "__main__":
    import unittest

    unittest.main()
