"""TCP server that reads and answers in GBK."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
answer = sys.argv[3] if len(sys.argv) > 3 else "ok, 问题正在处理中…"

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
server.bind((host, port))
server.listen(128)
print("port", server.getsockname()[1], flush=True)

client, address = server.accept()
data = client.recv(1024)
print(data, flush=True)
data.decode("gbk")
client.send(answer.encode("gbk"))
client.close()
server.close()
