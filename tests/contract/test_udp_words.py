"""Datagrams have no connection: what is said of them says so, and who of many answers is told."""

import re
import socket
import subprocess
import unittest

from harness import Case, in_english, payload

NO_INPUT = subprocess.DEVNULL
UDP = socket.SOCK_DGRAM
#: What only TCP has.
OF_TCP = re.compile(r"\b(FIN|RST|reset|half-closed|connected|opened)\b", re.IGNORECASE)


class NoConnection(Case):
    def person(self, *arguments):
        """sockeye on a terminal, talking to a socket of ours over UDP; the socket too."""
        peer, (host, port) = self.stand(UDP)
        terminal = self.terminal("connect", f"udp://{host}:{port}", *arguments)
        terminal.read_until(r"ready to send to udp://127\.0\.0\.1:\d+ \(our end udp://127\.0\.0\.1:\d+\)")
        terminal.wait_for_prompt()
        return terminal, peer

    @in_english
    def test_half_sends_nothing_and_what_is_typed_then_is_sent(self):
        terminal, peer = self.person()
        terminal.enter("before")
        terminal.enter("/half")
        terminal.read_until("UDP has no FIN: nothing was sent")
        terminal.enter("after")
        self.assertEqual([peer.recvfrom(100)[0] for _ in range(2)], [b"before", b"after"])

    @in_english
    def test_reset_sends_nothing_and_says_what_is_over(self):
        terminal, peer = self.person()
        terminal.enter("before")
        terminal.enter("/reset")
        terminal.read_until("UDP has no RST: nothing was sent")
        terminal.read_until("closed: our end is over")
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(peer.recvfrom(100)[0], b"before")

    def test_an_operator_is_told_the_same(self):
        server, address = self.listen("--commands", at="udp://127.0.0.1:0")
        sock, _ = self.stand(UDP)
        sock.sendto(b"?", address)
        server.event("recv")
        server.write(b"/half 1\n")
        self.assertEqual(server.event("notice", conn=1)["notice"], "no-fin")
        server.write(b"/to 1 after\n")
        self.assertEqual(sock.recvfrom(100)[0], b"after")
        server.write(b"/reset 1\n")
        self.assertEqual(server.event("notice", conn=1)["notice"], "no-reset")
        self.assertEqual(server.event("closed")["why"], "closed")
        server.write(b"/to 1 nobody\n")
        self.assertEqual(server.event("notice")["notice"], "no-such-conn")
        sock.sendto(b"again", address)
        self.assertEqual(payload(server.event("recv", conn=2)), b"again")

    def test_our_end_is_a_real_address(self):
        peer, address = self.stand(UDP)
        client = self.connect(address, "--json", "--send", "?", "--count", "1", scheme="udp://", stdin=NO_INPUT)
        local = client.event("opened")["local"]
        _, ours = peer.recvfrom(10)
        self.assertEqual(local, f"udp://{ours[0]}:{ours[1]}")
        peer.sendto(b"!", ours)
        self.succeeds(client)
        server, (_, port) = self.listen("--reply", "echo", at="udp://0.0.0.0:0")
        peer.sendto(b"?", ("127.0.0.1", port))
        self.assertEqual(server.event("opened")["local"], f"udp://127.0.0.1:{port}")

    @unittest.skipUnless(socket.has_ipv6, "no IPv6")
    def test_our_end_is_a_real_address_of_ipv6(self):
        server = self.closed(socket.socket(socket.AF_INET6, UDP))
        server.bind(("::1", 0))
        server.settimeout(15)
        client = self.sockeye("connect", f"udp://[::1]:{server.getsockname()[1]}", "--json", "--send", "?", stdin=NO_INPUT)
        local = client.event("opened")["local"]
        _, ours, *_ = server.recvfrom(10)[1]
        self.assertEqual(local, f"udp://[::1]:{ours}")

    @in_english
    def test_nothing_speaks_of_what_only_tcp_has(self):
        """A listener's and a client's whole stories, ended by a pipe, by /quit and by a signal."""
        server = self.sockeye("listen", "udp://127.0.0.1:0", "--reply", "echo")
        port = int(server.stderr.wait(lambda said: re.search(rb"127\.0\.0\.1:(\d+)", said)).group(1))
        client = self.sockeye("connect", f"udp://127.0.0.1:{port}", "--wait", "2s")
        client.write(b"one\ntwo\n")
        client.end_input()
        self.succeeds(client)
        terminal = self.terminal("connect", f"udp://127.0.0.1:{port}")
        terminal.read_until("ready to send to")
        terminal.wait_for_prompt()
        terminal.enter("three")
        terminal.read_until("three.*three")
        terminal.enter("/quit")
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(server.stop(), 0)
        stories = [inbox.drained().decode() for inbox in (server.stderr, client.stderr, terminal.output)]
        for story in stories:
            self.assertIsNone(OF_TCP.search(story), story)
        self.assertIn("first datagram from udp://127.0.0.1:", stories[0])
        self.assertIn("ready to send to udp://127.0.0.1:", stories[1])


class Broadcast(Case):
    """Several answer to what is sent to many: each is told by its own address."""

    GROUP = "127.255.255.255"

    def many(self):
        """A socket that hears the broadcast, and three that answer it."""
        ear = self.closed(socket.socket(socket.AF_INET, UDP))
        ear.settimeout(15)
        ear.bind(("0.0.0.0", 0))
        mouths = [self.stand(UDP, host=f"127.0.0.{number}")[0] for number in (2, 3, 4)]
        return ear, mouths

    def answer(self, ear, mouths):
        """Answers once; the addresses it was from."""
        _, asker = ear.recvfrom(100)
        for number, mouth in enumerate(mouths):
            mouth.sendto(b"answer %d" % number, ("127.0.0.1", asker[1]))
        return [f"udp://{host}:{port}" for host, port in (mouth.getsockname() for mouth in mouths)]

    def ask(self, ear, *arguments, **options):
        target = f"udp://{self.GROUP}:{ear.getsockname()[1]}?broadcast"
        return self.sockeye("connect", target, "--send", "who", "--count", "3", *arguments, stdin=NO_INPUT)

    def test_each_answer_tells_its_sender_to_programs(self):
        ear, mouths = self.many()
        client = self.ask(ear, "--json")
        senders = self.answer(ear, mouths)
        self.succeeds(client)
        came = [event for event in client.events() if event["type"] == "recv"]
        self.assertEqual([event["peer"] for event in came], senders)
        self.assertEqual([payload(event) for event in came], [b"answer 0", b"answer 1", b"answer 2"])

    @in_english
    def test_each_answer_tells_its_sender_beside_the_data(self):
        ear, mouths = self.many()
        client = self.ask(ear)
        senders = self.answer(ear, mouths)
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), b"answer 0answer 1answer 2")
        said = client.stderr.drained().decode()
        for sender in senders:
            self.assertIn(f"8 bytes from {sender}\n", said)

    @in_english
    def test_each_answer_tells_its_sender_to_people(self):
        ear, mouths = self.many()
        terminal = self.terminal("connect", f"udp://{self.GROUP}:{ear.getsockname()[1]}?broadcast")
        terminal.read_until("ready to send to")
        terminal.wait_for_prompt()
        terminal.enter("who")
        for number, sender in enumerate(self.answer(ear, mouths)):
            terminal.read_until(re.escape(f"8 {sender}: answer {number}"))

    def test_the_one_peer_is_not_told_again_and_again(self):
        peer, address = self.stand(UDP)
        client = self.connect(address, "--json", "--send", "?", "--count", "1", scheme="udp://", stdin=NO_INPUT)
        _, ours = peer.recvfrom(10)
        peer.sendto(b"!", ours)
        self.succeeds(client)
        (came,) = [event for event in client.events() if event["type"] == "recv"]
        self.assertNotIn("peer", came)

    def test_what_is_not_said_to_be_meant_is_named(self):
        ear, _ = self.many()
        target = f"udp://{self.GROUP}:{ear.getsockname()[1]}"
        client = self.sockeye("connect", target, "--send", "who", stdin=NO_INPUT)
        self.ends(client, 2)
        said = client.stderr.drained().decode()
        self.assertIn(f"{target}?broadcast", said)
        self.assertNotIn("privilege", said)
        self.assertNotIn("permission", said)


if __name__ == "__main__":
    unittest.main()
