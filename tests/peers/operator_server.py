"""TCP server whose operator types each answer; an empty line (or the client leaving) ends it."""

import socket
import sys

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
    answer = input()
    if not answer:
        break
    client.send(answer.encode("utf-8"))
client.close()
server.close()
