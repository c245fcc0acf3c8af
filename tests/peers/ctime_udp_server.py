"""UDP timestamp server: answers `[ctime] data` to every datagram, until it is ended."""

import socket
import sys
from time import ctime

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((host, port))
print("port", server.getsockname()[1], flush=True)

while True:
    try:
        data, address = server.recvfrom(1024)
    except TimeoutError:
        break
    print(data, flush=True)
    answer = b"[%s] %s" % (ctime().encode("utf-8"), data)
    server.sendto(answer, address)
    print("sent", answer, flush=True)
server.close()
