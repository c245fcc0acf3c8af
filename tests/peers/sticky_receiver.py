"""Waits for Enter, then reads what has come, one `recv` a line; with `serve` as third argument it is the server.

Enter is pressed once the sender has sent everything, so the three sends lie in one receive buffer: the first `recv` shows
them glued.
"""

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

input()
while True:
    data = peer.recv(1024)
    print(data, flush=True)
    if not data:
        break
peer.close()
