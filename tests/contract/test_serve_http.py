"""A folder offered on a port, in HTTP: ranges, tags, listings, and under whose names it is answered."""

import json
import os
import re
import subprocess

from disks import needs
from harness import in_english, read_to_end
from serving import Protocol, Serving, answer, http


class Http(Serving):
    @in_english
    def setUp(self):
        super().setUp()
        self.content = os.urandom(100_000)
        self.put("big.bin", self.content)
        self.put("page.html", b"<p>hi")
        _, self.address = self.serve()
        self.sock = self.dial(self.address)

    def test_one_connection_for_all(self):
        status, fields, body = http(self.sock, "/big.bin")
        self.assertEqual((status, body), (200, self.content))
        self.assertEqual(fields["content-type"], "application/octet-stream")
        self.assertEqual(http(self.sock, "/page.html")[1]["content-type"], "text/html; charset=utf-8")
        status, fields, body = http(self.sock, "/big.bin", "HEAD")
        self.assertEqual((status, fields["content-length"], body), (200, "100000", b""))
        status, fields, body = http(self.sock, "/big.bin", Range="bytes=10-19")
        self.assertEqual((status, fields["content-range"], body), (206, "bytes 10-19/100000", self.content[10:20]))
        self.assertEqual(http(self.sock, "/big.bin", Range="bytes=-5")[2], self.content[-5:])
        status, fields, _ = http(self.sock, "/big.bin", Range="bytes=100000-")
        self.assertEqual((status, fields["content-range"]), (416, "bytes */100000"))
        self.assertEqual(http(self.sock, "/nothing")[0], 404)
        self.assertEqual(http(self.sock, "/page.html", Connection="close")[0], 200)
        self.assertEqual(self.sock.recv(1), b"")

    def test_requests_in_one_piece_are_answered_in_order(self):
        head = b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self.sock.sendall(head % b"page.html" + head % b"nothing" + head % b"big.bin")
        self.assertEqual([answer(self.sock)[0] for _ in range(3)], [200, 404, 200])

    def test_a_state_has_a_tag(self):
        tag, modified = (http(self.sock, "/big.bin", "HEAD")[1][name] for name in ("etag", "last-modified"))
        self.assertEqual(http(self.sock, "/big.bin", If_None_Match=tag)[0], 304)
        self.assertEqual(http(self.sock, "/big.bin", If_Modified_Since=modified)[0], 304)
        part = {"Range": "bytes=1-2"}
        for known in (tag, modified):
            self.assertEqual(http(self.sock, "/big.bin", If_Range=known, **part)[0], 206)
        self.put("big.bin", self.content[::-1])
        self.assertEqual(http(self.sock, "/big.bin", If_None_Match=tag)[0], 200)
        status, fields, body = http(self.sock, "/big.bin", If_Range=tag, **part)
        self.assertEqual((status, body), (200, self.content[::-1]))
        self.assertNotEqual(fields["etag"], tag)

    def test_what_is_no_request_is_told_so(self):
        for request, status in (
            (b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000, b"405"),
            (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"405"),
            (b"GET /x HTTP/1.1\r\n\r\n", b"400"),
            (b"GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
            (b"GET /x HTTP/9.9\r\nHost: x\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", b"431"),
            (b"GET / HTTP/1.1\r\nA: " + b"b" * 20_000 + b"\r\n\r\n", b"431"),
        ):
            said = self.ask(self.address, request)
            self.assertEqual(said.split(b" ", 2)[1], status, request[:40])
            self.assertEqual(b"Allow: GET, HEAD\r\n" in said, status == b"405")

    def test_any_split_gives_the_same(self):
        request = b"GET /page.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for cut in range(1, len(request)):
            sock = self.dial(self.address)
            sock.sendall(request[:cut])
            sock.sendall(request[cut:])
            self.assertTrue(read_to_end(sock).endswith(b"\r\n\r\n<p>hi"), cut)

    def test_folders_have_pages(self):
        self.put("sub/<b>&'\".txt", b"x")
        status, fields, body = http(self.sock, "/")
        self.assertEqual((status, fields["content-type"]), (200, "text/html; charset=utf-8"))
        self.assertIn(b'<a href="/sub/">sub/</a>', body)
        body = http(self.sock, "/sub/")[2]
        self.assertIn(b"&lt;b&gt;&amp;&#39;&quot;.txt", body)
        href = re.search(rb'href="(/sub/%3C[^"]*)"', body).group(1)
        self.assertEqual(http(self.sock, href)[2], b"x")
        self.assertEqual(http(self.sock, "/page.html/")[0], 404)

    def test_a_folder_without_its_slash_is_redirected_to_it(self):
        self.put("a b?/x", b"x")
        self.put(".hidden/x", b"x")
        for method, target, to in (
            ("GET", "/a%20b%3F", "/a%20b%3F/"),
            ("HEAD", "/a%20b%3F", "/a%20b%3F/"),
            ("GET", "/a%20b%3f?json", "/a%20b%3F/?json"),
        ):
            status, fields, _ = http(self.sock, target, method)
            self.assertEqual((status, fields["location"]), (301, to))
        for target in ("/.hidden", "//a%20b%3F", "/a%20b%3F/x/", "/..", "/nothing"):
            self.assertEqual(http(self.sock, target)[0], 404, target)

    @needs("curl")
    def test_curl_is_led_to_a_folder(self):
        self.put("sub/x", b"x")
        self.assertIn(b'href="/sub/x"', self.curl("-L", "URL/sub").stdout)

    def test_texts_carry_a_charset_where_it_is_sure(self):
        gbk = "你好，世界".encode("gbk")
        for name, content, kind in (
            ("utf8.txt", "你好".encode(), "text/plain; charset=utf-8"),
            ("ascii.css", b"p {}", "text/css; charset=utf-8"),
            ("empty.txt", b"", "text/plain; charset=utf-8"),
            ("long.txt", ("好" * 100_000).encode(), "text/plain; charset=utf-8"),
            ("cut.txt", ("x" + "好" * 100_000).encode(), "text/plain; charset=utf-8"),
            ("gbk.txt", gbk, "text/plain; charset=gbk"),
            ("gbk.html", b"<p>" * 1000 + gbk, "text/html; charset=gbk"),
            ("japanese.txt", "こんにちは、世界".encode("shift_jis"), "text/plain"),
            ("latin.txt", "Übergröße".encode("latin-1"), "text/plain"),
            ("late.txt", b"x" * 100_000 + gbk, "text/plain"),
            ("utf16.txt", "plain".encode("utf-16"), "text/plain"),
            ("data.json", "你".encode(), "application/json"),
        ):
            self.put(name, content)
            for method, lines in (("GET", {}), ("HEAD", {}), ("GET", {"Range": "bytes=0-1"})):
                if content or not lines:
                    _, fields, _ = http(self.sock, f"/{name}", method, **lines)
                    self.assertEqual(fields["content-type"], kind, name)

    @in_english
    def test_sizes_in_a_listing_are_readable_and_exact(self):
        self.put("large", b"x" * 1_234_567)
        body = http(self.sock, "/")[2]
        self.assertIn(b'<td title="1234567 bytes">1.2 MB<td>', body)
        (large,) = [entry for entry in json.loads(http(self.sock, "/?json")[2])["entries"] if entry["name"] == "large"]
        self.assertEqual(large["size"], 1_234_567)

    @in_english
    def test_a_refusal_says_what_was_wrong(self):
        host = b"Host: localhost\r\n"
        cases = (
            (b"PUT /srv.py HTTP/1.1\r\n" + host + b"\r\n", "PUT /srv.py", "not-offered", "method not allowed (405)"),
            (b"GET /x HTTP/1.1\r\n\r\n", "GET /x HTTP/1.1", "malformed", "it has no Host line"),
            (b"GET /x HTTP/1.1\r\n" + host * 2 + b"\r\n", "GET /x HTTP/1.1", "malformed", "several Host lines"),
            (b"GET /% HTTP/1.1\r\n" + host + b"\r\n", "GET /% HTTP/1.1", "malformed", "'%' in its path"),
            (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", "GET / HTTP/1.1", "too-long", "longer than a request"),
            (b"GET / HTTP/1.1\r\nHost:", "GET / HTTP/1.1", "cut", "ended before it was whole"),
            (b"a\\b\n", "a\\b", "malformed", "write '/' between folders"),
            (b"../x\n", "../x", "malformed", "a part of it is '.' or '..'"),
        )
        plain = self.sockeye("serve", self.folder, "--listen", "127.0.0.1:0")
        port = plain.stderr.wait(lambda said: re.search(rb"127\.0\.0\.1:(\d+)", said)).group(1)
        server, address = self.serve()
        for request, name, outcome, words in cases:
            self.ask(address, request, end=True)
            event = server.event("served")
            self.assertEqual((event["name"], event["outcome"]), (name, outcome))
            at = len(plain.stderr.bytes())
            self.ask(("127.0.0.1", int(port)), request, end=True)
            line = plain.stderr.wait(lambda said: re.search(rb"(http|name): .*\n", said), at).group().decode()
            self.assertIn(words, line)
            self.assertNotIn("makes no sense", line)
            self.assertNotIn("''", line)

    def test_a_large_folder_comes_in_pages(self):
        names = {f"{number:05d}-{'x' * 40}" for number in range(3000)}
        (self.folder / "many").mkdir()
        for name in names:
            (self.folder / "many" / name).touch()
        found, mark, pages = [], "", 0
        while mark is not None:
            page = json.loads(http(self.sock, f"/many/?json&after={mark}")[2])
            found += [entry["name"] for entry in page["entries"]]
            mark, pages = page["next"], pages + 1
        self.assertEqual((len(found), set(found) == names), (3000, True))
        self.assertGreater(pages, 3)
        protocol = Protocol(self.dial(self.address))
        for page in (0, 100):
            entries, pages = protocol.list(b"many", page)
            self.assertEqual((len(entries), {name.decode() for name, _, _ in entries} == names), (3000, True))
        self.assertEqual(pages, 30)

    def curl(self, *arguments):
        url = f"http://{self.address[0]}:{self.address[1]}"
        arguments = [argument.replace("URL", url) for argument in arguments]
        return subprocess.run(["curl", "-sS", "-m", "15", *arguments], capture_output=True, cwd=self.home, check=True)

    @needs("curl")
    def test_curl(self):
        self.assertEqual(self.curl("URL/big.bin").stdout, self.content)
        self.assertEqual(self.curl("-r", "500-999", "URL/big.bin").stdout, self.content[500:1000])
        (self.home / "part").write_bytes(self.content[:40_000])
        self.curl("-C", "-", "-o", "part", "URL/big.bin")
        self.assertEqual((self.home / "part").read_bytes(), self.content)
        said = self.curl("-o", "a", "-o", "b", "-w", "%{num_connects}", "URL/big.bin", "URL/page.html").stdout
        self.assertEqual(said, b"10", "the second comes over the connection of the first")

    @needs("wget")
    def test_wget(self):
        url = f"http://{self.address[0]}:{self.address[1]}/big.bin"
        (self.home / "big.bin").write_bytes(self.content[:40_000])
        command = ["wget", "-q", "-t", "1", "-T", "15", "-c", url]
        subprocess.run(command, cwd=self.home, check=True, env={**os.environ, "no_proxy": "*"})
        self.assertEqual((self.home / "big.bin").read_bytes(), self.content)


def status_of(said):
    """The status of an answer, as a number."""
    return int(said.split(b" ", 2)[1])


#: What a request may say of whom it calls, and whether a server that only this machine can reach is called by it.
CALLED = [
    *((f"Host: {host}{port}", True) for host in ("127.0.0.1", "127.8.9.10", "[::1]", "localhost", "LOCALhost.", "a.b.localhost")
      for port in ("", ":1", ":8889")),
    *((f"Host: {host}{port}", False) for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.7",
      "evillocalhost", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433") for port in ("", ":80")),
]


class Called(Serving):
    """A web page may have its own name lead to this machine; then it still calls us by that name."""

    def setUp(self):
        super().setUp()
        self.put("file", b"content")

    def status(self, address, line, target="/file", method="GET", version="1.1"):
        request = f"{method} {target} HTTP/{version}\r\n{line}\r\nConnection: close\r\n\r\n"
        return status_of(self.ask(address, request.replace("\r\n\r\n\r\n", "\r\n\r\n").encode()))

    def test_by_whose_name(self):
        for at in ("127.0.0.1:0", "localhost:0"):
            _, address = self.serve(at=at)
            for line, is_ours in CALLED:
                for target in ("/file", "/", "/?json"):
                    self.assertEqual(self.status(address, line, target), 200 if is_ours else 403, f"{at} {line} {target}")
                self.assertEqual(self.status(address, line, method="POST"), 405 if is_ours else 403, line)
                self.assertEqual(self.status(address, line, version="1.0"), 200 if is_ours else 403, line)
                authority = line.removeprefix("Host: ")
                for other in ("Host: localhost", "Host: evil.example"):
                    # The address is the one that counts.
                    status = self.status(address, other, f"http://{authority}/file")
                    self.assertEqual(status, 200 if is_ours else 403, f"{authority} {other}")
            self.assertEqual(self.status(address, "A: b", version="1.0"), 200)

    def test_what_calls_nobody(self):
        _, address = self.serve()
        for line in ("A: b", "Host:", "Host: ", "Host: a b", "Host: localhost\r\nHost: localhost", "Host: localhost\r\nhOST: evil",
                     "Host: localhost:x", "Host: ::1", "Host: [::1", "Host: me@localhost", "Host: localhost/", "Host : localhost",
                     "Host: localhost\r\n Host: x", "Host: 报"):
            self.assertEqual(self.status(address, line), 400, line)
        for target in ("http://", "http:///file", "http://me@localhost/file", "http://[::1/file"):
            self.assertEqual(self.status(address, "Host: localhost", target), 400, target)

    @in_english
    def test_the_answer_says_what_to_do_and_the_event_what_was_called(self):
        server, address = self.serve()
        sock = self.dial(address)
        status, fields, body = http(sock, "/file", host="Evil.example:80")
        self.assertEqual((status, fields["connection"], fields["content-type"]), (403, "close", "text/plain; charset=utf-8"))
        self.assertEqual(body, b"this server does not go by the name evil.example; --allow-host evil.example would have it do so\n")
        self.assertEqual(sock.recv(1), b"")
        self.assertEqual(server.event("served")["name"], "http://evil.example/file")
        self.assertEqual(server.event("closed")["why"], "refused")
        self.assertEqual(server.stop(), 0)
        told = [event["outcome"] for event in server.events() if event["type"] == "served"]
        self.assertEqual(told, ["refused"])

    def test_names_that_are_allowed(self):
        for at, numbers in (("127.0.0.1:0", 403), ("0.0.0.0:0", 200)):
            _, address = self.serve("--allow-host", "my.example", "--allow-host", "10.1.1.1", at=at)
            for line, status in (("my.example", 200), ("MY.example.:80", 200), ("10.1.1.1", 200), ("localhost", 200),
                                 ("evil.example", 403), ("your.my.example", 403), ("10.0.0.7", numbers), ("[2001:db8::1]", numbers)):
                self.assertEqual(self.status(address, f"Host: {line}"), status, f"{at} {line}")
        for name in ("*", "", "http://my.example", "a/b"):
            self.ends(self.sockeye("serve", self.folder, "--allow-host", name), 2)

    def test_open_to_others_it_has_any_name(self):
        _, address = self.serve(at="0.0.0.0:0")
        for line, _ in CALLED:
            self.assertEqual(self.status(address, line), 200, line)

    def test_listings_do_nothing_and_nothing_is_guessed(self):
        _, address = self.serve()
        sock = self.dial(address)
        _, fields, _ = http(sock, "/")
        policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        self.assertEqual(fields["content-security-policy"], policy)
        for target in ("/", "/?json", "/file", "/nothing"):
            self.assertEqual(http(sock, target)[1]["x-content-type-options"], "nosniff", target)
