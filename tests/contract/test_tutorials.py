"""Each half of each tutorial is replaced by one sockeye command, and the other half does not notice."""

import re
import subprocess

from harness import Case, payload

STAMPED = r"\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\] "
NO_INPUT = subprocess.DEVNULL


class Hello(Case):
    def test_client(self):
        server, address = self.server_peer("hello_server")
        client = self.connect(address, "--send", "hello")
        self.succeeds(client)
        self.assertEqual(server.got(), b"hello")
        self.assertEqual(client.stdout.drained(), b"thank you, tcp client")

    def test_client_with_host_and_port_apart(self):
        server, (host, port) = self.server_peer("hello_server")
        client = self.sockeye("connect", host, port, "--send", "hello")
        self.succeeds(client)
        self.assertEqual(server.got(), b"hello")
        self.assertEqual(client.stdout.drained(), b"thank you, tcp client")

    def test_client_without_a_terminal_says_nothing_but_data_on_stdout(self):
        server, address = self.server_peer("hello_server", "\x1b[31mred")
        client = self.connect(address, "--send", "hello")
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), b"\x1b[31mred")

    def test_server(self):
        _, address = self.listen("--reply", "text:thank you, tcp client")
        client = self.peer("hello_client", *address)
        self.assertEqual(client.got(), b"thank you, tcp client")
        self.succeeds(client)

    def test_server_sees_exactly_the_bytes(self):
        server, address = self.listen("--reply", "text:thank you, tcp client")
        self.peer("hello_client", *address)
        self.assertEqual(payload(server.event("recv")), b"hello")
        self.assertEqual(payload(server.event("sent")), b"thank you, tcp client")

    def test_server_on_a_bare_port(self):
        _, (host, port) = self.listen("--reply", "text:hi", at="0")
        client = self.peer("hello_client", "127.0.0.1", port)
        self.assertEqual((host, client.got()), ("127.0.0.1", b"hi"))

    def test_server_writes_what_comes_to_a_redirected_stdout(self):
        server = self.sockeye("listen", "127.0.0.1:0", "--reply", "text:ok", stdin=NO_INPUT)
        port = server.stderr.wait(lambda said: re.search(rb"127\.0\.0\.1:(\d+)", said)).group(1)
        client = self.peer("hello_client", "127.0.0.1", int(port), "你好")
        self.assertEqual(client.got(), b"ok")
        server.stdout.wait(lambda data: data == "你好".encode())
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.stdout.drained(), "你好".encode())


class Operator(Case):
    def test_the_operator_answers_from_a_terminal(self):
        console = self.terminal("listen", "127.0.0.1:0")
        client = self.peer("operator_client", "127.0.0.1", console.port())
        client.write(b"anyone there?\n")
        console.read_until("anyone there\\?")
        console.enter("yes, 在的")
        self.assertEqual(client.got(), "yes, 在的".encode())
        client.write(b"bye\n")
        console.read_until("bye")
        console.enter("see you")
        self.assertEqual(client.got(), b"see you")

    def test_the_client_side_types_to_an_operator(self):
        server, address = self.server_peer("operator_server")
        person = self.terminal("connect", f"{address[0]}:{address[1]}")
        person.wait_for_prompt()
        person.enter("anyone there?")
        self.assertEqual(server.got(), b"anyone there?")
        server.write("在的\n".encode())
        person.read_until("在的")
        person.enter("thanks")
        self.assertEqual(server.got(), b"thanks")
        server.write(b"welcome\n")
        person.read_until("welcome")

    def test_a_question_from_a_pipe(self):
        server, address = self.server_peer("operator_server")
        client = self.connect(address)
        client.write(b"from a pipe")
        client.end_input()
        self.assertEqual(server.got(), b"from a pipe")
        server.write(b"late answer\n")
        self.assertEqual(server.got(), b"")
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), b"late answer")


class Gbk(Case):
    QUESTION = "你好服务端…"
    ANSWER = "ok, 问题正在处理中…"

    def test_client(self):
        server, address = self.server_peer("gbk_server")
        client = self.connect(address, "--charset", "gbk", "--send", self.QUESTION)
        self.succeeds(client)
        self.assertEqual(server.got(), self.QUESTION.encode("gbk"))
        self.assertEqual(client.stdout.drained(), self.ANSWER.encode("utf-8"))

    def test_server(self):
        server, address = self.listen("--charset", "gbk", "--reply", f"text:{self.ANSWER}")
        client = self.peer("gbk_client", *address)
        self.assertEqual(client.got(), self.ANSWER.encode("gbk"))
        self.assertEqual(server.event("recv")["text"], self.QUESTION)

    def test_operator(self):
        console = self.terminal("listen", "127.0.0.1:0", "--charset", "gbk")
        client = self.peer("gbk_client", "127.0.0.1", console.port())
        console.read_until(self.QUESTION)
        console.enter(self.ANSWER)
        self.assertEqual(client.got(), self.ANSWER.encode("gbk"))


class Nihao(Case):
    def test_client(self):
        server, address = self.server_peer("nihao_server")
        client = self.connect(address, "--send", "hello", "--count", "1", scheme="udp://")
        self.succeeds(client)
        self.assertEqual(server.got(), b"hello")
        self.assertEqual(client.stdout.drained(), b"nihao")

    def test_server(self):
        server, address = self.listen("--reply", "text:nihao", at="udp://127.0.0.1:0")
        client = self.peer("nihao_client", *address)
        self.assertEqual(client.got(), b"nihao")
        self.assertEqual(payload(server.event("recv")), b"hello")


class Ctime(Case):
    def talk(self, client):
        """Two lines and the empty one, with the answers asserted to the byte."""
        for text in ("data", "第二行"):
            client.write(text.encode() + b"\n")
            self.assertRegex(client.got().decode(), f"^{STAMPED}{text}$")
        client.write(b"\n")
        self.succeeds(client)

    def test_server_over_tcp(self):
        server, address = self.listen("--reply", "ctime")
        self.talk(self.peer("ctime_client", *address))
        server.event("closed")

    def test_server_over_udp(self):
        _, address = self.listen("--reply", "ctime", at="udp://127.0.0.1:0")
        self.talk(self.peer("ctime_udp_client", *address))

    def test_client_over_tcp(self):
        server, address = self.server_peer("ctime_server")
        person = self.terminal("connect", f"{address[0]}:{address[1]}")
        person.wait_for_prompt()
        for text in ("data", "more"):
            person.enter(text)
            self.assertEqual(server.got(), text.encode())
            person.read_until(re.escape(server.sent()))
        person.type("\x04")
        self.assertEqual(server.got(), b"")
        self.assertEqual(person.finish(), 0)

    def test_client_over_udp(self):
        server, address = self.server_peer("ctime_udp_server")
        client = self.connect(address, scheme="udp://")
        client.write(b"data\nmore\n")
        self.assertEqual(server.got(), b"data")
        first = server.sent()
        self.assertEqual(server.got(), b"more")
        second = server.sent()
        client.end_input()
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), first + second)


class Sticky(Case):
    def test_three_sends_of_a_client_arrive_whole(self):
        server, address = self.listen()
        self.succeeds(self.peer("sticky_sender", *address))
        server.event("closed")
        self.assertEqual(server.stop(), 0)
        received = [payload(event) for event in server.events() if event["type"] == "recv"]
        self.assertEqual(b"".join(received), b"hello" * 3)

    def test_three_sends_of_a_server_arrive_whole(self):
        sender, address = self.server_peer("sticky_sender", "serve")
        client = self.connect(address, stdin=NO_INPUT)
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), b"hello" * 3)

    def test_a_framing_cures_them(self):
        server, address = self.listen("--frame", "fixed=5")
        self.succeeds(self.peer("sticky_sender", *address))
        self.assertEqual([payload(server.event("recv")) for _ in range(3)], [b"hello"] * 3)

    def test_several_sends_arrive_glued_at_a_server(self):
        receiver, address = self.server_peer("sticky_receiver", "serve")
        client = self.connect(address, "--send", "hello", "--send", "hello", "--send", "hello", "--json")
        for _ in range(3):
            self.assertEqual(payload(client.event("sent")), b"hello")
        receiver.write(b"\n")
        self.assertEqual(receiver.got(), b"hello" * 3)

    def test_a_terminal_shows_how_much_each_read_carried(self):
        console = self.terminal("listen", "127.0.0.1:0", "--frame", "fixed=5")
        self.succeeds(self.peer("sticky_sender", "127.0.0.1", console.port()))
        for _ in range(3):
            console.read_until("hello")


class RecvFive(Case):
    def test_the_answer_is_read_five_bytes_at_a_time(self):
        server, address = self.listen("--reply", "rules:" + self.rules())
        client = self.peer("recv5_client", *address)
        pieces = iter(client.got, b"")
        self.assertEqual(b"".join(pieces), b"thank you, tcp client")

    def rules(self):
        """A rules file whose one answer ends the conversation, so that the reader comes to an end."""
        return self.file("rules.toml", '[[rule]]\nequals = "hello"\nreply = "thank you, tcp client"\nthen = "close"\n')


class Header(Case):
    def test_client(self):
        server, address = self.server_peer("header_server")
        client = self.connect(
            address, "--frame", "py-struct-i", "--send", "helloworld", "--count", "1", "--json"
        )
        self.assertEqual([server.got(), server.got()], [b"\x0a\0\0\0", b"helloworld"])
        self.assertEqual(client.event("recv")["text"], "world, 你好")
        self.succeeds(client)

    def test_client_counts_bytes_not_characters(self):
        server, address = self.server_peer("header_server")
        self.connect(address, "--frame", "py-struct-i", "--send", "你好", "--count", "1")
        self.assertEqual([server.got(), server.got()], [b"\x06\0\0\0", "你好".encode()])

    def test_server(self):
        server, address = self.listen("--frame", "py-struct-i", "--reply", "text:world, 你好")
        client = self.peer("header_client", *address)
        self.assertEqual([client.got(), client.got()], [b"\x0d\0\0\0", "world, 你好".encode()])
        self.assertEqual(payload(server.event("recv")), b"helloworld")
