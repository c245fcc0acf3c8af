"""Every path speaks the language that was asked for: no English sentence in Chinese, no Chinese one in English."""

import os
import pathlib
import re
import socket
import subprocess
import tempfile
import unicodedata

from harness import Case, binary, read_exactly

COMMANDS = ["connect", "listen", "serve", "get", "relay", "check", "probe", "bench", "guess", "sum", "run", "explain", "limits", "schema", "completions", "man", "help"]
TOPICS = [
    "framing", "checksums", "charsets", "replies", "rules", "edits", "templates", "faults", "addresses", "units", "console", "exit-codes",
]  # fmt: skip

#: What is the same in every language, taken away before words are looked for: what is quoted, typed or a name.
SAME = [
    r"(?:[\w!-]+, ){3,}[\w!-]+",
    r"“[^”\n]*”",
    r"'[^'\n]*'",
    r'"[^"\n]*"',
    r"`[^`\n]*`",
    r"\{[^}\n]*\}",
    r"<[^>\n]*>",
    r"--?[a-z][\w-]*",
    r"\S*[/@:=_.\\|\[\]$][\w/@:=_.\\|\[\]$-]+\S*",
    r"\b[\w-]*\d[\w-]*\b",
]
#: Three words of English one behind the other.
ENGLISH = re.compile(r"\b[A-Za-z]?[a-z]+'?[a-z]*[ ,]+[a-z]+'?[a-z]*[ ,]+[a-z]{2,}\b")
#: What Chinese engineers write as it is, and the names of things that help lists.
TERMS = re.compile(
    r"\b(?:sockeye|connect|listen|serve|get|run|explain|limits|schema|completions|man|help|bash|zsh|fish|curl|wget|jq|grep"
    r"|echo|time|ctime|chat|discard|chargen|daytime|raw|line|crlf|nul|text|hex|json|utf|gbk|big|auto|always|never|wait"
    r"|refuse|none|lf|cr|framing|checksums|charsets|replies|rules|templates|faults|addresses|units|http|name|true|false"
    r"|elvish|powershell|python|struct|pack|hexdump|slice|latency|up|down|close|reset|equals|prefix|contains|regex)\b"
)
CHINESE = re.compile(r"[\u3400-\u9fff]")


def english_in(text):
    """The lines of `text` that hold an English sentence; commands to be pasted are none."""
    found = []
    for line in text.splitlines():
        if re.match(r"\s*(?:\$ |sudo |sockeye |[a-z-]+ = |\[)", line):
            continue
        plain = line
        for same in SAME:
            plain = re.sub(same, " | ", plain)
        plain = TERMS.sub(" | ", plain)
        if ENGLISH.search(plain):
            found.append(line)
    return found


def chinese_in(text):
    """The lines of `text` that hold Chinese, but for the name of what has one."""
    return [line for line in text.splitlines() if CHINESE.search(line.replace("粘包", "").replace("世界", ""))]


def columns(line):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


class Language(Case):
    def said(self, language, *arguments, stdin=subprocess.DEVNULL, **environment):
        """All that a run which ends by itself says to people."""
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "SOCKEYE_LANG": language, **environment}
        done = subprocess.run([binary(), *arguments], stdin=stdin, capture_output=True, env=env, timeout=60)
        return (done.stdout + done.stderr).decode()

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.home = pathlib.Path(made.name)

    def check(self, what, *arguments, **options):
        with self.subTest(what):
            english = self.said("en", *arguments, **options)
            chinese = self.said("zh", *arguments, **options)
            self.assertEqual(chinese_in(english), [])
            self.assertEqual(english_in(chinese), [])
            self.assertRegex(chinese, CHINESE)
            return chinese

    def test_help_of_every_command_and_topic(self):
        pages = [["--help"], ["-h"], [], ["explain"]]
        pages += [[command, flag] for command in COMMANDS for flag in ("-h", "--help")]
        pages += [["help", topic] for topic in TOPICS]
        pages += [["limits"]]
        for page in pages:
            chinese = self.check(" ".join(page), *page)
            # A table of its own form.
            if chinese and page != ["limits"]:
                self.assertEqual([line for line in chinese.splitlines() if columns(line) > 80], [], page)

    def test_a_topic_goes_by_its_chinese_name_too(self):
        for name, chinese in (("framing", "分帧"), ("exit-codes", "退出码")):
            self.assertEqual(self.said("zh", "help", chinese), self.said("zh", "help", name))

    def test_man_pages(self):
        for language, wrong in (("en", chinese_in), ("zh", english_in)):
            folder = self.home / language
            self.said(language, "man", "--out", str(folder))
            for page in folder.iterdir():
                text = re.sub(r"\\f.|\\&|\\|^\.\w+ ?", "", page.read_text(), flags=re.MULTILINE)
                text = "\n".join(line for line in text.splitlines() if not line.startswith(("ie ", "el ", "(g", "SH ")))
                self.assertEqual(wrong(text), [], page.name)

    def test_refusals_of_the_command_line(self):
        for arguments in (
            ["connect"],
            ["conect", "8888"],
            ["connect", "8888", "--fram", "line"],
            ["connect", "8888", "--frame", "lin"],
            ["connect", "8888", "--frame", "len=9"],
            ["connect", "8888", "--frame", "len=2,le,be"],
            ["connect", "8888", "--frame", "delim=0g"],
            ["connect", "8888", "--checksum", "crc17"],
            ["connect", "8888", "--charset", "gkb"],
            ["connect", "8888", "--wait", "soon"],
            ["connect", "8888", "--wait", "3fortnights"],
            ["connect", "8888", "--max-frame", "0"],
            ["connect", "8888", "--count", "many"],
            ["connect", "8888", "--seed", "99999999999999999999999"],
            ["connect", "8888", "--send-hex", "0"],
            ["connect", "8888", "--send", "{counter}\\xff", "-e"],
            ["connect", "8888", "--send-file", "/no/such/file"],
            ["connect", "8888", "--every", "1s"],
            ["connect", "8888", "--every", "0s", "--send", "x"],
            ["connect", "8888", "--hex", "--json"],
            ["connect", "8888", "--json", "--json"],
            ["connect", "8888", "-C", "--frame", "line"],
            ["connect", "8888", "--fault", "slow"],
            ["connect", "8888", "--fault", "latency=x"],
            ["connect", "8888", "--expect", "/(/"],
            ["connect", "8888", "--source", "unix:/x"],
            ["connect", "8888", "hello", "world"],
            ["connect", "host:99999"],
            ["connect", "::1:80"],
            ["connect", "*:80"],
            ["connect", "-"],
            ["connect", "8888", "—send", "x"],
            ["connect", "8888", "--lang", "fr"],
            ["listen", "8888", "--reply", "ecoh"],
            ["listen", "8888", "--reply", "rules:/no/such/file"],
            ["listen", "8888", "--max-connections", "0"],
            ["listen", "8888", "--allow", "10.0.0.0/99"],
            ["listen", "8888", "--eol", "x"],
            ["listen", "udp://8888", "--once"],
            ["listen", "-l", "8888"],
            ["serve", "/no/such/folder"],
            ["serve", ".", "--dialect", "ftp"],
            ["serve", ".", "--rate", "0"],
            ["get", "8889"],
            ["get", "8889", "a", "--sha256", "12"],
            ["get", "8889", "../a"],
            ["get", "8889", "a", "b", "-o", "c"],
            ["get", "8889", "a", "-o", "-", "--json"],
            ["run", "/no/such/file"],
            ["explain", "asdfghjkl"],
        ):
            self.check(" ".join(arguments), *arguments)

    def test_rules_and_job_files(self):
        for name, text in (
            ("syntax", "[[rule]\n"),
            ("key", "[[rule]]\nequal = 'a'\nreply = 'b'\n"),
            ("two", "[[rule]]\nequals = 'a'\nprefix = 'b'\nreply = 'c'\n"),
            ("nothing", "[[rule]]\nequals = 'a'\n"),
            ("regex", "[[rule]]\nregex = '('\nreply = 'b'\n"),
            ("delay", "[[rule]]\nequals = 'a'\ndelay = 'soon'\nreply = 'b'\n"),
        ):
            path = self.home / f"{name}.toml"
            path.write_text(text)
            self.check(name, "listen", "127.0.0.1:0", "--reply", f"rules:{path}")
        for name, text in (
            ("job", "[job.a]\ncommand = 'conect'\n"),
            ("flag", "[job.a]\ncommand = 'connect'\naddr = '1'\nfram = 'line'\n"),
            ("after", "[job.a]\ncommand = 'connect'\naddr = '1'\nafter = 'b'\n"),
            ("value", "[job.a]\ncommand = 'connect'\naddr = '1'\nframe = 'lin'\n"),
            ("empty", ""),
        ):
            path = self.home / f"{name}.toml"
            path.write_text(text)
            self.check(name, "run", str(path))

    def test_failures_of_the_network_and_of_files(self):
        closed = socket.socket()
        self.addCleanup(closed.close)
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)
        deaf = silent.getsockname()[1]
        for arguments in (
            ["connect", f"127.0.0.1:{port}", "--send", "x"],
            ["connect", f"udp://127.0.0.1:{port}", "--send", "x", "--wait", "1s"],
            ["connect", f"127.0.0.1:{deaf}", "--send", "x", "--wait", "50ms"],
            ["connect", f"127.0.0.1:{deaf}", "--send", "x", "--wait", "50ms", "--expect", "y"],
            ["connect", "no-such-host.invalid:1", "--send", "x"],
            ["connect", "unix:/no/such/socket", "--send", "x"],
            ["connect", "udp://255.255.255.255:9", "--send", "x"],
            ["connect", f"127.0.0.1:{deaf}", "--source", "192.0.2.1", "--send", "x"],
            ["listen", f"127.0.0.1:{deaf}"],
            ["listen", "192.0.2.1:0"],
            ["listen", "unix:/no/such/folder/socket"],
            ["listen", "udp://*:0", "--reply", "text:" + "x" * 900],
            ["get", f"127.0.0.1:{port}", "a", "--retries", "0", "-o", str(self.home / "a")],
            ["get", f"http://127.0.0.1:{port}/a", "--retries", "0", "-o", str(self.home / "a")],
            ["man", "--out", "/proc/no"],
        ):
            self.check(" ".join(arguments), *arguments)

    def test_a_mistake_in_the_language_names_the_two(self):
        for language in ("en", "zh"):
            said = self.said(language, "connect", "8888", "--lang", "fr")
            self.assertIn("en, zh", said)

    def test_the_locale_decides_where_nothing_else_does(self):
        for environment, is_chinese in (
            ({"LANG": "zh_CN.UTF-8"}, True),
            ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
            ({"LC_MESSAGES": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, True),
            ({"LANG": "C"}, False),
            ({"LANG": "xx_XX.UTF-8"}, False),
            ({}, False),
        ):
            said = self.said("", "--help", **environment)
            self.assertEqual(bool(CHINESE.search(said)), is_chinese, environment)

    def test_what_a_page_of_serve_says(self):
        (self.home / "a.txt").write_text("hello")
        for language, wrong in (("en", chinese_in), ("zh", english_in)):
            server = self.sockeye("serve", str(self.home), "--listen", "127.0.0.1:0", "--json", "--lang", language)
            host, port = server.address()
            for path in ("/", "/no-such"):
                page = self.fetch(host, port, path)
                self.assertEqual(wrong(re.sub(r"<style>.*?</style>|<[^>]*>", "\n", page, flags=re.DOTALL)), [], path)
            self.assertEqual(bool(CHINESE.search(self.fetch(host, port, "/"))), language == "zh")

    def fetch(self, host, port, path):
        with self.dial((host, port)) as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            answer = b""
            while chunk := sock.recv(65536):
                answer += chunk
        return answer.partition(b"\r\n\r\n")[2].decode()


class Consoles(Case):
    """What people at a terminal read and type, in Chinese and on a terminal that writes GBK."""

    #: A locale whose character set is GBK, and no word on the language but its own.
    GBK = {"SOCKEYE_LANG": "", "LC_ALL": "zh_CN.GBK"}

    def test_the_consoles_of_both_roles(self):
        for language, wrong in (("en", chinese_in), ("zh", english_in)):
            environment = {"SOCKEYE_LANG": language}
            listener = self.terminal("listen", "127.0.0.1:0", env=environment)
            port = listener.port()
            client = self.terminal("connect", f"127.0.0.1:{port}", env=environment)
            client.wait_for_prompt()
            listener.read_until("#1")
            for terminal in (listener, client):
                for command in ("/help", "/hlep", "/info", "/hex 0", "/every", "/file /no/such", "/to 9 x", "/list"):
                    terminal.enter(command)
                terminal.enter("last")
            # Each has heard the other's last word behind everything that it was told.
            listener.read_until("← .*last")
            client.read_until("← .*last")
            for terminal in (listener, client):
                said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.output.bytes().decode()).replace("\r", "\n")
                said = re.sub(r"^.*(?:> |→|←).*$", "", said, flags=re.MULTILINE)
                self.assertEqual(wrong(said), [], language)
                self.assertEqual(bool(CHINESE.search(said)), language == "zh")

    def test_a_terminal_of_a_gbk_locale_is_written_and_read_as_gbk(self):
        server, address = self.stand()
        terminal = self.terminal("connect", "%s:%s" % address, env=self.GBK)
        peer = self.accept(server)
        terminal.read_until("本端".encode("gbk"))
        terminal.type("你好\n".encode("gbk"))
        self.assertEqual(read_exactly(peer, 6), "你好".encode())
        peer.sendall("世界".encode())
        terminal.read_until("世界".encode("gbk"))

    def test_words_of_a_gbk_command_line_are_text(self):
        server, address = self.stand()
        self.sockeye("connect", "%s:%s" % address, "--send", os.fsdecode("你好".encode("gbk")), env=self.GBK)
        self.assertEqual(read_exactly(self.accept(server), 6), "你好".encode())

    def test_data_that_is_piped_stays_as_it_is_in_a_gbk_locale(self):
        server, address = self.stand()
        client = self.connect(address, env=self.GBK)
        self.accept(server).sendall("世界".encode())
        client.stdout.wait(lambda data: data == "世界".encode())
