"""The tutorials' file server with the check that everybody thinks of: the real path is looked at, and then opened.

Between the two the tree may change. Any number of clients; a name and a newline, the file and a close, or `1`.
"""

import os
import socketserver
import sys

ROOT = os.path.realpath(sys.argv[3])


class Client(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self):
        name = self.rfile.readline(4096).rstrip(b"\n")
        path = os.path.join(os.fsencode(ROOT), name)
        try:
            if not os.path.realpath(path).startswith(os.fsencode(ROOT) + b"/"):
                raise PermissionError(path)
            with open(path, "rb") as file:
                self.wfile.write(file.read())
        except OSError:
            self.wfile.write(b"1")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


with Server((sys.argv[1], int(sys.argv[2])), Client) as server:
    print("port", server.server_address[1], flush=True)
    server.serve_forever()
