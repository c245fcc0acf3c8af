"""TCP client of the tutorial: sends one line, prints one answer."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
text = sys.argv[3] if len(sys.argv) > 3 else "hello"

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))
client.send(text.encode("utf-8"))
data = client.recv(1024)
print(data, flush=True)
client.close()
