"""Devices written from their standards, by people who never saw sockeye's framings: a JT/T 808 terminal and an HJ 212 monitor
that dial a platform made of rules, a DL/T 645 meter that is read, an IEC 104 station that is started and interrogated.
"""

import subprocess

from harness import Case, Peer, payload

NO_INPUT = subprocess.DEVNULL

PLATFORM = """
[[rule]]
at = 0
hex = "01 00"
name = "{hex:4..10}"
id = "registered"
reply_hex = "81 00 00 07 {hex:4..10} 00 01 {hex:10..12} 00 6b 65 79 31"

[[rule]]
at = 0
hex = "?? ??"
after = "registered"
reply_hex = "80 01 00 05 {hex:4..10} 00 02 {hex:10..12} {hex:0..2} 00"
"""

RECEIPTS = r"""
[[rule]]
regex = '^QN=(\d+);.*CN=2011;PW=(\w+);MN=(\w+);'
name = '$3'
id = "reported"
reply = 'QN=$1;ST=91;CN=9014;PW=$2;MN=$3;Flag=4;CP=&&&&'

[[rule]]
contains = ";CN=9011;"
silent = true
then = "close"

[[rule]]
every = "50ms"
times = 1
after = "reported"
reply = 'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&'
"""

MASTER = """
all = true

[[rule]]
hex = "0b 00 00 00"
reply_hex = "43 00 00 00"

[[rule]]
hex = "83 00 00 00"
reply_hex = "00 00 00 00 64 01 06 00 01 00 00 00 00 14"

[[rule]]
at = 4
hex = "64 01 0a"
reply_hex = "01 00 06 00"

[[rule]]
at = 4
hex = "64 01 0a"
reply_hex = "13 00 00 00"

[[rule]]
hex = "23 00 00 00"
silent = true
then = "close"
"""


class Standards(Case):
    def device(self, kind, *arguments):
        peer = Peer("standard_devices", kind, *arguments)
        self.addCleanup(peer.discard)
        return peer

    def told(self, peer, *lines):
        """That a device understood all of this, and nothing else."""
        self.assertEqual([peer.line() for _ in lines], list(lines))
        self.assertEqual((peer.finish(), peer.stderr.drained()), (0, b""))

    def platform(self, frame, rules):
        server, (_, port) = self.listen("--frame", frame, "--reply", f"rules:{self.file('rules.toml', rules.encode())}")
        return server, port

    def test_a_terminal_of_jt808_at_a_platform_of_rules(self):
        server, port = self.platform("jt808", PLATFORM)
        self.told(self.device("jt808", port), "registered key1", "authenticated", "beats 3", "located")
        # Digits alone are the number of a conversation: a name made of them has a sign before it.
        self.assertEqual(server.event("named")["name"], "@013912345678")
        server.event("closed")
        self.assertEqual(server.stop(), 0)
        heard = [payload(event) for event in server.events() if event["type"] == "recv"]
        self.assertEqual([message[:2].hex() for message in heard], ["0100", "0102", "0002", "0002", "0002", "0200"])
        # Its serial numbers hold 7d and 7e, which travel escaped.
        self.assertEqual([message[10:12].hex() for message in heard], [f"7d{low:02x}" for low in range(0x7E, 0x84)])
        self.assertTrue(heard[0].endswith("京A12345".encode("gbk")))

    def test_a_monitor_of_hj212_is_acknowledged_and_asked(self):
        server, port = self.platform("hj212", RECEIPTS)
        self.told(self.device("hj212", port), "received", "asked RtdInterval=30")
        self.assertEqual(server.event("named")["name"], "010000A8900016F000169DC0")

    def test_a_meter_of_dlt645_is_read(self):
        meter = self.device("dlt645")
        port = meter.port()
        reads = ("aaaaaaaaaaaa 68 13 00", "563412785634 68 11 04 33333333", "563412785634 68 11 04 33343333")
        sends = [word for read in reads for word in ("--send-hex", read)]
        client = self.connect(("127.0.0.1", port), "--frame", "dlt645", *sends, "--await", "--count", 3, "--json", stdin=NO_INPUT)
        self.ends(client, 0)
        answers = [payload(event).hex() for event in client.events() if event["type"] == "recv"]
        self.assertEqual(answers[0], "563412785634" "689306" "896745ab8967")
        # 12345678, that is 123,456.78 kWh, its lowest digits first, 33 added to each byte.
        self.assertEqual(answers[1], "563412785634" "689108" "33333333" "ab896745")
        self.assertEqual(answers[2], "563412785634" "68d101" "35")
        self.told(meter, "named", "read", "refused 00010000")

    def test_a_station_of_iec104_is_started_tested_interrogated_and_stopped(self):
        station = self.device("iec104")
        rules = self.file("master.toml", MASTER.encode())
        master = self.connect(
            ("127.0.0.1", station.port()), "--frame", "iec104", "--greet-hex", "07000000", "--reply", f"rules:{rules}",
            "--json", stdin=NO_INPUT,
        )  # fmt: skip
        self.told(station, "started", "tested", "interrogated", "acknowledged 3", "stopped")
        self.ends(master, 0)
        heard = [payload(event)[4:].hex() for event in master.events() if event["type"] == "recv"]
        self.assertIn("01831400" "0100" "010000" "010001", heard)
