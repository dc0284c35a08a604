"""A cable to a Home Assistant that can be pulled: nothing comes through any more, and nobody is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


class Wire:
    """Passes on what both sides send, on every connection made since it was last pulled."""

    def __init__(self, port: int) -> None:
        self._there = port
        self._age = 0
        self.port = 0

    def pull(self) -> None:
        """Let nothing through on what is connected now; what is connected later is another cable."""
        self._age += 1

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it."""
        age = self._age
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._there)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, far_writer, age))
                group.create_task(self._pass_on(far_reader, writer, age))
        finally:
            far_writer.close()
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, age: int) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if self._age == age:
                    writer.write(data)
                    await writer.drain()
        if self._age == age:
            writer.close()


@asynccontextmanager
async def wire_to(port: int) -> AsyncGenerator[Wire]:
    """Open one on a port of its own; what it still carries at the end is let go."""
    wire = Wire(port)
    carried = set[asyncio.Task[None]]()
    async with asyncio.TaskGroup() as group:

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            carried.add(group.create_task(wire.carry(reader, writer)))

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        wire.port = int(server.sockets[0].getsockname()[1])
        try:
            yield wire
        finally:
            server.close()
            for task in carried:
                task.cancel()
