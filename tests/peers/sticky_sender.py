"""Sends `hello` three times in a row; with `serve` as third argument it is the server, otherwise the client."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
serve = len(sys.argv) > 3 and sys.argv[3] == "serve"

peer = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
if serve:
    server = peer
    server.bind((host, port))
    server.listen(5)
    print("port", server.getsockname()[1], flush=True)
    peer, address = server.accept()
else:
    peer.connect((host, port))

peer.send(b"hello")
peer.send(b"hello")
peer.send(b"hello")
peer.close()
