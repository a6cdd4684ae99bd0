"""A wire does to what it carries just what its toxic says."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.reliability.wire import HEALTHY, Toxic, Wire


@asynccontextmanager
async def wire_to_echo(toxic: Toxic = HEALTHY) -> AsyncIterator[Wire]:
    """In front of a server that sends everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1000):
                writer.write(data)
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Wire(("127.0.0.1", port)).laid() as wire:
            wire.set(toxic)
            yield wire


async def said(wire: Wire, data: bytes) -> bytes:
    """What comes back of the data until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    try:
        writer.write(data)
        await writer.drain()
        async with asyncio.timeout(20):
            return await reader.read(len(data))
    finally:
        writer.transport.abort()


async def test_a_healthy_wire_carries_everything() -> None:
    async with wire_to_echo() as wire:
        assert await said(wire, b"hello") == b"hello"
        assert wire.met == 0


async def test_a_late_wire_carries_everything_later() -> None:
    async with wire_to_echo(Toxic(latency=0.05)) as wire:
        assert await said(wire, b"hello") == b"hello"
        assert wire.met == 2


async def test_a_half_open_wire_takes_everything_and_gives_nothing_back_even_when_it_is_well_again() -> None:
    async with wire_to_echo(Toxic(swallow=True)) as wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
        writer.write(b"lost")
        async with asyncio.timeout(20):
            while not wire.met:  # noqa: ASYNC110  # Only a look tells.
                await asyncio.sleep(0.01)
        wire.set(HEALTHY)
        writer.write(b"still lost")
        assert await said(wire, b"new") == b"new", "a new connection is well"
        assert not reader.at_eof()
        writer.transport.abort()


@pytest.mark.parametrize("upward", [True, False])
async def test_a_wire_that_is_cut_carries_so_many_bytes(upward: bool) -> None:
    async with wire_to_echo(Toxic(cut_after=3, cut_upward=upward)) as wire:
        try:
            came = await said(wire, b"hello")
        except ConnectionError:
            came = b""
        assert came in (b"", b"hel"), "what was on its way may be lost with the connection"
        assert wire.met == 1


async def test_a_wire_that_refuses_resets_what_there_is_and_what_comes() -> None:
    async with wire_to_echo() as wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        wire.set(Toxic(refuse=True))
        async with asyncio.timeout(20):
            with pytest.raises(ConnectionResetError):
                await reader.readexactly(1)
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            assert await said(wire, b"more") == b""
        assert wire.met >= 2


async def test_a_slow_close_reaches_the_other_side_later() -> None:
    async with wire_to_echo(Toxic(cut_after=2, slow_close=0.1)) as wire:
        assert await said(wire, b"hello") in (b"he", b"")
        assert wire.met >= 1
