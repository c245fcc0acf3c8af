"""UDP client that sends one datagram and prints the answer."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
text = sys.argv[3] if len(sys.argv) > 3 else "hello"

client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.sendto(text.encode("utf-8"), (host, port))
data, address = client.recvfrom(1024)
print(data, flush=True)
client.close()
