"""The guard that keeps every test on this machine."""

import asyncio
import socket

import pytest

from tests.loopback import OutsideConnectionError, stay_on_loopback

# Reserved for documentation: no machine has it (RFC 5737).
_OUTSIDE = "192.0.2.1"


def test_a_test_cannot_connect_to_another_machine() -> None:
    with socket.socket() as connection, pytest.raises(OutsideConnectionError, match=_OUTSIDE):
        connection.connect((_OUTSIDE, 80))


def test_a_test_cannot_look_up_another_machine() -> None:
    with pytest.raises(OutsideConnectionError, match=r"api\.xero\.com"):
        socket.getaddrinfo("api.xero.com", 443)


async def test_the_event_loops_connections_are_guarded_too() -> None:
    with pytest.raises(OutsideConnectionError, match=_OUTSIDE):
        await asyncio.open_connection(_OUTSIDE, 80)


async def test_loopback_is_open() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()


def test_a_host_that_is_allowed_passes_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (_OUTSIDE, 9))])
    stay_on_loopback(monkeypatch, ["broker.example"])
    assert socket.getaddrinfo("broker.example", 9)
