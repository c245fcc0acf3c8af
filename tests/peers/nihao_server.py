"""UDP server that answers every datagram with one greeting, until it is ended."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
answer = sys.argv[3] if len(sys.argv) > 3 else "nihao"

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((host, port))
print("port", server.getsockname()[1], flush=True)

while True:
    try:
        data, address = server.recvfrom(1024)
    except TimeoutError:
        break
    print(data, flush=True)
    server.sendto(answer.encode("utf-8"), address)
server.close()
