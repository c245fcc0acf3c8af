"""Sends one message, then reads the answer five bytes at a time until the server closes."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
text = sys.argv[3] if len(sys.argv) > 3 else "hello"

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))
client.send(text.encode("utf-8"))
while True:
    data = client.recv(5)
    print(data, flush=True)
    if not data:
        break
client.close()
