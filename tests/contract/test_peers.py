"""The Python peers work with each other; otherwise their agreement with sockeye would prove nothing."""

import re

from harness import Case

STAMPED = rb"\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\] "


class PeersPair(Case):
    def pair(self, server, client, *client_arguments):
        """A server and its client, started."""
        server, address = self.server_peer(server)
        return server, self.peer(client, *address, *client_arguments)

    def test_hello(self):
        server, client = self.pair("hello_server", "hello_client")
        self.assertEqual(server.got(), b"hello")
        self.assertEqual(client.got(), b"thank you, tcp client")
        self.succeeds(server)
        self.succeeds(client)

    def test_operator(self):
        server, client = self.pair("operator_server", "operator_client")
        client.write("anyone there?\n".encode())
        self.assertEqual(server.got(), b"anyone there?")
        server.write("在的\n".encode())
        self.assertEqual(client.got(), "在的".encode())
        client.write(b"\n")
        self.assertEqual(server.got(), b"")
        self.succeeds(server)
        self.succeeds(client)

    def test_gbk(self):
        server, client = self.pair("gbk_server", "gbk_client")
        self.assertEqual(server.got(), "你好服务端…".encode("gbk"))
        self.assertEqual(client.got(), "ok, 问题正在处理中…".encode("gbk"))
        self.succeeds(server)
        self.succeeds(client)

    def test_nihao(self):
        server, client = self.pair("nihao_server", "nihao_client")
        self.assertEqual(server.got(), b"hello")
        self.assertEqual(client.got(), b"nihao")
        self.succeeds(client)

    def test_ctime(self):
        for transport in ("", "_udp"):
            with self.subTest(transport=transport):
                server, client = self.pair(f"ctime{transport}_server", f"ctime{transport}_client")
                client.write(b"one\n")
                self.assertEqual(server.got(), b"one")
                answer = server.sent()
                self.assertRegex(answer, b"^" + STAMPED + b"one$")
                self.assertEqual(client.got(), answer)
                client.write(b"\n")
                self.succeeds(client)

    def test_sticky_in_both_roles(self):
        for sender, receiver in (("serve", "client"), ("client", "serve")):
            with self.subTest(sender=sender):
                first, second = ("sticky_sender", "sticky_receiver")
                if receiver == "serve":
                    first, second = second, first
                listening, address = self.server_peer(first, "serve")
                dialling = self.peer(second, *address)
                sending, receiving = (listening, dialling) if sender == "serve" else (dialling, listening)
                self.succeeds(sending)
                receiving.write(b"\n")
                self.assertEqual(receiving.got(), b"hellohellohello")
                self.assertEqual(receiving.got(), b"")

    def test_recv5(self):
        server, client = self.pair("hello_server", "recv5_client")
        self.assertEqual(server.got(), b"hello")
        self.assertEqual([client.got() for _ in range(6)], [b"thank", b" you,", b" tcp ", b"clien", b"t", b""])

    def test_header(self):
        server, client = self.pair("header_server", "header_client")
        self.assertEqual([server.got(), server.got()], [b"\x0a\0\0\0", b"helloworld"])
        self.assertEqual([client.got(), client.got()], [b"\x0d\0\0\0", "world, 你好".encode()])
        self.succeeds(client)

    def test_stamps_are_those_of_c(self):
        self.assertTrue(re.match(STAMPED, b"[Sat Nov  1 10:00:00 2026] data"))
