"""TCP server of the tutorial: one client, one message, one fixed answer."""

import socket
import sys

socket.setdefaulttimeout(10)

host = sys.argv[1]
port = int(sys.argv[2])
answer = sys.argv[3] if len(sys.argv) > 3 else "thank you, tcp client"

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind((host, port))
server.listen(5)
print("port", server.getsockname()[1], flush=True)

client, address = server.accept()
data = client.recv(1024)
print(data, flush=True)
client.send(answer.encode("utf-8"))
client.close()
server.close()
