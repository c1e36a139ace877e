"""Button boxes that we did not write: pymodbus as the slaves of a line, its RTU frames behind a serial server's port.

In, a line each: `down 5 3` and `up 5 3` (box, key), `counts 5 3 7`, `lamp 5 1`; out: the port, then an answer to each.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

COILS, INPUTS, REGISTERS = 1, 2, 4  # functions, by the number that reads them
KEYS = 8


def box(address: int) -> SimDevice:
    bits = [[SimData(0, values=[False] * KEYS, datatype=DataType.BITS)] for _ in range(2)]
    words = [[SimData(0, values=[0] * KEYS, datatype=DataType.REGISTERS)] for _ in range(2)]
    return SimDevice(address, (bits[0], bits[1], words[0], words[1]))


async def serve(addresses: list[int]) -> None:
    boxes = [box(address) for address in addresses]
    server = ModbusTcpServer(
        boxes, framer=FramerType.RTU, address=("127.0.0.1", 0), ignore_missing_devices=True
    )
    await server.serve_forever(background=True)
    listening: Any = server.transport
    print(listening.sockets[0].getsockname()[1], flush=True)
    told: object = None
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["down" | "up" as what, address, key]:
                await server.async_setValues(int(address), INPUTS, int(key) - 1, [what == "down"])
            case ["counts", address, key, count]:
                await server.async_setValues(int(address), REGISTERS, int(key) - 1, [int(count)])
            case ["lamp", address, number]:
                told = await server.async_getValues(int(address), COILS, int(number), 1)
        print(told, flush=True)
    await server.shutdown()


if __name__ == "__main__":
    asyncio.run(serve([int(address) for address in sys.argv[1:]]))
