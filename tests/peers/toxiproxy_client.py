"""Drives a server of toxiproxy's API with toxiproxy-python: `python3 toxiproxy_client.py HOST PORT`.

Prints what it found, a word and a value a line.
"""

import socket
import sys
import threading
import time

from toxiproxy import Toxiproxy
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists


def echo(listener):
    while True:
        conversation, _ = listener.accept()
        threading.Thread(target=answer_all, args=(conversation,), daemon=True).start()


def answer_all(conversation):
    try:
        while data := conversation.recv(4096):
            conversation.sendall(data)
        conversation.close()
    except OSError:
        pass


def connect(proxy):
    host, port = proxy.listen.split(":")
    sock = socket.create_connection((host, int(port)), 10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def answer(sock):
    """How long an answer takes, in milliseconds."""
    began = time.monotonic()
    sock.sendall(b"hello")
    sock.recv(4096)
    return (time.monotonic() - began) * 1000


def outcome(call):
    """How a call ends."""
    try:
        call()
        return "done"
    except (InvalidToxic, NotFound, ProxyExists, ConnectionRefusedError) as error:
        return type(error).__name__


def main(host, port):
    server = Toxiproxy()
    server.update_api_consumer(host, int(port))
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=echo, args=(listener,), daemon=True).start()
    upstream = f"127.0.0.1:{listener.getsockname()[1]}"
    proxy = server.create(upstream=upstream, name="python")
    print("again", outcome(lambda: server.create(upstream=upstream, name="python")))
    print("unknown", outcome(lambda: proxy.add_toxic(type="plague")))
    print("absent", outcome(lambda: proxy.destroy_toxic("nothing")))
    sock = connect(proxy)
    answer(sock)
    for stream in ("upstream", "downstream"):
        proxy.add_toxic(type="latency", stream=stream, attributes={"latency": 100})
        print(stream, answer(sock))
        proxy.destroy_toxic(f"latency_{stream}")
    print("removed", answer(sock))
    with proxy.down():
        print("closed", sock.recv(1) == b"")
        print("refused", outcome(lambda: connect(proxy)))
    answer(connect(proxy))
    wanted = [{"name": name, "upstream": upstream, "listen": "127.0.0.1:0"} for name in ("second", "third")]
    print("populated", ",".join(sorted(made.name for made in server.populate(wanted))))
    server.reset()
    server.destroy_all()
    print("left", len(server.proxies()))


if __name__ == "__main__":
    main(*sys.argv[1:])
