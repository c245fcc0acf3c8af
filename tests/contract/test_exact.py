"""An event is about exactly its bytes, and what a person should know of them is said once."""

import unittest

from harness import Case, in_english, payload, read_to_end


class Reads(Case):
    def reads(self, pieces, *arguments):
        """Each piece as one read of `connect`; its events, the run being over."""
        server, address = self.stand()
        client = self.connect(address, "--json", "--wait", "5s", *arguments, stdin=None)
        conversation = self.accept(server)
        for piece in pieces:
            conversation.sendall(piece)
            client.event("recv")
        conversation.close()
        client.finish()
        return client.events()

    def notices(self, pieces, kind, *arguments):
        return [event for event in self.reads(pieces, *arguments) if event.get("notice") == kind]

    def test_each_event_has_the_bytes_of_its_read_in_every_charset(self):
        pieces = [b"\xff\xe4\xbd", b"\xa0\xff", b"\x01\x03\xe5", b"AT\r\n", b"\xc4", b"\xe3", b"\x81\x30\x81"]
        for charset in ("utf-8", "gbk", "gb18030", "big5", "utf-16le", "latin1"):
            with self.subTest(charset=charset):
                came = [event for event in self.reads(pieces, "--charset", charset) if event["type"] == "recv"]
                self.assertEqual([event["len"] for event in came], [len(piece) for piece in pieces])
                for event, piece in zip(came, pieces, strict=True):
                    if "b64" in event:
                        self.assertEqual(payload(event), piece)
                    else:
                        self.assertEqual(event["text"].encode(charset), piece)

    def test_a_cut_character_is_told_once_its_rest_has_come(self):
        for pieces, before, after in (
            ([b"a\xe4\xbd", b"\xa0b"], 2, 1),
            ([b"\xff\xe4\xbd", b"\xa0\xff"], 2, 1),
            ([b"\xe4", b"\xbd", b"\xa0"], 2, 1),
        ):
            (told,) = self.notices(pieces, "cut-character")
            self.assertEqual((told["kind"], told["text"], told["before"], told["after"]), ("cut-character", "你", before, after))
        self.assertEqual(self.notices([b"\x01\x03\xe5", b"AT\r\n"], "cut-character", "--charset", "gbk"), [])

    def test_gbk_that_is_taken_for_utf_8_is_named_and_the_reverse(self):
        text = "温度过高报警，请检查设备"
        (told,) = self.notices([text.encode("gbk")] * 3, "reads-as")
        self.assertEqual(told["charset"], "gbk")
        (told,) = self.notices([text.encode("utf-8")] * 3, "reads-as", "--charset", "gbk")
        self.assertEqual(told["charset"], "utf-8")
        self.assertEqual(self.notices([text.encode("utf-8")], "reads-as"), [])
        self.assertEqual(self.notices([text.encode("gbk")], "reads-as", "--charset", "gbk"), [])

    def test_sends_that_have_come_together_are_told_of_once(self):
        self.assertEqual(len(self.notices([b"hellohellohello", b"hellohello"], "glued")), 1)
        self.assertEqual(self.notices([b"hello"], "glued"), [])

    @in_english
    def test_without_framing_reads_are_counted_as_reads(self):
        server, address = self.stand()
        client = self.connect(address, stdin=None)
        self.accept(server).close()
        client.finish()
        self.assertIn(b"in 0 bytes / 0 reads, out 0 bytes / 0 sends", client.stderr.drained())

    def test_a_terminal_in_gbk_shows_the_answer_behind_binary_whole(self):
        server, (host, port) = self.stand()
        terminal = self.terminal("connect", f"{host}:{port}", "--charset", "gbk")
        conversation = self.accept(server)
        conversation.sendall(b"\x01\x03\xe5")
        terminal.read_until(r"3 \\x01\\x03\\xe5")
        conversation.sendall(b"AT\r\n")
        terminal.read_until(r"4 AT\\r\\n")


class Messages(Case):
    def test_a_bad_checksum_is_shown_in_the_order_of_the_wire(self):
        server, address = self.stand()
        client = self.connect(address, "--json", "--checksum", "crc16-modbus", "--count", "1", stdin=None)
        self.accept(server).sendall(b"\x01\x03\x12\x34")
        event = client.event("recv")
        self.assertEqual((event["checksum"], event["found_hex"]), ("bad", "12 34"))

    @in_english
    def test_every_that_is_cut_short_says_how_far_it_got(self):
        server, address = self.stand()
        client = self.connect(address, "--send", "tick", "--every", "20ms", "--count", "1000")
        conversation = self.accept(server)
        while len(conversation.recv(1 << 16)) == 0:
            self.fail("it ended first")
        conversation.sendall(b"tock")
        conversation.close()
        self.ends(client, 56)
        self.assertRegex(client.stderr.drained(), rb"went away after \d+ of 1000 rounds")

    def test_a_silent_rule_says_nothing_and_an_empty_reply_has_no_checksum(self):
        rules = self.file("r.toml", "[[rule]]\nequals='quiet'\nsilent=true\n[[rule]]\nequals='empty'\nreply=''\n"
                                    "[[rule]]\nregex='.'\nreply='else'\nthen='close'\n")  # fmt: skip
        _, address = self.listen("--reply", f"rules:{rules}", "--frame", "line")
        with self.dial(address) as sock:
            sock.sendall(b"quiet\nempty\nother\n")
            self.assertEqual(read_to_end(sock), b"\nelse\n")
        _, address = self.listen("--reply", f"rules:{rules}", "--checksum", "crc16-modbus")
        with self.dial(address) as sock:
            client = self.sockeye("connect", f"{address[0]}:{address[1]}", "--checksum", "crc16-modbus", "--send",
                                  "empty", "--wait", "300ms", "--json")  # fmt: skip
            self.ends(client, 28)

    def test_a_type_byte_before_the_length_is_named(self):
        server, address = self.stand()
        client = self.connect(address, "--frame", "len=4,includes-header", stdin=None)
        self.accept(server).sendall(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")
        client.finish()
        self.assertIn(b"len=4,offset=1,adjust=-4", client.stderr.drained())

    @in_english
    def test_a_length_that_counts_characters_is_named(self):
        server, address = self.stand()
        client = self.connect(address, "--frame", "len=4", "--json", stdin=None)
        self.accept(server).sendall(b"\0\0\0\x02" + "你好".encode() + b"\0\0\0\x02" + "再见".encode())
        self.assertIn("count characters", client.event("failed")["hint"])


if __name__ == "__main__":
    unittest.main()
