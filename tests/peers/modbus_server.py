#!/usr/bin/env python3
"""A Modbus TCP device made with pymodbus: registers 0 to 9 hold 100 to 109. Prints `port N` once it listens.

`modbus_server.py HOST PORT [FRAMER]`; FRAMER is `socket` (Modbus TCP), `rtu` or `ascii` (over TCP).
"""

import asyncio
import sys

from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice


async def main():
    device = SimDevice(1, [SimData(0, values=list(range(100, 110)), datatype=DataType.REGISTERS)])
    framer = FramerType(sys.argv[3] if len(sys.argv) > 3 else "socket")
    server = ModbusTcpServer(device, framer=framer, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    print("port", server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
