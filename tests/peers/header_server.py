"""TCP server of the struct lesson: a native `i` length and that many bytes, each way, until the client leaves."""

import socket
import struct
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
answer = sys.argv[3] if len(sys.argv) > 3 else "world, 你好"

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind((host, port))
server.listen(5)
print("port", server.getsockname()[1], flush=True)

client, address = server.accept()
while True:
    header = client.recv(4)
    print(header, flush=True)
    if not header:
        break
    length = struct.unpack("i", header)[0]
    body = client.recv(length)
    print(body, flush=True)
    reply = answer.encode("utf-8")
    client.send(struct.pack("i", len(reply)))
    client.send(reply)
client.close()
server.close()
