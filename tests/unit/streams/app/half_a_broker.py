"""A server that speaks as much of Kafka's protocol as a client needs to connect, and stops answering where told."""

import asyncio
import struct
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka.protocol.admin import ApiVersionResponse_v0
from aiokafka.protocol.metadata import MetadataResponse_v1

API_VERSIONS, METADATA = 18, 3


@dataclass
class HalfABroker:
    """`answers`: the requests that are answered, by their key; the others are left waiting until `answer_all`."""

    answers: Collection[int]
    port: int = 0
    asked: list[int] = field(default_factory=list)
    connections: dict["asyncio.Task[None] | None", asyncio.StreamWriter] = field(default_factory=dict)
    all_answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def has_been_asked(self, key: int, times: int = 1) -> None:
        """Wait for so many requests of the kind."""
        async with asyncio.timeout(10):
            while self.asked.count(key) < times:  # noqa: ASYNC110  # The list has no event.
                await asyncio.sleep(0.001)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until its client ends it."""
        self.connections[asyncio.current_task()] = writer
        try:
            while True:
                frame = await reader.readexactly(struct.unpack(">i", await reader.readexactly(4))[0])
                key, _, correlation = struct.unpack(">hhi", frame[:8])
                self.asked.append(key)
                if key not in self.answers:
                    await self.all_answered.wait()
                answer = struct.pack(">i", correlation) + self._answer(key)
                writer.write(struct.pack(">i", len(answer)) + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            del self.connections[asyncio.current_task()]
            writer.close()

    async def stop(self) -> None:
        """End what is still connected."""
        self.all_answered.set()
        for writer in self.connections.values():
            writer.close()
        async with asyncio.timeout(10):
            while self.connections:  # noqa: ASYNC110  # The dictionary has no event.
                await asyncio.sleep(0.001)

    def _answer(self, key: int) -> bytes:
        if key == API_VERSIONS:
            encoded: bytes = ApiVersionResponse_v0(0, [(API_VERSIONS, 0, 0), (METADATA, 1, 1)]).encode()
        else:
            encoded = MetadataResponse_v1([(0, "127.0.0.1", self.port, None)], 0, []).encode()
        return encoded


@asynccontextmanager
async def half_a_broker(*answers: int) -> AsyncIterator[HalfABroker]:
    broker = HalfABroker(answers)
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    broker.port = server.sockets[0].getsockname()[1]
    async with server:
        try:
            yield broker
        finally:
            await broker.stop()
