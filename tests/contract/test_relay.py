"""`relay` stands between two ends: each sees the other as it is, whoever looks on, and nothing grows without a bound."""

import hashlib
import os
import random
import socket
import tempfile
import threading
import unittest

from harness import (
    Case,
    in_english,
    payload,
    read_exactly,
    read_to_end,
    reset,
    scaled,
)

MEBIBYTE = 1 << 20


def at(address):
    """An address as it is typed."""
    return f"{address[0]}:{address[1]}"


class Relayed(Case):
    """A server of ours, a relay to it, and clients of the relay."""

    def between(self, *arguments, scheme=""):
        """A server that accepts, and the relay in front of it with its address."""
        server, address = self.stand()
        relay = self.sockeye("relay", f"{scheme}127.0.0.1:0", f"{scheme}{at(address)}", "--json", *arguments)
        return server, relay, relay.address()

    def both(self, server, address):
        """Both ends of one relayed conversation."""
        client = self.dial(address)
        return client, self.accept(server)


def talk(sock, data, seed, when_to_end):
    """Says `data` in segments of any size and hears to the end; who speaks second waits for the other's end."""
    dice = random.Random(seed)
    heard = hashlib.sha256()

    def hear():
        while chunk := sock.recv(dice.choice([1000, 65536, 262144])):
            heard.update(chunk)

    listener = threading.Thread(target=hear)
    listener.start()
    if when_to_end == "after hearing":
        listener.join()
    at = 0
    while at < len(data):
        step = dice.randint(1, 65535)
        sock.sendall(data[at : at + step])
        at += step
    if when_to_end == "with the peer":
        listener.join()
    sock.shutdown(socket.SHUT_WR)
    listener.join()
    return heard.hexdigest()


class Transparent(Relayed):
    ORDERS = [("at once", "at once"), ("at once", "after hearing"), ("with the peer", "at once")]

    def passes(self, rounds, size, *arguments):
        server, relay, address = self.between(*arguments)
        block = random.Random(1).randbytes(size + 4096)
        for number in range(rounds):
            said = [block[number % 4096 :][:size], block[number * 7 % 4096 :][:size]]
            ends = self.both(server, address)
            heard = [None, None]

            def side(which, number=number, said=said, ends=ends, heard=heard):
                order = self.ORDERS[number % len(self.ORDERS)][which]
                heard[which] = talk(ends[which], said[which], number * 2 + which, order)

            sides = [threading.Thread(target=side, args=(which,)) for which in (0, 1)]
            for thread in sides:
                thread.start()
            for thread in sides:
                thread.join()
            for end in ends:
                end.close()
            self.assertEqual(heard, [hashlib.sha256(said[1]).hexdigest(), hashlib.sha256(said[0]).hexdigest()])
        relay.stop()
        summary = relay.summary()
        self.assertEqual((summary["accepted"], summary["reset"], summary["unsent"]), (rounds, 0, 0))
        self.assertEqual((summary["bytes_in"], summary["bytes_out"]), (2 * rounds * size,) * 2)

    def test_all_bytes_pass_both_ways_at_once_where_somebody_looks(self):
        self.passes(6, scaled(MEBIBYTE, 8 * MEBIBYTE))

    def test_all_bytes_pass_both_ways_at_once_by_the_fast_way(self):
        self.passes(9, scaled(8 * MEBIBYTE, 64 * MEBIBYTE), "--quiet")

    def test_a_fault_of_chance_zero_changes_nothing(self):
        self.passes(3, MEBIBYTE, "--quiet", "--fault", "corrupt=0.5,chance=0", "--fault", "latency=1h,chance=0")

    def test_faults_that_keep_bytes_keep_them(self):
        self.passes(3, MEBIBYTE, "--fault", "latency=2ms,jitter=2ms", "--fault", "slice=1..9000,gap=0s")

    def test_a_unix_socket_is_a_stream_like_any_other(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = os.path.join(folder, "s")
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(path)
        server.listen()
        server.settimeout(15)
        for quiet in ([], ["--quiet"]):
            relay = self.sockeye("relay", "127.0.0.1:0", f"unix:{path}", "--json", *quiet)
            client = self.dial(relay.address())
            target, _ = server.accept()
            self.addCleanup(target.close)
            client.sendall(b"over a path")
            self.assertEqual(read_exactly(target, 11), b"over a path")
            target.sendall(b"and back")
            target.close()
            self.assertEqual(read_to_end(client), b"and back")
            client.close()
            relay.stop()


class Ends(Relayed):
    WAYS = [[], ["--quiet"], ["--fault", "latency=1ms"]]

    def test_a_reset_of_either_end_is_a_reset_of_the_other(self):
        for way in self.WAYS:
            server, relay, address = self.between(*way)
            for who, answer in [(0, b""), (1, b""), (1, b"the last words")]:
                ends = self.both(server, address)
                ends[0].sendall(b"question")
                read_exactly(ends[1], 8)
                ends[who].sendall(answer)
                other = ends[1 - who]
                self.assertEqual(read_exactly(other, len(answer)), answer)
                reset(ends[who])
                with self.assertRaises(ConnectionResetError, msg=f"{way} {who}"):
                    other.recv(1)
                other.close()
            relay.stop()

    def test_a_reset_after_a_half_close_passes_too(self):
        for way in self.WAYS:
            server, relay, address = self.between(*way)
            for who in (0, 1):
                ends = self.both(server, address)
                ends[who].shutdown(socket.SHUT_WR)
                self.assertEqual(ends[1 - who].recv(1), b"")
                reset(ends[1 - who])
                with self.assertRaises(ConnectionResetError, msg=f"{way} {who}"):
                    ends[who].recv(1)
            relay.stop()

    @in_english
    def test_a_target_that_refuses_is_a_reset_for_the_client_and_told(self):
        server, address = self.stand()
        server.close()
        for way in ([], ["--quiet"]):
            relay = self.sockeye("relay", "127.0.0.1:0", at(address), "--json", *way)
            where = relay.address()
            with self.assertRaises(ConnectionResetError):
                self.dial(where).recv(1)
            failed = relay.event("failed")
            self.assertEqual((failed["conn"], failed["leg"], failed["exit"]), (1, "target", 7))
            # The next client is served all the same.
            with self.assertRaises(ConnectionResetError):
                self.dial(where).recv(1)
            self.assertEqual(relay.stop(), 0)

    def test_what_one_end_does_not_read_is_not_taken_from_the_other(self):
        for way in ([], ["--quiet"]):
            server, relay, address = self.between(*way)
            client, target = self.both(server, address)
            client.setblocking(False)
            sent = 0
            try:
                while sent < 64 * MEBIBYTE:
                    sent += client.send(bytes(65536))
            except BlockingIOError:
                pass
            self.assertLess(sent, 32 * MEBIBYTE)
            # The other direction goes on meanwhile.
            target.sendall(b"still here")
            client.settimeout(15)
            self.assertEqual(read_exactly(client, 10), b"still here")
            client.close()
            target.close()
            relay.stop()


class Told(Relayed):
    def test_both_legs_are_told_by_their_names(self):
        server, relay, address = self.between("--frame", "line")
        client, target = self.both(server, address)
        client.sendall("你好\n".encode())
        read_exactly(target, 7)
        target.sendall(b"one\ntwo\n")
        read_exactly(client, 8)
        client.close()
        target.close()
        closed = relay.event("closed")
        relay.stop()
        told = relay.events()
        opened, connected = (next(e for e in told if e["type"] == kind) for kind in ("opened", "connected"))
        self.assertEqual((opened["leg"], connected["leg"], opened["conn"]), ("client", "target", connected["conn"]))
        heard = [(e["leg"], e["dir"], payload(e)) for e in told if e["type"] == "recv"]
        self.assertEqual(
            heard, [("client", "up", "你好".encode()), ("target", "down", b"one"), ("target", "down", b"two")]
        )
        self.assertNotIn("sent", [e["type"] for e in told])
        self.assertEqual((closed["bytes_in"], closed["target_bytes_out"], closed["target_bytes_in"]), (7, 7, 8))

    def test_behind_faults_what_is_passed_on_is_told_by_its_bytes(self):
        server, relay, address = self.between("--up", "slice=2,gap=0s", "--seed", "3")
        client, target = self.both(server, address)
        client.sendall(b"abcde")
        read_exactly(target, 5)
        client.close()
        target.close()
        relay.event("closed")
        relay.stop()
        sent = [(e["dir"], payload(e)) for e in relay.events() if e["type"] == "sent"]
        self.assertEqual(sent, [("up", b"ab"), ("up", b"cd"), ("up", b"e")])

    def test_what_does_not_follow_the_framing_passes_and_is_told_once(self):
        server, relay, address = self.between("--frame", "netstring")
        client, target = self.both(server, address)
        client.sendall(b"3:abc,no netstring at all")
        self.assertEqual(read_exactly(target, 25), b"3:abc,no netstring at all")
        client.sendall(b"more")
        self.assertEqual(read_exactly(target, 4), b"more")
        client.close()
        target.close()
        relay.event("closed")
        relay.stop()
        kinds = [e.get("kind") for e in relay.events() if e["type"] == "notice"]
        self.assertEqual(kinds.count("unframed"), 1)

    @in_english
    def test_the_transcript_names_both_sides(self):
        server, address = self.stand()
        terminal = self.terminal("relay", "127.0.0.1:0", at(address))
        client, target = self.both(server, ("127.0.0.1", terminal.port()))
        client.sendall(b"PING")
        read_exactly(target, 4)
        target.sendall(b"PONG")
        read_exactly(client, 4)
        terminal.read_until("client → target 4 PING")
        terminal.read_until("client ← target 4 PONG")
        target.close()
        self.assertEqual(read_to_end(client), b"")
        client.close()
        terminal.read_until("the target was first to close")
        terminal.enter("/quit")
        terminal.finish()


class Refusals(Relayed):
    @in_english
    def test_a_relay_into_itself_does_not_start(self):
        taken, address = self.stand()
        port = address[1]
        taken.close()
        for listen, target in [
            (f"127.0.0.1:{port}", f"127.0.0.1:{port}"),
            (f"0.0.0.0:{port}", f"127.0.0.2:{port}"),
            (f"127.0.0.1:{port}", f"localhost:{port}"),
            (f"127.0.0.1:{port}", f"[::ffff:127.0.0.1]:{port}"),
            (f"{port}", f"0.0.0.0:{port}"),
            (f"udp://127.0.0.1:{port}", f"udp://127.0.0.1:{port}"),
        ]:
            relay = self.sockeye("relay", listen, target)
            self.ends(relay, 2)
            self.assertIn(b"own address", relay.stderr.bytes(), f"{listen} {target}")

    @in_english
    def test_what_cannot_be_is_said_at_once(self):
        for arguments, code, words in [
            (["9000"], 2, b"TARGET"),
            ([], 2, b"LISTEN"),
            (["9000", "udp://127.0.0.1:9001"], 2, b"stream and datagrams"),
            (["127.0.0.1:0", "no.such.name.invalid:80"], 6, b"no.such.name.invalid"),
            (["9000", "127.0.0.1:9001", "--fault", "latncy=3ms"], 2, b"latency"),
            (["9000", "127.0.0.1:9001", "--fault", "bandwidth=0"], 2, b"bandwidth"),
            (["9000", "127.0.0.1:9001", "--fault", "latency=10ms,jitter=20ms"], 2, b"jitter"),
            (["9000", "127.0.0.1:9001", "--fault", "drop=0.5"], 2, b"datagrams"),
            (["9000", "127.0.0.1:9001", "--edit", "nothing.toml"], 2, b"--frame"),
            (["9000", "127.0.0.1:9001", "--edit", "nothing.toml", "--frame", "line"], 26, b"nothing.toml"),
            (["9000", "127.0.0.1:9001", "--control", "127.0.0.1:1"], 2, b"unix:"),
        ]:
            relay = self.sockeye("relay", *arguments)
            self.ends(relay, code)
            self.assertIn(words, relay.stderr.drained(), arguments)

    def test_a_cycle_through_another_relay_is_bounded(self):
        taken, address = self.stand()
        taken.close()
        one = self.sockeye("relay", "127.0.0.1:0", at(address), "--json", "--max-connections", "8",
                           "--connect-timeout", "1s")  # fmt: skip
        first = one.address()
        other = self.sockeye("relay", at(address), at(first), "--json", "--max-connections", "8",
                             "--connect-timeout", "1s")  # fmt: skip
        other.event("listening")
        client = self.dial(first)
        client.sendall(b"round and round")
        one.event("notice", notice="at-limit")
        client.close()
        for relay in (one, other):
            relay.stop()
            self.assertLessEqual(relay.summary()["accepted"], 24)


class Steering(Relayed):
    def test_faults_change_while_bytes_pass(self):
        for way in ([], ["--quiet"]):
            server, relay, address = self.between(*way)
            client, target = self.both(server, address)
            client.sendall(b"before")
            self.assertEqual(read_exactly(target, 6), b"before")
            relay.write(b"/fault stall=0,dir=up\n")
            if not way:
                self.assertEqual(relay.event("notice", notice="faults")["faults"], ["stall=0,dir=up"])
                client.sendall(b"held")
                relay.event("recv", text="held")
                # The other direction is not concerned.
                target.sendall(b"down")
                self.assertEqual(read_exactly(client, 4), b"down")
            else:
                client.sendall(b"held")
            relay.write(b"/clear\n")
            self.assertEqual(read_exactly(target, 4), b"held")
            relay.end_input()
            client.sendall(b"after")
            self.assertEqual(read_exactly(target, 5), b"after")
            client.close()
            target.close()
            relay.stop()

    def test_a_control_socket_answers_each_line(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        path = os.path.join(folder, "control")
        _server, relay, _address = self.between("--control", f"unix:{path}")
        control = self.dial(path)
        lines = control.makefile("r", encoding="utf-8")
        said = []
        for line in ["/faults", "/fault latency=5ms", "/fault nonsense=1", "/fault drop=0.5", "/clear", "hello"]:
            control.sendall(f"{line}\n".encode())
            answer = []
            while not answer or not answer[-1].startswith(("ok", "error")):
                answer.append(lines.readline().rstrip())
            said.append(answer)
        lines.close()
        self.assertEqual(said[0], ["ok"])
        self.assertEqual(said[1], ["latency=5ms", "ok"])
        for wrong in (said[2], said[3], said[5]):
            self.assertTrue(wrong[0].startswith("error: "), said)
        self.assertEqual(said[4], ["ok"])
        relay.stop()

    @in_english
    def test_a_person_at_the_prompt_changes_faults(self):
        _, address = self.stand()
        terminal = self.terminal("relay", "127.0.0.1:0", at(address))
        terminal.wait_for_prompt()
        terminal.enter("/fault slice=3")
        terminal.read_until("faults: slice=3")
        terminal.enter("/fualts")
        terminal.read_until("did you mean /faults")
        terminal.enter("hello")
        terminal.read_until("nothing is sent from here")
        terminal.enter("/clear")
        terminal.read_until("no faults")
        terminal.enter("/quit")
        self.assertEqual(terminal.finish(), 0)


class Edited(Relayed):
    def test_messages_are_edited_and_the_rest_passes_as_it_came(self):
        rules = self.file(
            "edits.toml",
            b'[[rule]]\ndir = "up"\nregex = "^SET (.*)$"\nreplace = "GET $1"\n'
            b'[[rule]]\ndir = "down"\nprefix = "noise"\ndrop = true\n',
        )
        server, relay, address = self.between("--frame", "len=2", "--edit", rules)
        client, target = self.both(server, address)

        def framed(*words):
            return b"".join(len(word).to_bytes(2, "big") + word for word in words)

        client.sendall(framed(b"SET x", b"other"))
        expected = framed(b"GET x", b"other")
        self.assertEqual(read_exactly(target, len(expected)), expected)
        target.sendall(framed(b"noise!", b"answer"))
        self.assertEqual(read_exactly(client, 8), framed(b"answer"))
        edits = [relay.event("fault", fault="edit") for _ in range(2)]
        self.assertEqual([(e["dir"], e["amount"]) for e in edits], [("up", 1), ("down", 2)])
        client.close()
        target.close()
        relay.stop()


class Datagrams(Relayed):
    def udp(self):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(server.close)
        server.bind(("127.0.0.1", 0))
        server.settimeout(15)
        return server

    def test_every_client_has_a_flow_and_strangers_are_not_heard(self):
        server = self.udp()
        target = f"udp://127.0.0.1:{server.getsockname()[1]}"
        relay = self.sockeye("relay", "udp://127.0.0.1:0", target, "--json")
        where = relay.address()
        clients = [self.udp() for _ in range(3)]
        flows = []
        for number, client in enumerate(clients):
            client.sendto(b"from %d" % number, where)
            data, flow = server.recvfrom(100)
            self.assertEqual(data, b"from %d" % number)
            flows.append(flow)
        self.assertEqual(len(set(flows)), 3)
        stranger = self.udp()
        for number, flow in enumerate(flows):
            stranger.sendto(b"not yours", flow)
            server.sendto(b"", flow)
            server.sendto(b"to %d" % number, flow)
        for number, client in enumerate(clients):
            self.assertEqual([client.recv(100), client.recv(100)], [b"", b"to %d" % number])
        relay.stop()
        self.assertEqual(relay.summary()["accepted"], 3)

    def test_forged_sources_do_not_push_out_a_flow_in_use(self):
        server = self.udp()
        target = f"udp://127.0.0.1:{server.getsockname()[1]}"
        relay = self.sockeye("relay", "udp://127.0.0.1:0", target, "--json", "--max-connections", "16")
        where = relay.address()
        busy = self.udp()
        for turn in (b"one", b"two"):
            busy.sendto(turn, where)
            data, flow = server.recvfrom(100)
            self.assertEqual(data, turn)
        others = [self.udp() for _ in range(60)]
        for other in others:
            other.sendto(b"once", where)
            server.recvfrom(100)
        relay.event("closed", why="displaced")
        server.sendto(b"still yours", flow)
        self.assertEqual(busy.recv(100), b"still yours")
        busy.sendto(b"three", where)
        self.assertEqual(server.recvfrom(100), (b"three", flow))
        relay.stop()


class JobFiles(Relayed):
    def test_a_job_file_holds_a_relay(self):
        _, address = self.stand()
        shown = self.sockeye("relay", "127.0.0.1:0", at(address), "--fault", "latency=5ms", "--print-plan")
        self.succeeds(shown)
        jobs = self.file("jobs.toml", shown.stdout.bytes())
        run = self.sockeye("run", jobs, "--json")
        self.assertEqual(run.event("listening")["job"], "relay")
        run.stop()


if __name__ == "__main__":
    unittest.main()
