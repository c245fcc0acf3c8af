"""TCP client that asks in GBK and prints the answer's bytes."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
text = sys.argv[3] if len(sys.argv) > 3 else "你好服务端…"

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))
client.send(text.encode("gbk"))
data = client.recv(1024)
print(data, flush=True)
data.decode("gbk")
client.close()
