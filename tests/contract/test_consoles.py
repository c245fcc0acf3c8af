"""A console for devices: whom a line goes to, names, what is sent again and again, saved messages, switches, Tab."""

import pathlib
import re
import socket
import stat
import tempfile
import time

from harness import Case, in_english, is_readable, payload, read_exactly, reset

TAB, UP, CTRL_U = "\t", "\x1b[A", "\x15"
POLL = bytes.fromhex("010300000001840a")
LANGUAGES = ("en", "zh")


class Consoles(Case):
    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.home = pathlib.Path(made.name)

    def open(self, *arguments, language="en", **env):
        """A listener's console, and its port."""
        surroundings = {"HOME": str(self.home), "SOCKEYE_LANG": language, **env}
        console = self.terminal("listen", "127.0.0.1:0", *arguments, env=surroundings, folder=str(self.home))
        return console, console.port()

    def device(self, console, port, registration):
        """A device that has registered."""
        sock = self.dial(("127.0.0.1", port))
        sock.sendall(registration)
        console.read_until(re.escape(registration.decode()))
        return sock

    def devices(self, console, port, count=3):
        """Devices by the names of their registrations, which the operator gives their conversations."""
        devices = []
        for number in range(1, count + 1):
            name = f"DTU{number:03}"
            devices.append(self.device(console, port, name.encode()))
            console.enter(f"/name {number} {name}")
            console.read_until(f"#{number} [^\r\n]*{name}")
        return devices

    def test_three_devices_by_name_in_both_languages(self):
        for language in LANGUAGES:
            with self.subTest(language):
                console, port = self.open(language=language)
                log = self.home / f"{language}.log"
                console.enter(f"/log {log}")
                console.read_until(f"{language}\\.log[^\r\n]+/log off")
                first, second, third = self.devices(console, port)
                console.enter("/to DTU002 /every 200ms /hex 01 03 00 00 00 01 84 0A")
                begun = time.monotonic()
                self.assertEqual(read_exactly(second, 3 * len(POLL)), 3 * POLL)
                self.assertGreater(time.monotonic() - begun, 0.35)
                # Whoever speaks meanwhile does not get it.
                first.sendall(b"beat")
                console.read_until("#1 DTU001 ← 4 beat")
                read_exactly(second, len(POLL))
                self.assertFalse(is_readable(first))
                self.assertFalse(is_readable(third))
                console.enter("/stop DTU002")
                console.enter("/to 1,DTU003 both")
                self.assertEqual(read_exactly(first, 4), b"both")
                self.assertEqual(read_exactly(third, 4), b"both")
                console.enter("/kick DTU003")
                self.assertEqual(third.recv(1), b"")
                third.close()
                console.read_until("#3 DTU003")
                console.enter("/to DTU003 hello")
                console.read_until("DTU003")
                console.enter("/list")
                console.read_until("DTU001[^\n]*\r?\n[^\n]*DTU002")
                console.enter("/quit")
                self.assertEqual(console.finish(), 0)
                text = log.read_text()
                for line in (r"#1 DTU001 tcp://127\.0\.0\.1:\d+ ← 4 beat", r"#2 DTU002 tcp://\S+ → 8 ",
                             r"00000000  01 03 00 00 00 01 84 0a", r"#3 DTU003 tcp://\S+ → 4 both"):  # fmt: skip
                    self.assertRegex(text, line)

    def test_what_use_has_chosen_stays_though_another_speaks(self):
        console, port = self.open()
        first, second = self.devices(console, port, 2)
        console.enter("/use DTU001")
        console.read_until("DTU001")
        second.sendall(b"me now")
        console.read_until("me now")
        console.enter("to the first")
        self.assertEqual(read_exactly(first, 12), b"to the first")
        console.enter("/use last")
        second.sendall(b"and now")
        console.read_until("and now")
        console.enter("to the second")
        self.assertEqual(read_exactly(second, 13), b"to the second")
        console.enter("/use all")
        console.enter("to both")
        for sock in (first, second):
            self.assertEqual(read_exactly(sock, 7), b"to both")

    @in_english
    def test_what_cannot_be_heard_is_said_to_be_unsent(self):
        console, port = self.open()
        console.enter("anybody?")
        console.read_until("8 bytes not sent: nobody is connected")
        (first,) = self.devices(console, port, 1)
        console.enter("/use 1")
        console.read_until("/use last ends that")
        reset(first)
        console.read_until("#1 DTU001 ")
        console.read_until("RST")
        console.enter("still there?")
        console.read_until("12 bytes not sent: whom /use chose is connected no more")
        listener = self.sockeye("listen", "127.0.0.1:0", "--json", "--commands")
        listener.event("listening")
        listener.write(b"anybody?\n")
        unsent = listener.event("notice")
        self.assertEqual((unsent["kind"], unsent["len"], unsent["why"]), ("unsent", 8, "nobody"))

    @in_english
    def test_a_name_is_one_conversations_and_no_number(self):
        console, port = self.open()
        self.devices(console, port, 2)
        console.enter("/name 2 DTU001")
        console.read_until("#1 is called DTU001 already; .* /name 1 OTHER")
        for wrong, why in (("7", "'7' is no name"), ("a,b", r"'a,b' is no name: U\+002C"), ("all", "'all' is no name")):
            console.enter(f"/name 2 {wrong}")
            console.read_until(why)
        console.enter("/name 9 boiler")
        console.read_until("there is no conversation #9")
        console.enter("/to boiler x")
        console.read_until("no conversation is called boiler")

    def test_names_and_choices_are_told_to_programs(self):
        listener = self.sockeye("listen", "127.0.0.1:0", "--json", "--commands")
        host, port = re.search(r"//(.*):(\d+)", listener.event("listening")["addr"]).groups()
        sock = self.dial((host, int(port)))
        listener.event("opened")
        listener.write("/name 1 泵站\n/use 泵站\n/raw 7e7e\n/list\n/charset gbk\n/view hex\n你好\n".encode())
        named = listener.event("named")
        self.assertEqual((named["conn"], named["name"]), (1, "泵站"))
        self.assertEqual(listener.event("notice", notice="using")["to"], "泵站")
        self.assertEqual(listener.event("notice", notice="members")["members"][0]["name"], "泵站")
        self.assertEqual(listener.event("notice", notice="charset")["charset"], "gbk")
        self.assertEqual(listener.event("notice", notice="view")["show"], "hex")
        self.assertEqual(read_exactly(sock, 6), b"~~" + "你好".encode("gbk"))
        sock.sendall("收到".encode("gbk"))
        self.assertEqual(listener.event("recv")["text"], "收到")

    @in_english
    def test_raw_goes_past_the_framing(self):
        console, port = self.open("--frame", "len=2", "--parts", "--hex")
        sock = self.dial(("127.0.0.1", port))
        console.read_until(str(sock.getsockname()[1]))
        console.enter("/hex 01")
        console.enter("/raw 00 05 01")
        self.assertEqual(read_exactly(sock, 6), bytes.fromhex("0001 01 000501"))
        console.read_until("length 00 01  body 01")
        # Nobody framed it, so it has no parts of ours: what follows is its dump.
        console.read_until(r"→ 3 \(past the framing\)\s+00000000  00 05 01 ")

    def test_programs_are_told_what_went_past_the_framing(self):
        listener = self.sockeye("listen", "127.0.0.1:0", "--frame", "len=2,strip=2", "--json", "--commands")
        host, port = re.search(r"//(.*):(\d+)", listener.event("listening")["addr"]).groups()
        self.dial((host, int(port)))
        listener.event("opened")
        listener.write(b"/hex 01\n/raw 00 05 01\n")
        framed, raw = listener.event("sent"), listener.event("sent")
        self.assertEqual((payload(framed), framed.get("raw")), (b"\x01", None))
        self.assertEqual((payload(raw), raw.get("raw")), (b"\x00\x05\x01", True))

    def test_several_things_are_sent_again_and_again_at_once(self):
        console, port = self.open()
        first, second = self.devices(console, port, 2)
        console.enter("/to DTU001,2 /every 20ms {counter};")
        for sock in (first, second):
            self.assertEqual(read_exactly(sock, 6), b"1;2;3;")
        console.enter("/stop 1")
        console.enter("/to 1 done.")
        seen = b""
        while not seen.endswith(b"done."):
            seen += first.recv(100)
        read_exactly(second, 40)
        self.assertFalse(is_readable(first, 0.1))
        console.enter("/stop")
        console.enter("/to 2 done.")
        seen = b""
        while not seen.endswith(b"done."):
            seen += second.recv(100)
        self.assertFalse(is_readable(second, 0.1))

    def test_a_poll_by_name_goes_on_when_the_name_comes_back(self):
        console, port = self.open()
        (first,) = self.devices(console, port, 1)
        console.enter("/to DTU001 /every 50ms ?")
        read_exactly(first, 2)
        reset(first)
        console.read_until("RST")
        again = self.dial(("127.0.0.1", port))
        console.read_until(str(again.getsockname()[1]))
        console.enter("/name 2 DTU001")
        self.assertEqual(read_exactly(again, 3), b"???")

    def test_tab_completes_commands_numbers_names_and_saved_messages(self):
        console, port = self.open()
        first, second = self.devices(console, port, 2)
        console.enter("/quick question = what is it?")
        console.read_until("quick\\.toml")
        console.type("/ki" + TAB)
        console.wait_for_screen(lambda lines: lines[-1] == "> /kick")
        console.type(CTRL_U + "/to DTU002" + TAB + "/qu" + TAB + "q" + TAB)
        console.wait_for_screen(lambda lines: lines[-1] == "> /to DTU002 /quick question")
        console.enter("")
        self.assertEqual(read_exactly(second, 11), b"what is it?")
        self.assertFalse(is_readable(first))
        console.enter("a" + TAB + "b")
        # The first has written last but one; a tab in a message is a part of it.
        self.assertEqual(read_exactly(second, 3), b"a\tb")

    @in_english
    def test_saved_messages_are_there_the_next_time(self):
        config = self.home / "config"
        console, _ = self.open(XDG_CONFIG_HOME=str(config))
        console.enter("/quick")
        console.read_until("no messages are saved")
        console.enter("/quick ask = /hex 01 03")
        console.read_until("ask is saved in .*config/sockeye/quick.toml")
        console.enter("/quick nothing")
        console.read_until("no saved message 'nothing'")
        console.enter("/quit")
        console.finish()
        self.assertEqual(stat.S_IMODE((config / "sockeye").stat().st_mode), 0o700)
        self.assertEqual([path.name for path in (config / "sockeye").iterdir()], ["quick.toml"])
        console, port = self.open(XDG_CONFIG_HOME=str(config))
        (first,) = self.devices(console, port, 1)
        console.enter("/quick")
        console.read_until("ask = /hex 01 03")
        console.enter("/quick ask")
        self.assertEqual(read_exactly(first, 2), b"\x01\x03")
        console.enter("/quick ask =")
        console.read_until("ask is forgotten")
        self.assertNotIn("ask", (config / "sockeye/quick.toml").read_text())

    def test_saved_messages_of_a_job_file_stay_in_it(self):
        jobs = self.home / "jobs.toml"
        jobs.write_text('# ours\n[job.desk]\ncommand = "listen"\naddr = "127.0.0.1:0"\n\n[quick]\nhello = "你好"\n')
        console = self.terminal("run", str(jobs), env={"HOME": str(self.home)})
        port = console.port()
        sock = self.dial(("127.0.0.1", port))
        console.read_until(str(sock.getsockname()[1]))
        console.enter("/quick hello")
        self.assertEqual(read_exactly(sock, 6), "你好".encode())
        console.enter("/quick bye = 再见")
        console.read_until("jobs\\.toml")
        text = jobs.read_text()
        self.assertTrue(text.startswith("# ours\n[job.desk]\n"), text)
        self.assertIn('bye = "再见"', text)
        self.assertFalse((self.home / ".config").exists())

    def test_charset_and_view_are_switched_live(self):
        console, port = self.open()
        sock = self.dial(("127.0.0.1", port))
        console.read_until(str(sock.getsockname()[1]))
        sock.sendall(b"\xc4\xe3\xba\xc3")
        console.read_until(r"\\xc4\\xe3\\xba\\xc3")
        console.enter("/charset gbk")
        console.read_until("in gbk|按 gbk")
        sock.sendall(b"\xca\xd5\xb5\xbd")
        console.read_until("收到")
        console.enter("好")
        self.assertEqual(read_exactly(sock, 2), b"\xba\xc3")
        console.enter("/view hex")
        console.read_until("hex from|十六进制")
        sock.sendall(b"\xca\xd5\xb5\xbd")
        console.read_until(r"ca d5 b5 bd[ ]+\|收到\|")
        console.enter("/charset klingon")
        console.read_until("klingon")

    def test_a_log_that_begins_late_knows_who_is_there_and_ends_when_told(self):
        console, port = self.open()
        (first,) = self.devices(console, port, 1)
        console.enter("/log late.log")
        console.read_until(r"late\.log[^\r\n]+/log off")
        first.sendall(b"logged")
        console.read_until("logged")
        console.enter("/log off")
        console.read_until("no more|不再记录")
        first.sendall(b"unseen")
        console.read_until("unseen")
        console.enter("/log /nonexistent/x.log")
        console.read_until("/nonexistent/x\\.log")
        console.enter("/quit")
        console.finish()
        text = (self.home / "late.log").read_text()
        self.assertRegex(text, r"#1 DTU001 tcp://127\.0\.0\.1:\d+ ← 6 logged")
        self.assertNotIn("unseen", text)

    def test_history_is_kept_for_each_kind_of_session_or_not_at_all(self):
        state = self.home / "state"
        console, _ = self.open(XDG_STATE_HOME=str(state))
        console.enter("/all remembered")
        console.enter("/quit")
        console.finish()
        kept = state / "sockeye/history-listen"
        self.assertIn("/all remembered", kept.read_text())
        self.assertEqual(stat.S_IMODE(kept.stat().st_mode), 0o600)
        console, _ = self.open(XDG_STATE_HOME=str(state), SOCKEYE_HISTORY="off")
        console.enter("/all secret")
        console.enter("/quit")
        console.finish()
        self.assertNotIn("secret", kept.read_text())
        console, _ = self.open(XDG_STATE_HOME=str(state))
        console.type(UP + UP)
        console.wait_for_screen(lambda lines: lines[-1] == "> /all remembered")

    def test_help_is_a_table_that_fits_in_both_languages(self):
        for language, word in (("en", "by number or name"), ("zh", "可用编号或名字")):
            console, _ = self.open(language=language)
            console.enter("/help")
            console.wait_for_screen(lambda lines, word=word: any("/to 2,DTU TEXT" in line and word in line for line in lines))


def crc16(message):
    """Modbus' checksum, as it travels."""
    crc = 0xFFFF
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


class Figures(Case):
    def test_what_passes_is_told_and_adds_up(self):
        listener = self.sockeye("listen", "127.0.0.1:0", "--reply", "echo", "--frame", "line", "--checksum", "crc16-modbus",
                                "--stats", "100ms", "--json")  # fmt: skip
        address = re.search(r"//(.*)", listener.event("listening")["addr"]).group(1)
        host, port = address.rsplit(":", 1)
        sock = self.dial((host, int(port)))
        for _ in range(3):
            sock.sendall(b"abc" + crc16(b"abc") + b"\n")
            sock.sendall(b"abc\x01\x02\n")
            self.assertEqual(read_exactly(sock, 6), b"abc" + crc16(b"abc") + b"\n")
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            stats = listener.event("stats")
            if stats["total_errors_in"] >= 3:
                break
        self.assertEqual(stats["open"], 1)
        listener.stop()
        told = [event for event in listener.events() if event["type"] == "stats" and "conn" not in event]
        summary = listener.summary()
        for key in ("bytes_in", "bytes_out", "messages_in", "messages_out"):
            self.assertEqual(sum(event[key] for event in told), summary[key], key)
            self.assertEqual(told[-1][f"total_{key}"], summary[key], key)
        self.assertEqual(sum(event["errors_in"] for event in told), summary["bad_checksums"])

    def test_each_client_has_its_own_on_request(self):
        listener = self.sockeye("listen", "udp://127.0.0.1:0", "--reply", "echo", "--stats", "100ms,clients", "--json")
        port = int(listener.event("listening")["addr"].rsplit(":", 1)[1])
        sock, _ = self.stand(socket.SOCK_DGRAM)
        sock.sendto(b"hello", ("127.0.0.1", port))
        while True:
            stats = listener.event("stats")
            if stats.get("conn") == 1 and stats["total_bytes_out"] == 5:
                break

    def test_a_relay_tells_both_ways(self):
        server, (host, port) = self.stand()
        relay = self.sockeye("relay", "127.0.0.1:0", f"{host}:{port}", "--stats", "100ms", "--json")
        at = int(relay.event("listening")["addr"].rsplit(":", 1)[1])
        client = self.dial(("127.0.0.1", at))
        target = self.accept(server)
        client.sendall(b"up up")
        self.assertEqual(read_exactly(target, 5), b"up up")
        target.sendall(b"down")
        self.assertEqual(read_exactly(client, 4), b"down")
        while True:
            stats = relay.event("stats")
            if (stats["total_bytes_in"], stats["total_bytes_out"]) == (5, 4):
                break

    @in_english
    def test_people_read_a_line_and_can_ask_at_the_console(self):
        console = self.terminal("listen", "127.0.0.1:0")
        sock = self.dial(("127.0.0.1", console.port()))
        sock.sendall(b"hello")
        console.read_until("hello")
        console.enter("/stats")
        console.read_until(r"in [\d.]+ \w*B/s, \d+ reads?/s, 0 errors; out 0 B/s, 0 reads/s, 0 errors; 1 open")
        console.enter("/stats 100ms,clients")
        console.read_until("figures every 100ms")
        console.read_until("#1 in 0 B/s")
        console.enter("/stats off")
        console.read_until("no figures any more")
        console.enter("/stats 1ms")
        console.read_until("shortest time is 100ms")

    @in_english
    def test_the_parts_of_frames_are_told_apart(self):
        for colour in (False, True):
            console = self.terminal("listen", "127.0.0.1:0", "--frame", "line", "--checksum", "crc16-modbus", "--parts", colour=colour)
            sock = self.dial(("127.0.0.1", console.port()))
            sock.sendall(b"abc" + crc16(b"abc") + b"\nabc\x01\x02\n")
            good = crc16(b"abc").hex(" ")
            if colour:
                console.read_until(re.escape(f"body 61 62 63  checksum \x1b[32m{good}\x1b[0m  tail \x1b[33m0a\x1b[0m"))
                console.read_until(re.escape("bad checksum \x1b[31m01 02\x1b[0m"))
            else:
                console.read_until(f"body 61 62 63  checksum {good}  tail 0a")
                console.read_until("body 61 62 63  bad checksum 01 02  tail 0a")


if __name__ == "__main__":
    import unittest

    unittest.main()
