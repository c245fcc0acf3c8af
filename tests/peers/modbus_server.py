#!/usr/bin/env python3
"""A Modbus TCP device made with pymodbus: registers 0 to 9 hold 100 to 109. Prints `port N` once it listens."""

import asyncio

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


async def main():
    device = SimDevice(1, [SimData(0, values=list(range(100, 110)), datatype=DataType.REGISTERS)])
    server = ModbusTcpServer(device, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print("port", server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
