"""No test reaches another machine: connections and name look-ups beyond loopback raise."""

import ipaddress
import socket
from collections.abc import Callable, Collection
from typing import Any

import pytest


class OutsideConnectionError(Exception):
    """A test wanted to leave this machine."""


def stay_on_loopback(monkeypatch: pytest.MonkeyPatch, allowed_hosts: Collection[str] = ()) -> None:
    """Make `socket` refuse every host but loopback and `allowed_hosts` (names, or addresses as text)."""
    guard = _Guard(allowed_hosts)
    monkeypatch.setattr(socket.socket, "connect", guard.around_connect(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guard.around_connect(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", guard.around_getaddrinfo(socket.getaddrinfo))


class _Guard:
    def __init__(self, allowed_hosts: Collection[str]) -> None:
        self._allowed = set(allowed_hosts)

    def check(self, host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name not in self._allowed and not _is_loopback(name):
            raise OutsideConnectionError(f"{name} is not on this machine; tests talk to loopback only")

    def around_connect(self, connect: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(connecting: socket.socket, address: Any) -> Any:
            if connecting.family != socket.AF_UNIX:
                self.check(address[0])
            return connect(connecting, address)

        return guarded

    def around_getaddrinfo(self, getaddrinfo: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
            self.check(host)
            found = getaddrinfo(host, *arguments, **options)
            if host in self._allowed:
                # What an allowed name stands for is allowed too.
                self._allowed.update(str(entry[4][0]) for entry in found)
            return found

        return guarded


def _is_loopback(host: str) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
