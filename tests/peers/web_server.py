"""A web server of files with ranges and entity tags; with a MODE it misbehaves in one way.

Usage: web_server.py HOST PORT FOLDER [MODE]. Prints `port N`, then each request's path and Range.
"""

import http.server
import os
import sys
import urllib.parse
import zlib

MODE = sys.argv[4] if len(sys.argv) > 4 else ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        print(self.path, self.headers.get("Range"), flush=True)
        Handler.served += 1
        if MODE.startswith("redirect=") and self.path != "/moved":
            return self.reply(302, b"", {"Location": MODE.partition("=")[2]})
        path = "/a" if self.path == "/moved" else self.path
        file = os.path.join(sys.argv[3], urllib.parse.unquote(path).lstrip("/"))
        if not os.path.isfile(file):
            return self.reply(404, b"no such file")
        with open(file, "rb") as opened:
            data = opened.read()
        headers = {} if MODE == "no-tag" else {"ETag": f'"{zlib.crc32(data):08x}"'}
        if MODE == "encoded":
            headers["Content-Encoding"] = "gzip"
        wanted = self.headers.get("Range")
        if wanted and MODE != "no-ranges" and self.headers.get("If-Range") == headers.get("ETag"):
            begin = int(wanted.partition("=")[2].partition("-")[0])
            if begin >= len(data):
                return self.reply(416, b"")
            shift = 1 if MODE == "wrong-range" else 0
            headers["Content-Range"] = f"bytes {begin + shift}-{len(data) - 1}/{len(data)}"
            return self.reply(206, data[begin + shift :], headers)
        return self.reply(200, data, headers)

    def reply(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if MODE == "endless-head":
            while True:
                self.wfile.write(b"x" * 65536)
        if MODE.startswith(("cut", "no-ranges", "wrong-range")) and Handler.served == 1:
            self.wfile.write(body[:50_000])
            self.close_connection = True
            return
        self.wfile.write(body)
        self.close_connection = self.headers.get("Connection") == "close"

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass


server = http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler)
print("port", server.server_address[1], flush=True)
server.serve_forever()
