"""The tutorials' server of files: reads a name, sends the whole file and closes, or sends `1`. Serves one client."""

import os
import socket
import sys

host, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
listener = socket.create_server((host, port))
listener.settimeout(10)
print("port", listener.getsockname()[1], flush=True)
conversation, _ = listener.accept()
conversation.settimeout(10)
name = conversation.recv(1024)
print(name, flush=True)
try:
    with open(os.path.join(os.fsencode(folder), name), "rb") as file:
        data = file.read()
except OSError:
    data = b"1"
conversation.sendall(data)
conversation.close()
