"""Echo server on uvloop, the fastest thing Python has: `uvloop_echo.py [HOST [PORT]]` prints `port N`."""

import asyncio
import sys

try:
    import uvloop
except ImportError:
    sys.exit("uvloop is not installed: pip install uvloop")


class Echo(asyncio.Protocol):
    """Sends back what it gets."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def serve(host, port):
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Echo, host, port, backlog=4096)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    HOST = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    uvloop.run(serve(HOST, PORT))
