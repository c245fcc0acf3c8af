"""A pipe into a listener is data: byte for byte, for whoever is there, and it waits while nobody is."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import unittest

from harness import PATIENCE, Case, binary, in_english, is_readable, read_exactly, read_to_end, reset, scaled

MEBIBYTE = 1 << 20


def need(program):
    """Say aloud what is missing; in CI that is a failure."""
    if shutil.which(program):
        return
    if os.environ.get("CI"):
        raise AssertionError(f"{program} is missing")
    raise unittest.SkipTest(f"{program} is missing")


class PipedListener(Case):
    def test_bytes_from_before_a_client_came_wait_for_it(self):
        server, address = self.listen()
        server.write(b"hello\r\n\xff\0no end")
        with self.dial(address) as sock:
            self.assertEqual(read_exactly(sock, 15), b"hello\r\n\xff\0no end")

    def test_commands_in_the_data_are_data(self):
        server, address = self.listen()
        server.write(b"/quit\n/close 1\n//\n")
        with self.dial(address) as sock:
            self.assertEqual(read_exactly(sock, 18), b"/quit\n/close 1\n//\n")
            self.assertTrue(server.running())

    def test_all_who_are_there_get_everything(self):
        server, address = self.listen()
        socks = [self.dial(address) for _ in range(3)]
        for _ in socks:
            server.event("opened")
        for n in range(200):
            server.write(b"line %d\n" % n)
        server.end_input()
        wanted = b"".join(b"line %d\n" % n for n in range(200))
        self.assertEqual([read_to_end(sock) for sock in socks], [wanted] * 3)

    def test_every_line_is_a_message_where_there_is_a_framing(self):
        server, address = self.listen("--frame", "len=2")
        server.write("一\n/two\r\nthree".encode())
        server.end_input()
        with self.dial(address) as sock:
            self.assertEqual(read_to_end(sock), b"\0\x03\xe4\xb8\x80\0\x04/two\0\x05three")

    def test_the_line_end_asked_for_takes_the_place_of_each_lines_own(self):
        for given, expected in (("crlf", b"one\r\ntwo\r\nno end"), ("cr", b"one\rtwo\rno end")):
            server, address = self.listen("--eol", given)
            server.write(b"one\ntwo\r\nno end")
            server.end_input()
            with self.dial(address) as sock:
                self.assertEqual(read_to_end(sock), expected)
        server, address = self.stand()
        client = self.connect(address, "-C")
        client.write(b"GET / HTTP/1.0\n\n")
        client.end_input()
        self.assertEqual(read_to_end(self.accept(server)), b"GET / HTTP/1.0\r\n\r\n")

    def test_commands_are_read_from_a_pipe_where_they_are_asked_for(self):
        server, address = self.listen("--commands")
        with self.dial(address) as sock:
            server.event("opened")
            server.write(b"hello\n/close 1\n")
            self.assertEqual(read_to_end(sock), b"hello")
        server.event("closed")
        server.write(b"to nobody\n/quit\n")
        notice = server.event("notice", notice="unsent")
        self.assertEqual((notice["len"], notice["why"]), (9, "nobody"))
        self.succeeds(server)

    def test_nothing_in_it_is_nothing_to_anybody(self):
        server, address = self.listen(stdin=subprocess.DEVNULL)
        with self.dial(address) as sock:
            sock.sendall(b"hello")
            server.event("recv")
            self.assertFalse(is_readable(sock), "an empty pipe does not end our direction")
            sock.shutdown(socket.SHUT_WR)
            self.assertEqual(read_to_end(sock), b"")
        self.assertEqual(server.event("closed")["why"], "peer-closed")

    def test_a_client_that_ends_first_still_gets_the_rest(self):
        server, address = self.listen("--once")
        with self.dial(address) as sock:
            sock.shutdown(socket.SHUT_WR)
            server.event("ended", dir="in")
            content = os.urandom(3 * MEBIBYTE)
            writer = threading.Thread(target=lambda: (server.write(content), server.end_input()))
            writer.start()
            self.assertEqual(read_to_end(sock), content)
            writer.join(PATIENCE)
        self.succeeds(server)


class Once(Case):
    def test_the_first_conversation_is_the_run(self):
        server, address = self.listen("--once", "--reply", "echo")
        with self.dial(address) as sock:
            server.event("opened")
            # Refused, or reset as the listener closes.
            with self.assertRaises(ConnectionError):
                self.dial(address).recv(1)
            sock.sendall(b"hello")
            self.assertEqual(read_exactly(sock, 5), b"hello")
        self.succeeds(server)

    def test_its_exit_code_is_that_of_the_conversation(self):
        server, address = self.listen("--once", "--reply", "echo")
        reset(self.dial(address))
        self.ends(server, 56)
        server, address = self.listen("--once", "--reply", "echo", "--frame", "len=4", "--max-frame", "9")
        with self.dial(address) as sock:
            sock.sendall(b"\xff\xff\xff\xff")
            read_to_end(sock)
        self.ends(server, 56)

    def test_a_pipe_that_was_not_taken_whole_is_no_success(self):
        server, address = self.listen("--once")
        with self.dial(address, receive_buffer=4096) as sock:
            # More than the kernel holds for a client that does not read.
            server.write(b"x" * (4 * MEBIBYTE))
            reset(sock)
        self.assertIn(server.finish(), (55, 56))
        closed = [event for event in server.events() if event["type"] == "closed"][0]
        self.assertGreater(closed["unsent"], 0)
        # What was read from the pipe as the conversation ended is told by itself.
        late = [event["len"] for event in server.events() if event.get("notice") == "unsent" and "conn" not in event]
        self.assertEqual(server.summary()["unsent"], closed["unsent"] + sum(late))

    def test_an_empty_input_ends_nothing(self):
        # As cron and systemd start it; curl and others stop sending at a FIN that comes first.
        server, address = self.listen("--once", stdin=subprocess.DEVNULL)
        with self.dial(address) as sock:
            sock.sendall(b"first half, ")
            server.event("recv")
            self.assertFalse(is_readable(sock), "our direction is open")
            sock.sendall(b"second half")
            sock.shutdown(socket.SHUT_WR)
            self.assertEqual(read_to_end(sock), b"")
        self.succeeds(server)
        self.assertEqual(server.summary()["bytes_in"], 23)

    def test_stopped_before_its_end_it_is_no_success(self):
        server, address = self.listen("--once", "--reply", "discard")
        self.assertEqual(server.stop(), 143, "nobody came")
        server, address = self.listen("--once", "--reply", "discard")
        with self.dial(address) as sock:
            sock.sendall(b"half of it")
            server.event("recv")
            self.assertEqual(server.stop(), 143, "it was not over")

    def test_no_connections_are_no_first_one(self):
        self.ends(self.sockeye("listen", "udp://127.0.0.1:0", "--once"), 2)


class Archives(Case):
    """`tar c … | sockeye listen PORT --once` to ncat and back."""

    def test_a_pipe_arrives_byte_for_byte_at_ncat_and_comes_back(self):
        need("ncat")
        size = scaled(64, 2048) * MEBIBYTE
        block = os.urandom(MEBIBYTE)
        wanted = hashlib.sha256(block * (size // MEBIBYTE)).hexdigest()
        server = self.sockeye("listen", "127.0.0.1:0", "--once")
        port = server.stderr.wait(lambda data: data.partition(b"127.0.0.1:")[2].partition(b"\n")[0]).decode()
        ncat = subprocess.Popen(["ncat", "--recv-only", "127.0.0.1", port], stdout=subprocess.PIPE)
        self.addCleanup(ncat.wait)
        self.addCleanup(ncat.stdout.close)

        def feed():
            for _ in range(size // MEBIBYTE):
                server.write(block)
            server.end_input()

        writer = threading.Thread(target=feed)
        writer.start()
        self.assertEqual(digest(ncat.stdout), wanted)
        writer.join(PATIENCE)
        self.succeeds(server)

        back = subprocess.Popen(
            [binary(), "listen", "127.0.0.1:0", "--once"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.addCleanup(back.stderr.close)
        self.addCleanup(back.stdout.close)
        port = back.stderr.readline().decode().strip().rpartition(":")[2]
        sender = subprocess.Popen(["ncat", "--send-only", "127.0.0.1", port], stdin=subprocess.PIPE)
        writer = threading.Thread(target=lambda: feed_all(sender.stdin, block, size // MEBIBYTE))
        writer.start()
        self.assertEqual(digest(back.stdout), wanted)
        writer.join(PATIENCE)
        self.assertEqual((sender.wait(PATIENCE), back.wait(PATIENCE)), (0, 0))


def digest(stream):
    """The hash of everything that comes."""
    found = hashlib.sha256()
    while chunk := stream.read(MEBIBYTE):
        found.update(chunk)
    return found.hexdigest()


def feed_all(stream, block, count):
    """Write `block` so often, and the end."""
    with stream:
        for _ in range(count):
            stream.write(block)


class Quiet(Case):
    def test_raw_and_quiet_is_the_bytes_and_nothing_else(self):
        content = os.urandom(100_000)
        server, address = self.stand()
        client = self.connect(address, "--raw", "--quiet", stdin=subprocess.DEVNULL)
        conversation = self.accept(server)
        conversation.sendall(content)
        conversation.close()
        self.succeeds(client)
        self.assertEqual((client.stdout.drained(), client.stderr.drained()), (content, b""))

    def test_binary_through_a_pipe_is_not_commented_on(self):
        server, address = self.stand()
        client = self.connect(address, stdin=subprocess.DEVNULL)
        conversation = self.accept(server)
        for _ in range(200):
            conversation.sendall(os.urandom(60) + b"\xe4\xbd")
            conversation.sendall(b"\xa0" + os.urandom(60))
        conversation.close()
        self.succeeds(client)
        self.assertNotIn(b"was cut", client.stderr.drained())


class Operators(Case):
    def test_an_answer_goes_to_the_last_writer_who_is_still_there(self):
        server, address = self.listen("--commands")
        first, second, third = (self.dial(address) for _ in range(3))
        for sock, word in ((first, b"first"), (second, b"second"), (third, b"third")):
            sock.sendall(word)
            server.event("recv")
        third.close()
        server.event("closed")
        server.write(b"the answer\n")
        self.assertEqual(read_exactly(second, 10), b"the answer")
        server.event("sent")
        self.assertFalse(is_readable(first), "it was not asked by this one")

    def test_a_command_may_stand_in_a_command(self):
        server, address = self.listen("--commands")
        first, second = self.dial(address), self.dial(address)
        for _ in range(2):
            server.event("opened")
        server.write(b"/to 1 /hex 01 03\n/all /hex 04\n/to 2 //etc\n/to 2 /info\n")
        self.assertEqual(read_exactly(first, 3), b"\x01\x03\x04")
        self.assertEqual(read_exactly(second, 5), b"\x04/etc")
        self.assertFalse(is_readable(second), "/info is never sent as a text")


class GonePeers(Case):
    @in_english
    def test_a_client_that_closed_is_noticed_while_nobody_reads_it(self):
        server = self.terminal("listen", "127.0.0.1:0")
        port = server.port()
        with self.dial(("127.0.0.1", port)) as sock:
            sock.sendall(b"question")
            server.read_until("question")
        server.read_until("it sends no more")
        # It has closed both directions: the first answer is refused by its system.
        server.enter("an answer")
        server.read_until(r"reset by the peer \(RST\): it had closed and did not read our answer")
        server.read_until("closed: ")
        server.enter("/list")
        server.read_until("nobody is connected")
        server.enter("to nobody")
        server.read_until("9 bytes not sent: nobody is connected")

    def test_what_the_system_never_took_is_not_told_as_sent(self):
        server, address = self.listen("--reply", "chargen")
        with self.dial(address, receive_buffer=4096) as sock:
            read_exactly(sock, 1000)
            reset(sock)
        closed = server.event("closed", why="peer-reset")
        self.assertGreater(closed["unsent"], 0)
        server.stop(signal.SIGTERM)
        events = server.events()
        told = sum(event["len"] for event in events if event["type"] == "sent")
        self.assertEqual(len([e for e in events if e["type"] == "sent"]), closed["messages_out"])
        self.assertLessEqual(told, closed["bytes_out"])

    def test_those_for_whom_there_is_no_place_are_refused_at_once_if_that_is_asked_for(self):
        server, address = self.listen("--reply", "echo", "--max-connections", "1", "--full", "refuse")
        with self.dial(address) as first:
            server.event("opened")
            with self.assertRaises(ConnectionResetError):
                self.dial(address).recv(1)
            server.event("notice", notice="full")
            first.sendall(b"still served")
            self.assertEqual(read_exactly(first, 12), b"still served")
        server.event("closed")
        with self.dial(address) as third:
            third.sendall(b"now")
            self.assertEqual(read_exactly(third, 3), b"now")


if __name__ == "__main__":
    unittest.main()
