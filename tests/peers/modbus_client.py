#!/usr/bin/env python3
"""A Modbus TCP master made with pymodbus: reads ten registers of a device and prints them, or what went wrong.

`modbus_client.py PORT [SECONDS] [FRAMER]`; SECONDS is how long it waits for an answer, once; FRAMER is `socket` (Modbus TCP),
`rtu` or `ascii` (over TCP).
"""

import sys

from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

patience = float(sys.argv[2]) if len(sys.argv) > 2 else 10
framer = FramerType(sys.argv[3] if len(sys.argv) > 3 else "socket")
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]), framer=framer, timeout=patience, retries=0)
client.connect()
try:
    answer = client.read_holding_registers(0, count=10, device_id=1)
    print(f"exception {answer.exception_code}" if answer.isError() else answer.registers)
except ModbusException as error:
    print("error", type(error).__name__)
client.close()
