"""What it says when something is not as its user thinks: the one sentence that helps, and the exit code that is true."""

import os
import socket
import subprocess
from pathlib import Path

from harness import PATIENCE, Case, in_english

NO_INPUT = subprocess.DEVNULL


class Sentences(Case):
    """A run that ends by itself, and what it says on stderr."""

    def said(self, code, *arguments, stdin=NO_INPUT, **options):
        """What sockeye says on stderr before it ends with `code`."""
        process = self.sockeye(*arguments, stdin=stdin, **options)
        self.ends(process, code)
        said = process.stderr.drained().decode("utf-8", "replace")
        self.assertNotIn("panicked", said)
        return said


def pair(reuse):
    """A connected pair of loopback sockets, and the port of its listener, which is closed already."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    address = listener.getsockname()
    client = socket.create_connection(address, PATIENCE)
    accepted, _ = listener.accept()
    accepted.settimeout(PATIENCE)
    listener.close()
    return accepted, client, address[1]


def rest_in_time_wait(first, second):
    """Close both ends, `first` first: its side rests in TIME_WAIT."""
    first.close()
    assert second.recv(1) == b""
    second.close()


class PortsInTheWay(Sentences):
    @in_english
    def test_time_wait_is_told_from_a_process_that_listens(self):
        accepted, client, port = pair(reuse=0)
        rest_in_time_wait(accepted, client)
        said = self.said(45, "listen", f"127.0.0.1:{port}", "--reply", "echo")
        self.assertIn("nobody holds it", said)
        self.assertIn("TIME_WAIT (up to 60 s)", said)
        self.assertIn("SO_REUSEADDR", said)
        self.assertNotIn("process", said)

    def test_time_wait_of_who_reuses_addresses_is_listened_over(self):
        accepted, client, port = pair(reuse=1)
        rest_in_time_wait(accepted, client)
        _, address = self.listen("--reply", "echo", at=f"127.0.0.1:{port}")
        self.assertEqual(address[1], port)

    @in_english
    def test_a_listener_is_the_reason_even_beside_time_wait(self):
        accepted, client, port = pair(reuse=1)
        rest_in_time_wait(accepted, client)
        holder = self.closed(socket.socket())
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", port))
        holder.listen()
        said = self.said(45, "listen", f"127.0.0.1:{port}", "--reply", "echo")
        self.assertIn(f"(process {os.getpid()}) holds it", said)
        self.assertIn("TIME_WAIT there are not what is in the way", said)

    @in_english
    def test_a_connection_from_that_port_is_named(self):
        accepted, client, _ = pair(reuse=0)
        self.closed(accepted), self.closed(client)
        port = client.getsockname()[1]
        said = self.said(45, "listen", f"127.0.0.1:{port}", "--reply", "echo")
        self.assertIn(f"(process {os.getpid()}) has a connection", said)

    @in_english
    def test_a_connection_that_is_still_closing_is_held_by_nobody(self):
        accepted, client, port = pair(reuse=0)
        accepted.close()
        self.closed(client)
        said = self.said(45, "listen", f"127.0.0.1:{port}", "--reply", "echo")
        self.assertIn("nobody holds it: an old connection is still being closed", said)

    @in_english
    def test_a_bound_socket_that_does_not_listen(self):
        held = self.closed(socket.socket())
        held.bind(("127.0.0.1", 0))
        said = self.said(45, "listen", f"127.0.0.1:{held.getsockname()[1]}", "--reply", "echo")
        self.assertIn("neither listens nor is connected", said)

    @in_english
    def test_udp_names_its_holder_and_never_time_wait(self):
        held, address = self.stand(socket.SOCK_DGRAM)
        for arguments in (
            ("listen", f"udp://127.0.0.1:{address[1]}", "--reply", "echo"),
            ("connect", "udp://127.0.0.1:9", "--source", f"127.0.0.1:{address[1]}", "--send", "x"),
        ):
            with self.subTest(arguments=arguments):
                said = self.said(45, *arguments)
                self.assertIn(f"(process {os.getpid()}) holds it", said)
                self.assertNotIn("TIME_WAIT", said)

    @in_english
    def test_a_source_in_time_wait_is_told(self):
        server, target = self.stand()
        accepted, client, _ = pair(reuse=0)
        port = client.getsockname()[1]
        rest_in_time_wait(client, accepted)
        said = self.said(45, "connect", "%s:%d" % target, "--source", f"127.0.0.1:{port}", "--send", "x")
        self.assertIn(f"our end 127.0.0.1:{port}", said)
        self.assertIn("TIME_WAIT (up to 60 s)", said)

    @in_english
    def test_the_same_two_ends_again_are_told(self):
        server, target = self.stand()
        ours = self.closed(socket.socket())
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ours.bind(("127.0.0.1", 0))
        ours.connect(target)
        port = ours.getsockname()[1]
        said = self.said(45, "connect", "%s:%d" % target, "--source", f"127.0.0.1:{port}", "--send", "x")
        self.assertIn("have a connection already", said)
        self.assertIn(f"(process {os.getpid()}) has it", said)

    @in_english
    def test_a_unix_socket_in_use(self):
        path = self.file("held", "no socket")
        said = self.said(45, "listen", f"unix:{path}", "--reply", "echo")
        self.assertIn("take another path", said)
        self.assertNotIn("port", said)


class PrivilegedPorts(Sentences):
    @in_english
    def test_a_port_below_1024_is_122_and_says_what_to_do(self):
        unprivileged = ["setpriv", "--bounding-set", "-net_bind_service", "--inh-caps", "-net_bind_service"]
        first = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
        works = subprocess.run([*unprivileged, "true"], capture_output=True).returncode == 0
        if first < 81 or not (works or os.getuid() != 0):
            self.skipTest("this system lets everybody bind low ports, or this root cannot drop its privilege")
        under = unprivileged if os.getuid() == 0 else ()
        for address in ("127.0.0.1:80", "udp://127.0.0.1:80"):
            said = self.said(122, "listen", address, "--reply", "echo", under=under)
            self.assertIn(f"ports below {first} need a privilege", said)
            self.assertIn("8080", said)
            self.assertIn("setcap cap_net_bind_service", said)


class SeveralAddresses(Sentences):
    """A bare port is two addresses: each end is told, and the exit code is that of the most telling."""

    def hole(self, family, host, port=0):
        """A listener whose queue is full: what is sent there is not answered."""
        listener = self.closed(socket.socket(family))
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(0)
        self.closed(socket.create_connection(listener.getsockname()[:2], PATIENCE))
        return listener.getsockname()[1]

    @in_english
    def test_a_refusal_does_not_hide_a_timeout(self):
        if not socket.has_ipv6 or not os.path.exists("/proc/net/tcp6"):
            self.skipTest("this system has no IPv6")
        for family, host, silent, refused in (
            (socket.AF_INET6, "::1", "[::1]", "127.0.0.1"),
            (socket.AF_INET, "127.0.0.1", "127.0.0.1", "[::1]"),
        ):
            with self.subTest(silent=silent):
                port = self.hole(family, host)
                said = self.said(28, "connect", str(port), "--connect-timeout", "400ms")
                self.assertIn(f"{silent}:{port}: no answer within 400ms; {refused}:{port}: connection refused", said)

    @in_english
    def test_one_end_that_both_had_is_told_once(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            said = self.said(7, "connect", str(port))
        self.assertIn(f"127.0.0.1:{port}, [::1]:{port}: connection refused", said)
        self.assertEqual(said.count("refused"), 1, said)

    @in_english
    def test_a_timeout_is_told_in_round_numbers(self):
        port = self.hole(socket.AF_INET, "127.0.0.1")
        said = self.said(28, "connect", f"127.0.0.1:{port}", "--connect-timeout", "0.25")
        self.assertIn(f"connect to tcp://127.0.0.1:{port}: no answer within 250ms", said)

    @in_english
    def test_a_source_of_the_other_family_is_said(self):
        said = self.said(2, "connect", "[::1]:9", "--source", "127.0.0.1:0")
        self.assertIn("same family", said)


class Slips(Sentences):
    """What people write who come from an input method, Python or another tool: one sentence says what to write."""

    @in_english
    def test_addresses_as_others_write_them(self):
        for address, write in (
            ("127.0.0.1：8888", "write 127.0.0.1:8888"),
            ("127.0.0.1，8888", "write 127.0.0.1:8888"),
            ("（127.0.0.1，8888）", "write 127.0.0.1:8888"),
            ("(127.0.0.1,23600)", "write 127.0.0.1:23600"),
            ("('127.0.0.1', 23600)", "write 127.0.0.1:23600"),
            ("23600:127.0.0.1", "host and port have changed places: write 127.0.0.1:23600"),
        ):
            for command in ("connect", "listen"):
                with self.subTest(address=address, command=command):
                    self.assertIn(write, self.said(2, command, address))

    @in_english
    def test_host_and_port_that_changed_places(self):
        for command in ("connect", "listen"):
            self.assertIn("write 127.0.0.1 23600", self.said(2, command, "23600", "127.0.0.1"))

    def test_listen_takes_host_and_port_apart_as_connect_does(self):
        server = self.sockeye("listen", "127.0.0.1", "0", "--reply", "echo", "--json")
        host, port = server.address()
        client = self.sockeye("connect", host, port, "--send", "hello", "--count", "1")
        self.succeeds(client)
        self.assertEqual(client.stdout.drained(), b"hello")

    @in_english
    def test_flags_of_netcat(self):
        for words, says in (
            (("listen", "-l", "-p", "8888"), "sockeye listen PORT stands a server up"),
            (("listen", "-lvp", "8888"), "sockeye listen PORT stands a server up"),
            (("connect", "-u", "127.0.0.1:9"), "udp://HOST:PORT"),
            (("connect", "127.0.0.1", "9", "-v"), "what happens is shown as it is"),
            (("listen", "--port", "9"), "the port stands in the address"),
            (("nc", "-l", "8888"), "sockeye listen PORT"),
            (("nc", "127.0.0.1", "8888"), "sockeye connect HOST:PORT"),
        ):
            with self.subTest(words=words):
                self.assertIn(says, self.said(2, *words))

    @in_english
    def test_words_that_stand_alone_behind_the_address(self):
        for words, says in (
            (("connect", "7001", "--send", "hello", "world"), "in quotes"),
            (("connect", "7001", "--send-hex", "01", "02"), "in quotes"),
            (("listen", "7999", "--reply", "text:thank", "you"), "in quotes"),
            (("listen", "8888", "echo"), "--reply echo"),
            (("connect", "127.0.0.1:8888", "hello"), "--send 'hello'"),
        ):
            with self.subTest(words=words):
                self.assertIn(says, self.said(2, *words))

    @in_english
    def test_dashes_that_are_no_hyphens(self):
        for flag, write in (
            ("—send", "write --send"),
            ("——send", "write --send"),
            ("–send", "write --send"),
            ("-send", "write --send"),
            ("－－send", "write --send"),
            ("—send=hello", "write --send=hello"),
            ("—C", "write -C"),
        ):
            with self.subTest(flag=flag):
                said = self.said(2, "connect", "127.0.0.1:1", flag, "hello")
                self.assertIn(write, said)
                self.assertEqual(len(said.splitlines()), 1, said)

    def test_a_text_with_a_dash_is_no_slip(self):
        said = self.said(2, "connect", "127.0.0.1:1", "--send", "—send", "--count", "x")
        self.assertNotIn("hyphen", said)
        server, address = self.listen("--reply", "echo")
        client = self.connect(address, "--send", "—send", "--count", "1")
        self.succeeds(client)
        self.assertEqual(client.stdout.drained().decode(), "—send")

    @in_english
    def test_values_with_full_width_characters(self):
        for flag, value, write in (
            ("--frame", "len=4，le", "write len=4,le"),
            ("--wait", "３s", "write 3s"),
            ("--fault", "latency＝1ms", "write latency=1ms"),
            ("--charset", "ｇｂｋ", "write gbk"),
        ):
            with self.subTest(flag=flag):
                self.assertIn(write, self.said(2, "connect", "127.0.0.1:1", flag, value))
        said = self.said(2, "listen", "127.0.0.1:0", "--reply", "text：你好，世界")
        self.assertIn("write text:你好，世界", said)

    @in_english
    def test_commands_that_are_called_otherwise_here(self):
        for word, meant in (("server", "sockeye listen PORT"), ("client", "sockeye connect HOST:PORT")):
            with self.subTest(word=word):
                said = self.said(2, word, "127.0.0.1:8888")
                self.assertIn(f"there is no command '{word}'", said)
                self.assertIn(meant, said)
        self.assertIn("sockeye connect 127.0.0.1:80", self.said(2, "127.0.0.1:80"))

    @in_english
    def test_0_0_0_0_as_a_target_is_this_machine(self):
        _, (_, port) = self.listen("--reply", "echo")
        client = self.sockeye("connect", f"0.0.0.0:{port}", "--send", "x", "--count", "1")
        self.succeeds(client)
        self.assertIn("this machine (127.0.0.1)", client.stderr.drained().decode())
        _, (_, port) = self.listen("--reply", "echo", at="[::1]:0")
        client = self.sockeye("connect", f"[::]:{port}", "--send", "x", "--count", "1", "--json")
        self.succeeds(client)
        self.assertIn("this machine ([::1])", client.stderr.drained().decode())

    @in_english
    def test_a_missing_port_is_said_to_be_missing(self):
        self.assertIn("has no port: write 127.0.0.1:PORT", self.said(2, "connect", "127.0.0.1:"))


class ForBeginners(Sentences):
    """Sentences that need no knowledge of how sockeye is made."""

    @in_english
    def test_a_missing_part_is_said_to_be_missing(self):
        for flag, value, says in (
            ("--frame", "len=", "says nothing for `len`: write len=N"),
            ("--frame", "len", "says nothing for `len`: write len=N"),
            ("--frame", "head=02", "says nothing for `tail`: write `head=HEX,tail=HEX`"),
            ("--frame", "len=4,", "has a comma too many"),
            ("--frame", "", "no framing is named"),
            ("--checksum", "sum8,skip", "says nothing for `skip`: write skip=N"),
            ("--checksum", "sum8,be=1", "it takes no value; write `be`"),
            ("--checksum", "", "no checksum is named"),
            ("--charset", "", "no charset is named"),
            ("--fault", "", "no fault is named"),
            ("--fault", "latency=", "the duration is missing"),
            ("--fault", "latency=1ms,", "there is a comma too many"),
            ("--fault", "slice=", "the number of bytes is missing"),
            ("--fault", "slice=1,dir=", "the direction is missing"),
            ("--wait", "", "the duration is missing"),
            ("--max-frame", "", "the size is missing"),
        ):
            with self.subTest(flag=flag, value=value):
                said = self.said(2, "connect", "127.0.0.1:1", flag, value)
                self.assertIn(says, said)
                self.assertNotIn("``", said)
                self.assertNotIn('""', said)
        for reply, says in (("", "no responder is named"), ("rules:", "name the rules file")):
            self.assertIn(says, self.said(2, "listen", "127.0.0.1:0", "--reply", reply))

    @in_english
    def test_a_message_that_a_framing_cannot_carry(self):
        for frame, text, says in (
            ("modbus-tcp", "", "the message is empty; with this framing a message has at least 6 bytes: it begins with"),
            ("fixed=5", "abc", "the message has 3 bytes; with this framing a message has exactly 5 bytes"),
            ("slip", "", "with this framing a message is never empty"),
        ):
            with self.subTest(frame=frame):
                self.assertIn(says, self.said(2, "connect", "127.0.0.1:1", "--frame", frame, "--send", text))

    @in_english
    def test_a_client_that_hears_itself(self):
        port = self.stand(socket.SOCK_DGRAM)[1][1]
        group = f"udp://239.77.77.77:{port}?iface=lo&join"
        waits = ("--wait", "2s", "--count", "1")
        client = self.sockeye("connect", group, "--send", "me", *waits, stdin=NO_INPUT)
        self.ends(client, 28)
        said = client.stderr.drained().decode()
        self.assertIn("1 datagram from our own address (udp://", said)
        self.assertNotIn("the question came from", said)

    @in_english
    def test_leaving_is_no_half_close(self):
        _, address = self.listen("--reply", "echo")
        terminal = self.terminal("connect", "%s:%d" % address)
        terminal.wait_for_prompt()
        terminal.read_until("opened: ")
        terminal.enter("/half")
        terminal.read_until("half-closed \\(FIN sent\\): we can still receive")
        terminal.read_until("closed: ")
        self.assertEqual(terminal.finish(), 0)
        terminal = self.terminal("connect", "%s:%d" % address)
        terminal.wait_for_prompt()
        terminal.read_until("opened: ")
        terminal.enter("/quit")
        terminal.read_until("closed: by us, since sockeye is ending")
        self.assertEqual(terminal.finish(), 0)
        self.assertNotIn(b"half-closed", terminal.output.drained())

    @in_english
    def test_durations_have_three_digits_at_most(self):
        _, address = self.listen("--reply", "echo")
        terminal = self.terminal("connect", "%s:%d" % address, "--send", "x", "--count", "1")
        line = terminal.read_until("closed: we were first to close; ([^\r]*)\r").group(1).decode()
        lasted = line.rsplit(", ", 1)[1]
        digits = sum(character.isdigit() for character in lasted.lstrip("0."))
        self.assertLessEqual(digits, 3, line)


class ServiceNames(Sentences):
    def test_a_service_is_a_port(self):
        said = self.said(7, "connect", "127.0.0.1:discard")
        self.assertIn("tcp://127.0.0.1:9", said)
        said = self.said(7, "connect", "127.0.0.1", "discard")
        self.assertIn("tcp://127.0.0.1:9", said)
        said = self.said(7, "get", "127.0.0.1:discard", "a.txt", "--retries", "0")
        self.assertIn("tcp://127.0.0.1:9", said)
        said = self.said(7, "connect", "udp://127.0.0.1:discard", "--send", "x")
        self.assertIn("udp://127.0.0.1:9", said)

    def test_a_listener_takes_one_too(self):
        holder = self.sockeye("listen", "127.0.0.77:mqtt", "--reply", "echo", "--json")
        self.assertEqual(holder.event("listening")["addr"], "tcp://127.0.0.77:1883")

    @in_english
    def test_an_unknown_service_is_2_and_suggests_the_nearest(self):
        self.assertIn("did you mean http?", self.said(2, "connect", "127.0.0.1:htttp"))
        self.assertIn("no service of /etc/services", self.said(2, "listen", "127.0.0.1:qqqqqqqqq"))
        self.assertIn("is a service of udp", self.said(2, "connect", "127.0.0.1:tftp"))
        self.assertIn("a port is 0 to 65535", self.said(2, "connect", "127.0.0.1:70000"))


class SecurityWarnings(Sentences):
    """With --json they stay on stderr; --quiet shows none."""

    def warned(self, *arguments):
        server = self.sockeye(*arguments, stdin=NO_INPUT)
        server.event("listening")
        self.assertEqual(server.stop(), 0)
        return server.stderr.drained().decode()

    @in_english
    def test_open_to_others(self):
        said = self.warned("listen", "0.0.0.0:0", "--reply", "echo", "--json")
        self.assertRegex(said, r"^warning: tcp://0\.0\.0\.0:\d+: everybody who can reach this machine can connect")
        self.assertEqual(said.count("\n"), 1)
        said = self.warned("serve", self.folder(), "--listen", "0.0.0.0:0", "--json")
        self.assertIn("everybody who can reach this machine can read what is offered", said)

    def test_nothing_is_said_where_only_this_machine_can_reach_it(self):
        self.assertEqual(self.warned("listen", "127.0.0.1:0", "--reply", "echo", "--json"), "")
        self.assertEqual(self.warned("listen", "0.0.0.0:0", "--reply", "echo", "--json", "--quiet"), "")

    @in_english
    def test_amplification(self):
        arguments = ("listen", "udp://0.0.0.0:0", "--reply", "ctime", "--allow-amplification", "--json")
        self.assertIn("warning: --allow-amplification: whoever forges a source", self.warned(*arguments))
        self.assertEqual(self.warned(*arguments, "--quiet"), "")
        private = ("listen", "udp://127.0.0.1:0", "--reply", "ctime", "--allow-amplification", "--json")
        self.assertEqual(self.warned(*private), "")

    def folder(self):
        return os.path.dirname(self.file("a.txt", "a"))
