"""TCP client of the struct lesson: sends a native `i` length and the body, reads the answer the same way."""

import socket
import struct
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
text = sys.argv[3] if len(sys.argv) > 3 else "helloworld"

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))
body = text.encode("utf-8")
client.send(struct.pack("i", len(body)))
client.send(body)
header = client.recv(4)
print(header, flush=True)
length = struct.unpack("i", header)[0]
data = client.recv(length)
print(data, flush=True)
client.close()
