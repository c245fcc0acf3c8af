"""TCP client in which a person types each question; an empty line ends it."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))
while True:
    question = input()
    if not question:
        break
    client.send(question.encode("utf-8"))
    data = client.recv(1024)
    print(data, flush=True)
    if not data:
        break
client.close()
