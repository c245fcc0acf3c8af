"""TCP timestamp server: answers `[ctime] data` to every message until its client leaves."""

import socket
import sys
from time import ctime

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind((host, port))
server.listen(5)
print("port", server.getsockname()[1], flush=True)

client, address = server.accept()
while True:
    data = client.recv(1024)
    print(data, flush=True)
    if not data:
        break
    answer = b"[%s] %s" % (ctime().encode("utf-8"), data)
    client.send(answer)
    print("sent", answer, flush=True)
client.close()
server.close()
