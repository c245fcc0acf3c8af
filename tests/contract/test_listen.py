"""Standing up a server: every responder, many clients, the operator's console, limits, and the order of events."""

import os
import re
import signal
import socket
import subprocess
import threading
import time

from harness import (
    CLOCK,
    PATIENCE,
    Case,
    dial,
    is_echoed,
    is_readable,
    limit_descriptors,
    limit_memory,
    payload,
    push_until_stopped,
    raise_descriptor_limit,
    read_exactly,
    read_to_end,
    send_in_pieces,
)

NO_INPUT = subprocess.DEVNULL
STAMP = rb"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)(?:\[[^\]]*\])?\] "
C_STAMP = rb"\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\] "
COUNTERS = ("accepted", "refused", "reset", "suppressed", "dropped")


def line_from(sock):
    """Bytes up to and including the next line feed."""
    data = b""
    while not data.endswith(b"\n"):
        chunk = sock.recv(1)
        if not chunk:
            break
        data += chunk
    return data


def is_over(sock):
    """Whether the peer ended this conversation, by FIN or RST."""
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return True


class Responders(Case):
    def ask(self, reply, question, *options):
        """A connection to a fresh listener to which `question` was sent."""
        _, address = self.listen("--reply", reply, *options)
        sock = self.dial(address)
        sock.sendall(question)
        return sock

    def test_echo(self):
        self.assertEqual(read_exactly(self.ask("echo", b"\x00abc"), 4), b"\x00abc")

    def test_time_stamps_each_message(self):
        sock = self.ask("time", b"one\n\ntwo\n", "--frame", "line")
        self.assertRegex(line_from(sock), b"^" + STAMP + b"one\n$")
        self.assertRegex(line_from(sock), b"^" + STAMP + b"\n$")
        self.assertRegex(line_from(sock), b"^" + STAMP + b"two\n$")

    def test_ctime_stamps_messages_not_reads(self):
        _, address = self.listen("--reply", "ctime", "--frame", "line")
        sock = self.dial(address)
        send_in_pieces(sock, [b"spl", b"it", b"\n"])
        self.assertRegex(line_from(sock), b"^" + C_STAMP + b"split\n$")

    def test_ctime_of_3000_bytes_has_one_stamp(self):
        sock = self.ask("ctime", b"m" * 3000 + b"\n", "--frame", "line")
        self.assertRegex(line_from(sock), b"^" + C_STAMP + b"m{3000}\n$")

    def test_text_templates(self):
        sock = self.ask("text:{text}|{hex}|{len}|{counter}", b"ab\n", "--frame", "line")
        self.assertRegex(line_from(sock), rb"^ab\|61 ?62\|2\|\d+\n$")

    def test_text_knows_its_peer(self):
        sock = self.ask("text:{peer}", b"?")
        self.assertIn(b"127.0.0.1:%d" % sock.getsockname()[1], sock.recv(1024))

    def test_discard_answers_nothing(self):
        sock = self.ask("discard", b"x" * 100_000)
        sock.shutdown(socket.SHUT_WR)
        self.assertEqual(read_to_end(sock), b"")

    def test_chargen_goes_on(self):
        sock = self.ask("chargen", b"")
        data = read_exactly(sock, 200_000)
        self.assertEqual(len(data), 200_000)
        self.assertRegex(data, rb"^[ -~\r\n]+$")

    def test_daytime_answers_and_closes_without_a_reset(self):
        sock = self.ask("daytime", b"unread " * 10_000)
        self.assertRegex(read_to_end(sock), rb"\d\d:\d\d:\d\d")

    def test_rules(self):
        rules = self.file(
            "rules.toml",
            """
greeting = "220 ready\\r\\n"

[[rule]]
equals = "PING"
reply = "PONG"

[[rule]]
prefix = "HELO "
reply = "250 hello"

[[rule]]
contains = "needle"
reply = "found it"

[[rule]]
regex = '^SET (\\w+)=(\\w+)$'
reply = "$1 is $2"

[[rule]]
hex = "01 ?? 03"
reply_hex = "06"

[[rule]]
equals = "LATER"
reply = "now"
delay = "150ms"

[[rule]]
equals = "QUIT"
reply = "bye"
then = "close"
""",
        )
        _, address = self.listen("--reply", f"rules:{rules}")
        sock = self.dial(address)
        self.assertEqual(read_exactly(sock, 11), b"220 ready\r\n")
        for question, answer in (
            (b"PING", b"PONG"),
            (b"HELO me", b"250 hello"),
            (b"hay needle hay", b"found it"),
            (b"SET a=b", b"a is b"),
            (b"\x01\xee\x03", b"\x06"),
        ):
            sock.sendall(question)
            self.assertEqual(read_exactly(sock, len(answer)), answer)
        began = time.monotonic()
        sock.sendall(b"LATER")
        self.assertEqual(read_exactly(sock, 3), b"now")
        self.assertGreaterEqual(time.monotonic() - began, 0.14)
        sock.sendall(b"QUIT")
        self.assertEqual(read_to_end(sock), b"bye")

    def test_the_first_rule_wins_unless_all_are_asked_for(self):
        two = '[[rule]]\nprefix = "a"\nreply = "one"\n[[rule]]\ncontains = "b"\nreply = "two"\n'
        for head, answer in (("", b"one"), ("all = true\n", b"onetwo")):
            with self.subTest(head=head):
                _, address = self.listen("--reply", "rules:" + self.file("rules.toml", head + two))
                sock = self.dial(address)
                sock.sendall(b"ab")
                sock.shutdown(socket.SHUT_WR)
                self.assertEqual(read_to_end(sock), answer)


class Chat(Case):
    def member(self, address):
        """A client that has been greeted: the others' lines reach it from now on."""
        sock = self.dial(address)
        self.assertIn(b"you are", line_from(sock))
        return sock

    def heard(self, sock, word):
        """Lines until one holds `word`; that line."""
        while True:
            line = line_from(sock)
            if word in line or not line:
                return line

    def test_a_line_reaches_the_others_with_the_nick(self):
        _, address = self.listen("--reply", "chat")
        ann, ben = self.member(address), self.member(address)
        ann.sendall(b"/nick ann\n")
        ben.sendall(b"/nick ben\nhere\n")
        self.assertIn(b"ben", self.heard(ann, b"> here"))
        ann.sendall("你好 ben\n".encode())
        self.assertIn(b"ann", self.heard(ben, "你好 ben".encode()))

    def test_a_nick_is_taken_once(self):
        _, address = self.listen("--reply", "chat")
        ann, thief, ear = self.member(address), self.member(address), self.member(address)
        ann.sendall(b"/nick ann\nfirst\n")
        self.heard(ear, b"first")
        thief.sendall(b"/nick ann\nsecond\n")
        line = self.heard(ear, b"second")
        self.assertNotRegex(line, rb"\bann\b(?![-_\d])")

    def test_a_line_over_the_limit_ends_its_sender_only(self):
        _, address = self.listen("--reply", "chat", "--max-frame", "1KiB")
        ann, flooder = self.dial(address), self.dial(address)
        flooder.sendall(b"x" * 5000)
        while not is_over(flooder):
            pass
        ben = self.dial(address)
        ben.sendall(b"still here\n")
        self.assertIn(b"still here", self.heard(ann, b"still here"))


class ManyClients(Case):
    def test_two_hundred_at_once(self):
        server, address = self.listen("--reply", "echo")
        socks = [self.dial(address) for _ in range(200)]
        for number, sock in enumerate(socks):
            sock.sendall(b"%03d" % number)
        for number, sock in reversed(list(enumerate(socks))):
            self.assertEqual(read_exactly(sock, 3), b"%03d" % number)
        for sock in socks:
            sock.close()
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.summary()["accepted"], 200)

    def test_a_silent_client_blocks_nobody(self):
        _, address = self.listen("--reply", "echo")
        self.dial(address)
        sock = self.dial(address)
        sock.sendall(b"hi")
        self.assertEqual(read_exactly(sock, 2), b"hi")

    def test_a_slow_reader_is_bounded_and_slows_nobody(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        beside = self.dial(address)
        self.assertTrue(is_echoed(beside))
        limit_memory(server.pid, 4 << 20)
        slow = self.dial(address, receive_buffer=4096)
        pushed = push_until_stopped(slow, 64 << 20, lambda: self.assertTrue(is_echoed(beside)))
        self.assertLess(pushed, 32 << 20)

    def test_endless_output_to_a_reader_that_never_reads_is_bounded(self):
        server, address, at_clock = self.listen_with_clock('reply = "chargen"')
        clock = self.dial(at_clock)
        self.assertTrue(is_echoed(clock))
        limit_memory(server.pid, 20 * (512 << 10) + (4 << 20))
        for _ in range(20):
            self.assertTrue(is_readable(self.dial(address, receive_buffer=4096), PATIENCE))
        self.stays_calm(server.pid, clock)

    def test_descriptors_return_when_clients_leave(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        with dial(address) as first:
            self.assertTrue(is_echoed(first))
            limit_descriptors(server.pid, 8)
        for _ in range(100):
            with dial(address) as sock:
                self.assertTrue(is_echoed(sock))


class OperatorConsole(Case):
    def client(self, console, port, word):
        """A client that has said `word`, which the console shows."""
        sock = self.dial(("127.0.0.1", port))
        sock.sendall(word)
        console.read_until(word)
        return sock

    def test_commands(self):
        console = self.terminal("listen", "127.0.0.1:0")
        port = console.port()
        first, second = self.client(console, port, b"first"), self.client(console, port, b"second")
        console.enter("/list")
        console.read_until(str(first.getsockname()[1]))
        console.enter("/to 1 only you")
        self.assertEqual(read_exactly(first, 8), b"only you")
        console.enter("/all both of you")
        self.assertEqual(read_exactly(first, 11), b"both of you")
        self.assertEqual(read_exactly(second, 11), b"both of you")
        console.enter("/close 1")
        self.assertEqual(first.recv(1), b"")
        self.assertFalse(is_readable(second))

    def test_a_plain_line_goes_to_whom_wrote_last(self):
        console = self.terminal("listen", "127.0.0.1:0")
        port = console.port()
        first, second = self.client(console, port, b"first"), self.client(console, port, b"second")
        console.enter("to the second")
        self.assertEqual(read_exactly(second, 13), b"to the second")
        first.sendall(b"me now")
        console.read_until("me now")
        console.enter("to the first")
        self.assertEqual(read_exactly(first, 12), b"to the first")
        self.assertFalse(is_readable(second))

    def test_a_plain_line_goes_to_all_while_nobody_wrote(self):
        console = self.terminal("listen", "127.0.0.1:0")
        port = console.port()
        socks = [self.dial(("127.0.0.1", port)) for _ in range(2)]
        for sock in socks:
            console.read_until(str(sock.getsockname()[1]))
        console.enter("hello all")
        for sock in socks:
            self.assertEqual(read_exactly(sock, 9), b"hello all")

    def test_a_client_that_is_not_there_is_said_and_harmless(self):
        console = self.terminal("listen", "127.0.0.1:0")
        port = console.port()
        console.enter("/to 99 hello")
        console.read_until("99.*99")
        sock = self.client(console, port, b"alive")
        console.enter("/to 1 good")
        self.assertEqual(read_exactly(sock, 4), b"good")

    def test_udp(self):
        console = self.terminal("listen", "udp://127.0.0.1:0")
        port = console.port()
        sock, _ = self.stand(socket.SOCK_DGRAM)
        sock.sendto(b"anyone?", ("127.0.0.1", port))
        console.read_until("anyone\\?")
        console.enter("me")
        self.assertEqual(sock.recvfrom(100), (b"me", ("127.0.0.1", port)))


class Limits(Case):
    def test_max_connections(self):
        server, address = self.listen("--reply", "echo", "--max-connections", "2")
        served = [self.dial(address) for _ in range(2)]
        self.assertTrue(all(is_echoed(sock) for sock in served))
        self.assertEqual(server.event("notice", notice="at-limit")["open"], 2)
        third = self.dial(address)
        third.sendall(b"x")
        self.assertTrue(all(is_echoed(sock) for sock in served))
        self.assertFalse(is_readable(third))
        served[0].close()
        self.assertEqual(third.recv(1), b"x")

    def test_idle_timeout(self):
        _, address = self.listen("--reply", "echo", "--idle-timeout", "2s")
        sock = self.dial(address)
        sock.sendall(b"x")
        self.assertEqual(sock.recv(1), b"x")
        self.assertTrue(is_over(sock))

    def test_allow_and_deny(self):
        for options, served in (
            (("--allow", "127.0.0.0/8"), True),
            (("--allow", "10.0.0.0/8"), False),
            (("--deny", "127.0.0.1/32"), False),
            (("--deny", "10.0.0.0/8"), True),
        ):
            with self.subTest(options=options):
                server, address = self.listen("--reply", "echo", *options)
                self.assertEqual(self.answered(address), served)
                self.assertEqual(server.stop(), 0)
                self.assertEqual(server.summary()["refused"], 0 if served else 1)

    def answered(self, address):
        """Whether an echo comes back; who may not ask is reset."""
        try:
            with dial(address) as sock:
                return is_echoed(sock)
        except ConnectionError:
            return False

    def test_limits_can_be_asked(self):
        process = self.sockeye("limits", "--json", stdin=NO_INPUT)
        self.succeeds(process)
        self.assertIn(b"max-frame", process.stdout.drained().replace(b"_", b"-"))


class DescriptorLimit(Case):
    """256 descriptors and 1,000 clients."""

    def setUp(self):
        if raise_descriptor_limit() < 2000:
            self.skipTest("this machine lets a process hold fewer than 2,000 descriptors")

    def test_full_is_calm_and_recovers(self):
        server, address = self.listen("--reply", "rules:" + self.file("clock.toml", CLOCK), descriptors=256)
        socks = [self.dial(address) for _ in range(1000)]
        for sock in socks:
            sock.sendall(b"x")
        room = server.event("notice", notice="at-limit")["open"]
        self.assertGreaterEqual(room, 100)
        # They are let in in the order in which they came.
        served, waiting = socks[:room], socks[room:]
        for sock in served:
            self.assertEqual(sock.recv(1), b"x")
        self.stays_calm(server.pid, served[0])
        self.assertFalse(any(is_readable(sock) for sock in waiting))
        self.assertTrue(all(is_echoed(sock) for sock in served[:20]), "those inside are unharmed")
        for sock in served[:100]:
            sock.close()
        for sock in waiting[:100]:
            self.assertEqual(sock.recv(1), b"x")
        self.assertEqual(server.stop(), 0)
        notices = sum(event["type"] == "notice" for event in server.events())
        said = notices + server.stderr.drained().count(b"\n")
        self.assertLessEqual(said, 2 + 2 * server.summary()["duration"], "more than two lines a second")


class Events(Case):
    def test_their_order(self):
        server, address = self.listen("--reply", "echo")
        for _ in range(3):
            with dial(address) as sock:
                sock.sendall(b"hi")
                sock.shutdown(socket.SHUT_WR)
                self.assertEqual(read_to_end(sock), b"hi")
        for _ in range(3):
            server.event("closed")
        self.assertEqual(server.stop(), 0)
        events = server.events()
        self.assertEqual(events[0]["type"], "listening")
        self.assertEqual(events[-1]["type"], "summary")
        self.assertTrue(all(event["v"] == 1 for event in events))
        for number in {event["conn"] for event in events if "conn" in event}:
            kinds = [event["type"] for event in events if event.get("conn") == number]
            self.assertEqual((kinds[0], kinds[-1], kinds.count("closed")), ("opened", "closed", 1))

    def test_the_summary_counts_in_integers(self):
        server, address = self.listen("--reply", "echo")
        sock = self.dial(address)
        sock.sendall(b"hello")
        self.assertEqual(read_exactly(sock, 5), b"hello")
        sock.close()
        server.event("closed")
        self.assertEqual(server.stop(), 0)
        summary = server.summary()
        for counter in COUNTERS:
            self.assertIs(type(summary[counter]), int, counter)
        self.assertEqual(summary["accepted"], 1)
        self.assertTrue(any("bytes" in key and value == 5 for key, value in summary.items()), summary)
        self.assertTrue(any("messages" in key and value >= 1 for key, value in summary.items()), summary)

    def test_quiet_json_tells_the_start_and_the_summary_only(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        with dial(address) as sock:
            sock.sendall(b"x")
            sock.recv(1)
        self.assertEqual(server.stop(), 0)
        self.assertEqual({event["type"] for event in server.events()}, {"listening", "summary"})

    def test_a_bare_port_listens_on_both_families_with_one_number(self):
        server = self.sockeye("listen", "0", "--reply", "echo", "--json")
        (first, port), (second, same) = server.address(), server.address()
        self.assertEqual((first, second), ("127.0.0.1", "::1"))
        self.assertEqual(port, same)
        for host in (first, second):
            sock = self.dial((host, port))
            sock.sendall(b"x")
            self.assertEqual(sock.recv(1), b"x")

    def test_a_bare_port_says_how_to_open_it_to_others(self):
        server = self.sockeye("listen", "0", "--reply", "echo")
        server.stderr.wait(lambda said: b"0.0.0.0" in said or b"*:" in said)

    def test_an_idle_listener_ends_with_0_on_sigterm_and_sigint(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=how.name):
                server, _ = self.listen("--reply", "echo", stdin=NO_INPUT)
                self.assertEqual(server.stop(how), 0)

    def test_a_draining_listener_lets_its_clients_finish_within_the_grace(self):
        server, address = self.listen("--reply", "echo", "--grace", "60s")
        sock = self.dial(address)
        sock.sendall(b"x")
        self.assertEqual(sock.recv(1), b"x")
        server.process.send_signal(signal.SIGTERM)
        sock.sendall(b"y")
        sock.shutdown(socket.SHUT_WR)
        self.assertIn(read_to_end(sock), (b"y", b""))
        self.assertEqual(server.finish(), 0)

    def test_the_last_place_is_given_again_on_a_bare_port(self):
        server, address = self.listen("--reply", "echo", "--max-connections", "1", at="0")
        for word in (b"one", b"two", b"three"):
            with self.dial(address) as sock:
                sock.sendall(word)
                self.assertEqual(read_exactly(sock, len(word)), word)
        self.assertEqual(server.stop(), 0)

    def test_a_second_signal_ends_it_at_once(self):
        server, address = self.listen("--reply", "echo", "--grace", "60s", "--max-connections", "1")
        sock = self.dial(address)
        self.assertTrue(is_echoed(sock))
        server.event("notice", notice="at-limit")
        waiting = self.dial(address)
        server.process.send_signal(signal.SIGTERM)
        self.assertTrue(is_over(waiting), "it goes on accepting")
        server.process.send_signal(signal.SIGTERM)
        server.finish()

    def test_an_address_in_use_says_who_holds_it(self):
        _, (host, port) = self.stand()
        server = self.sockeye("listen", f"{host}:{port}", "--reply", "echo", stdin=NO_INPUT)
        self.ends(server, 45)
        self.assertIn(str(os.getpid()), server.stderr.drained().decode())

    def test_a_server_restarts_on_its_port_at_once(self):
        with socket.socket() as held:
            # It keeps the port from everybody but those who share it, as a listener does.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", 0))
            address = held.getsockname()
            for _ in range(2):
                server, same = self.listen("--reply", "daytime", at=f"127.0.0.1:{address[1]}")
                self.assertEqual(same, address)
                # It closes first: its end of the conversation outlives it in the system.
                read_to_end(self.dial(address))
                self.assertEqual(server.stop(), 0)

    def test_threads_reading_and_writing_at_once_see_their_own_bytes(self):
        _, address = self.listen("--reply", "echo")
        own = []
        threads = [threading.Thread(target=self.hundred_echoes, args=(address, n, own)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(own), 800)

    @staticmethod
    def hundred_echoes(address, number, own):
        """A hundred question-and-answer turns; those whose bytes were this thread's own."""
        with dial(address) as sock:
            for turn in range(100):
                message = b"%d:%d;" % (number, turn)
                if is_echoed(sock, message):
                    own.append((number, turn))

    def test_received_bytes_are_in_the_events(self):
        server, address = self.listen("--reply", "discard")
        sock = self.dial(address)
        sock.sendall("文本".encode())
        event = server.event("recv")
        self.assertEqual((event["text"], payload(event)), ("文本", "文本".encode()))
        self.assertTrue(re.match(r"\d{4}-\d\d-\d\dT", event["ts"]))
