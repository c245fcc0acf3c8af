"""How conversations end: half-closes lose nothing, resets are resets, and the exit code says what happened."""

import hashlib
import json
import os
import random
import select
import signal
import socket
import subprocess
import threading
import time

from harness import (
    PATIENCE,
    Case,
    binary,
    in_english,
    is_echoed,
    is_readable,
    payload,
    push_until_stopped,
    read_exactly,
    read_to_end,
    reset,
)

NO_INPUT = subprocess.DEVNULL
MEBIBYTE = 1 << 20


def talk_to_an_echo(sock, dice):
    """Send pieces, read some answers in between, half-close, read the rest; what was sent and what came."""
    sent, received = bytearray(), bytearray()
    for _ in range(dice.randint(0, 6)):
        piece = dice.randbytes(dice.choice((1, 7, 64, 1500, 70_000)))
        sock.sendall(piece)
        sent += piece
        if dice.random() < 0.4:
            received += read_exactly(sock, dice.randint(0, len(sent) - len(received)))
    sock.shutdown(socket.SHUT_WR)
    received += read_to_end(sock)
    return bytes(sent), bytes(received)


class HalfClose(Case):
    """1,000 random orders: 900 conversations with one listener, 100 runs of `connect`."""

    def test_an_echo_answers_everything_after_our_end(self):
        server, address = self.listen("--reply", "echo", "--quiet")
        for seed in range(900):
            with self.dial(address) as sock:
                sent, received = talk_to_an_echo(sock, random.Random(seed))
            self.assertEqual(received, sent, f"seed {seed}")
        self.assertEqual(server.stop(), 0)

    def test_connect_sends_and_receives_everything_whoever_ends_first(self):
        server, address = self.stand()
        for seed in range(100):
            dice = random.Random(seed)
            question = dice.randbytes(dice.choice((0, 1, 1000, 100_000)))
            answer = dice.randbytes(dice.choice((1, 1000, 100_000)))
            with self.subTest(seed=seed, question=len(question), answer=len(answer)):
                self.converse(server, address, question, answer, we_end_first=dice.random() < 0.5)

    def converse(self, server, address, question, answer, we_end_first):
        """One run of `connect` with `question` on its standard input, answered by us in this order."""
        client = self.connect(address)
        conversation = self.accept(server)
        writer = threading.Thread(target=lambda: (client.write(question), client.end_input()))
        writer.start()
        if we_end_first:
            conversation.sendall(answer)
            conversation.shutdown(socket.SHUT_WR)
            self.assertEqual(read_to_end(conversation), question)
        else:
            self.assertEqual(read_to_end(conversation), question)
            conversation.sendall(answer)
        conversation.close()
        writer.join(PATIENCE)
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), answer)
        client.discard()

    def test_a_late_answer_is_waited_for(self):
        server, address = self.stand()
        client = self.connect(address)
        client.write(b"question")
        client.end_input()
        conversation = self.accept(server)
        self.assertEqual(read_to_end(conversation), b"question")
        self.assertTrue(client.running())
        conversation.sendall(b"late answer")
        client.stdout.wait(lambda data: data == b"late answer")
        self.assertTrue(client.running(), "the peer has not ended yet")
        conversation.close()
        self.succeeds(client)

    def test_standard_input_from_dev_null_reads_to_the_end(self):
        server, address = self.stand()
        client = self.connect(address, stdin=NO_INPUT)
        conversation = self.accept(server)
        self.assertEqual(read_to_end(conversation), b"")
        conversation.sendall(b"all of it")
        conversation.close()
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), b"all of it")

    def test_a_listener_sees_the_half_close_before_the_close(self):
        server, address = self.listen("--reply", "echo")
        sock = self.dial(address)
        sock.sendall(b"x")
        sock.shutdown(socket.SHUT_WR)
        self.assertEqual(read_to_end(sock), b"x")
        server.event("ended")
        server.event("closed")


class BothWaysAtOnce(Case):
    def test_64_mebibytes_come_back_equal(self):
        _, address = self.listen("--reply", "echo", "--quiet")
        sock = self.dial(address)
        block = random.Random(64).randbytes(MEBIBYTE)
        sender = threading.Thread(target=self.push, args=(sock, block, 64))
        sender.start()
        digest, count = hashlib.blake2b(), 0
        while chunk := sock.recv(MEBIBYTE):
            digest.update(chunk)
            count += len(chunk)
        sender.join(PATIENCE)
        self.assertEqual(count, 64 * MEBIBYTE)
        self.assertEqual(digest.digest(), hashlib.blake2b(block * 64).digest())

    def test_a_pipe_and_its_answers_do_not_wait_for_each_other(self):
        _, (host, port) = self.listen("--reply", "echo", "--quiet")
        question = random.Random(8).randbytes(8 * MEBIBYTE)
        for options in ([], ["--hex"], ["--json"], ["--charset", "gbk"], ["--frame", "len=4"]):
            with self.subTest(options=options):
                ended = subprocess.run(
                    [binary(), "connect", f"{host}:{port}", *options],
                    input=question, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                )
                self.assertEqual(ended.returncode, 0, ended.stderr)
                if not options:
                    self.assertEqual(ended.stdout, question)

    @staticmethod
    def push(sock, block, times):
        """Send all of it, then end our direction."""
        for _ in range(times):
            sock.sendall(block)
        sock.shutdown(socket.SHUT_WR)

    def test_connect_moves_16_mebibytes_each_way(self):
        server, address = self.stand()
        block = random.Random(16).randbytes(MEBIBYTE)
        client = self.connect(address)
        conversation = self.accept(server)
        typist = threading.Thread(target=self.fill, args=(client, block, 16))
        sender = threading.Thread(target=self.push, args=(conversation, block, 16))
        typist.start()
        sender.start()
        self.assertEqual(read_to_end(conversation), block * 16)
        typist.join(PATIENCE)
        sender.join(PATIENCE)
        conversation.close()
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), block * 16)

    @staticmethod
    def fill(client, block, times):
        """Write all of it to its standard input and end it."""
        for _ in range(times):
            client.write(block)
        client.end_input()


class Resets(Case):
    def reset_seen(self, rules):
        """Whether our end sees ECONNRESET after asking a listener with these rules to die."""
        _, address = self.listen("--reply", "rules:" + self.file("rules.toml", rules))
        sock = self.dial(address)
        sock.sendall(b"die")
        try:
            while sock.recv(1024):
                pass
        except ConnectionResetError:
            return True
        return False

    def test_a_reset_rule_is_a_true_rst(self):
        self.assertTrue(self.reset_seen('[[rule]]\nequals = "die"\nthen = "reset"\n'))

    def test_a_reset_rule_with_a_reply_is_a_true_rst(self):
        self.assertTrue(self.reset_seen('[[rule]]\nequals = "die"\nreply = "bye"\nthen = "reset"\n'))

    def test_a_close_rule_is_a_fin(self):
        self.assertFalse(self.reset_seen('[[rule]]\nequals = "die"\nreply = "bye"\nthen = "close"\n'))

    def test_a_client_that_is_reset_says_so(self):
        server, address = self.stand()
        client = self.connect(address, "--json")
        conversation = self.accept(server)
        client.event("opened")
        reset(conversation)
        self.assertIn(client.finish(), (55, 56))

    def test_a_reset_peer_of_a_listener_is_counted_and_hurts_nobody(self):
        server, address = self.listen("--reply", "echo")
        other = self.dial(address)
        victim = self.dial(address)
        victim.sendall(b"x")
        self.assertEqual(victim.recv(10), b"x")
        reset(victim)
        server.event("closed")
        other.sendall(b"still here")
        self.assertEqual(read_exactly(other, 10), b"still here")
        self.assertEqual(server.stop(), 0)
        self.assertEqual(server.summary()["reset"], 1)


class Waiting(Case):
    def test_no_answer_is_28_and_a_line_on_stderr(self):
        _, address = self.stand()
        client = self.connect(address, "--send", "anyone?", "--wait", "200ms")
        self.ends(client, 28)
        self.assertTrue(client.stderr.drained().strip())
        self.assertEqual(client.stdout.drained(), b"")

    def test_an_end_without_an_answer_is_28(self):
        server, address = self.stand()
        client = self.connect(address, "--send", "anyone?")
        conversation = self.accept(server)
        self.assertEqual(read_exactly(conversation, 7), b"anyone?")
        conversation.close()
        self.ends(client, 28)

    def test_send_waits_two_seconds_of_silence(self):
        server, address = self.stand()
        began = time.monotonic()
        client = self.connect(address, "--send", "anyone?")
        conversation = self.accept(server)
        conversation.sendall(b"one")
        self.succeeds(client)
        self.assertGreater(time.monotonic() - began, 1.5)
        self.assertEqual(client.stdout.drained(), b"one")

    def test_send_does_not_half_close(self):
        server, address = self.stand()
        client = self.connect(address, "--send", "anyone?", "--wait", "60s", "--json")
        conversation = self.accept(server)
        self.assertEqual(read_exactly(conversation, 7), b"anyone?")
        conversation.sendall(b"here")
        client.event("recv")
        self.assertFalse(is_readable(conversation), "a FIN came with the question")
        conversation.close()
        self.succeeds(client)

    def test_send_does_not_read_standard_input(self):
        server, address = self.stand()
        client = self.connect(address, "--send", "argument")
        client.write(b"typed")
        conversation = self.accept(server)
        self.assertEqual(read_exactly(conversation, 8), b"argument")
        conversation.sendall(b"ok")
        conversation.shutdown(socket.SHUT_WR)
        self.assertEqual(read_to_end(conversation), b"")
        self.succeeds(client)

    def test_count_ends_the_run(self):
        server, address = self.stand()
        client = self.connect(address, "--frame", "line", "--send", "go", "--count", "2", "--wait", "10s", "--json")
        conversation = self.accept(server)
        self.assertEqual(read_exactly(conversation, 3), b"go\n")
        conversation.sendall(b"one\ntwo\n")
        self.succeeds(client)
        self.assertEqual([payload(event) for event in client.events() if event["type"] == "recv"], [b"one", b"two"])

    def test_wait_ends_a_piped_run_of_a_silent_peer(self):
        server, address = self.stand()
        client = self.connect(address, "--wait", "2s", stdin=NO_INPUT)
        conversation = self.accept(server)
        conversation.sendall(b"something")
        client.finish()
        self.assertEqual(client.stdout.drained(), b"something")

    def test_a_closed_stdout_is_a_quiet_end(self):
        server, address = self.stand()
        reader, writer = os.pipe()
        process = subprocess.Popen(
            [binary(), "connect", f"{address[0]}:{address[1]}"],
            stdin=subprocess.PIPE, stdout=writer, stderr=subprocess.PIPE,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        os.close(writer)
        os.close(reader)
        conversation = self.accept(server)
        conversation.sendall(b"nobody reads this")
        process.wait(PATIENCE)
        self.assertNotRegex(process.stderr.read(), rb"(?i)error|broken|panic")
        self.assertEqual(process.returncode, 0)


class Failing(Case):
    @in_english
    def test_a_broken_framing_is_56_and_told_once(self):
        for options in ([], ["--send", "hello"]):
            with self.subTest(options=options):
                _, address = self.server_peer("hello_server", "HTTP/1.1")
                client = self.connect(address, "--frame", "len=4", *(options or ["--send-hex", "00"]), stdin=NO_INPUT)
                self.ends(client, 56)
                self.assertEqual(client.stderr.drained().count(b"error:"), 1)

    def test_bytes_that_never_became_a_message_are_shown(self):
        for end in ("reset", "wait"):
            with self.subTest(end=end):
                server, address = self.stand()
                client = self.connect(address, "--frame", "line", "--wait", "2s", stdin=NO_INPUT)
                conversation = self.accept(server)
                conversation.sendall(b"whole\nunfinished")
                client.stdout.wait(lambda data: data == b"whole\n")
                if end == "reset":
                    reset(conversation)
                client.finish()
                self.assertIn(b"unfinished", client.stderr.drained())

    def test_standard_input_that_cannot_be_read_is_26(self):
        server, address = self.stand()
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        client = self.connect(address, "--wait", "200ms", stdin=folder)
        self.accept(server).close()
        self.ends(client, 26)

    def test_a_line_that_cannot_be_sent_is_55_and_the_others_are(self):
        server, address = self.stand()
        client = self.connect(address, "--frame", "line", "--max-frame", "10")
        conversation = self.accept(server)
        client.write(b"x" * 50 + b"\nfits\n")
        client.end_input()
        self.assertEqual(read_to_end(conversation), b"fits\n")
        conversation.close()
        self.ends(client, 55)

    @in_english
    def test_who_closed_first_is_said(self):
        _, address = self.server_peer("hello_server", "bye")
        client = self.connect(address, "--send", "hello")
        self.ends(client, 0)
        self.assertIn(b"the peer was first to close", client.stderr.drained())


class Stopping(Case):
    def test_output_that_nobody_takes_does_not_hide_a_signal(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        process = subprocess.Popen(
            [binary(), "listen", "127.0.0.1:0", "--reply", "discard", "--json"],
            stdin=NO_INPUT, stdout=writer, stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        os.close(writer)
        line = b""
        while not line.endswith(b"\n"):
            line += os.read(reader, 1)
        sock = self.dial(("127.0.0.1", int(json.loads(line)["addr"].rpartition(":")[2])))
        sock.setblocking(False)
        # Until nothing moves: neither the pipe nor the socket takes any more.
        while select.select([], [sock], [], 1)[1]:
            try:
                sock.send(b"x" * 65536)
            except BlockingIOError:
                pass
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 143)

    def test_a_listener_that_cannot_drain_says_so(self):
        server, address = self.listen("--reply", "echo", "--grace", "200ms", "--quiet")
        sock = self.dial(address)
        with self.dial(address) as beside:
            push_until_stopped(sock, 64 << 20, lambda: self.assertTrue(is_echoed(beside)))
        server.process.send_signal(signal.SIGTERM)
        self.assertEqual(server.finish(), 143)


class Expecting(Case):
    def ended(self, *expect):
        """The exit code of a run whose peer answers `status: ok` and closes."""
        server, address = self.server_peer("hello_server", "status: ok")
        client = self.connect(address, "--send", "hello", "--expect", *expect)
        return client.finish()

    def test_text(self):
        self.assertEqual(self.ended("status: ok"), 0)
        self.assertEqual(self.ended("status: broken"), 121)

    def test_regex(self):
        self.assertEqual(self.ended(r"/status:\s+(ok|fine)/"), 0)
        self.assertEqual(self.ended("/^fine/"), 121)

    def test_hex(self):
        self.assertEqual(self.ended("hex:" + b"status: ok".hex()), 0)
        self.assertEqual(self.ended("hex:" + b"status: no".hex()), 121)

    def unmet(self, code, answer, *options, kind=socket.SOCK_STREAM):
        """What a run says that ends with `code` because of this answer (`None`: no answer at all)."""
        server, address = self.stand(kind)
        scheme = "udp://" if kind == socket.SOCK_DGRAM else ""
        arguments = ("--send", "hello", "--expect", "never", "--wait", "2s", *options)
        client = self.connect(address, *arguments, scheme=scheme)
        if kind == socket.SOCK_DGRAM:
            _, peer = server.recvfrom(100)
            if answer is not None:
                server.sendto(answer, peer)
        else:
            sock = self.accept(server)
            if answer is not None:
                sock.sendall(answer)
        self.ends(client, code)
        return client.stderr.drained().decode()

    @in_english
    def test_silence_is_28_and_another_answer_121(self):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with self.subTest(kind=kind.name):
                said = self.unmet(28, None, kind=kind)
                self.assertIn("no answer came", said)
                self.assertNotIn("nothing came", said)
                self.assertIn("ends in 'other'", self.unmet(121, b"other", kind=kind))
        self.assertIn("what came was empty", self.unmet(121, b"", kind=socket.SOCK_DGRAM))

    @in_english
    def test_an_answer_with_a_bad_checksum_is_named_so(self):
        said = self.unmet(121, b"never\n\0\0\n", "--frame", "line", "--checksum", "crc16-modbus")
        self.assertIn("--expect 'never' was not met: every answer had a bad checksum (--checksum crc16-modbus)", said)
        self.assertNotIn("nothing came", said)

    @in_english
    def test_bytes_that_are_no_message_are_not_nothing(self):
        said = self.unmet(121, b"never", "--frame", "line")
        self.assertIn("5 bytes came, but no whole message by --frame line", said)

    def test_failure_says_what_was_expected_and_what_came(self):
        _, address = self.server_peer("hello_server", "status: ok")
        client = self.connect(address, "--send", "hello", "--expect", "status: broken")
        self.ends(client, 121)
        said = client.stderr.drained()
        self.assertIn(b"status: broken", said)


class ExitCodes(Case):
    def refused(self, code, *arguments, says=()):
        """sockeye ends with `code` and one clear message holding these words."""
        process = self.sockeye(*arguments, stdin=NO_INPUT)
        self.ends(process, code)
        said = process.stderr.drained().decode("utf-8", "replace")
        self.assertTrue(said.strip(), "it said nothing")
        self.assertNotIn("panicked", said)
        for word in says:
            self.assertIn(word, said)

    def test_usage_is_2(self):
        for arguments in (
            ["connect"],
            ["connect", "127.0.0.1:70000"],
            ["connect", "gopher://127.0.0.1:70"],
            ["connect", "::1:80"],
            ["connect", "127.0.0.1:1", "--no-such-flag"],
            ["connect", "127.0.0.1:1", "--send-hex", "01 0"],
            ["connect", "127.0.0.1:1", "--send-hex", "01 zz"],
            ["connect", "127.0.0.1:1", "--frame", "no-such-frame"],
            ["connect", "127.0.0.1:1", "--frame", "len=5"],
            ["listen", "127.0.0.1:0", "--reply", "no-such-reply"],
            ["no-such-command"],
        ):
            with self.subTest(arguments=arguments):
                self.refused(2, *arguments)

    def test_an_unknown_charset_suggests_the_nearest(self):
        self.refused(2, "connect", "127.0.0.1:1", "--charset", "gbkk", says=["gbk"])

    def test_an_odd_digit_is_named_with_its_position(self):
        process = self.sockeye("connect", "127.0.0.1:1", "--send-hex", "01 03 0", stdin=NO_INPUT)
        self.ends(process, 2)
        self.assertRegex(process.stderr.drained().decode(), r"\b[567]\b")

    def test_a_mistake_in_the_rules_names_file_and_line(self):
        rules = self.file("wrong.toml", '[[rule]]\nequals = "a"\nreply = "b"\n\n[[rule]]\nregex = "("\nreply = "c"\n')
        self.refused(2, "listen", "127.0.0.1:0", "--reply", f"rules:{rules}", says=["wrong.toml", "6"])

    def test_a_name_that_does_not_resolve_is_6(self):
        self.refused(6, "connect", "no-such-host.invalid:80", says=["no-such-host.invalid"])

    def test_refused_is_7_and_names_the_address(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            self.refused(7, "connect", f"127.0.0.1:{port}", says=[f"127.0.0.1:{port}"])

    @in_english
    def test_a_connection_to_itself_is_7(self):
        with socket.socket() as held:
            # It keeps the port from everybody but those who share it, as our own end does.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            self.refused(7, "connect", f"127.0.0.1:{port}", "--source", f"127.0.0.1:{port}", says=["itself"])

    def test_an_absent_unix_socket_is_7(self):
        self.refused(7, "connect", "unix:/nowhere/at/all.sock", says=["/nowhere/at/all.sock"])

    def test_an_address_in_use_is_45(self):
        _, (host, port) = self.stand()
        self.refused(45, "listen", f"{host}:{port}", says=[str(port)])

    def test_retry_tries_again(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            address = held.getsockname()
            began = time.monotonic()
            client = self.connect(address, "--retry", "3", "--retry-delay", "100ms", stdin=NO_INPUT)
            self.ends(client, 7)
            self.assertGreater(time.monotonic() - began, 0.25)

    def test_retry_succeeds_once_somebody_listens(self):
        sock = self.closed(socket.socket())
        sock.settimeout(PATIENCE)
        sock.bind(("127.0.0.1", 0))
        client = self.connect(
            sock.getsockname(), "--retry", "1000", "--retry-delay", "20ms", "--send", "hi", "--json"
        )
        sock.listen()
        conversation = self.accept(sock)
        self.assertEqual(read_exactly(conversation, 2), b"hi")
        conversation.sendall(b"yo")
        conversation.close()
        self.succeeds(client)

    def test_sigterm_with_the_work_undone_is_143_and_sigint_130(self):
        server, address = self.stand()
        for how, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(signal=how.name):
                client = self.connect(address, "--json")
                client.event("opened")
                self.assertEqual(client.stop(how), code)


class UnixSockets(Case):
    def test_a_path_and_an_abstract_name(self):
        folder = os.path.dirname(self.file("anchor", ""))
        for name in (f"{folder}/talk.sock", f"@sockeye-test-{os.getpid()}"):
            with self.subTest(name=name):
                server = self.sockeye("listen", f"unix:{name}", "--reply", "echo", "--json")
                server.event("listening")
                client = self.sockeye("connect", f"unix:{name}")
                client.write(b"over a unix socket")
                client.end_input()
                self.succeeds(client)
                self.assertEqual(client.stdout.drained(), b"over a unix socket")
                self.assertEqual(server.stop(), 0)
