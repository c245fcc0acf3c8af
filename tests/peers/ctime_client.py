"""TCP client of the timestamp server: a line, an answer, until an empty line."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))
while True:
    text = input()
    if not text:
        break
    client.send(text.encode("utf-8"))
    data = client.recv(1024)
    print(data, flush=True)
    if not data:
        break
client.close()
