"""Access control lists as an administrator gives them: aiokafka has no requests for them."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int8, Int16, Int32, Schema, String

from streams.topics import Right

_TEXT = String("utf-8")
_ANY, _LITERAL, _PREFIXED, _ALLOW = 1, 3, 4, 3


class _Created(Response):  # type: ignore[misc]  # aiokafka publishes no types, here and below.
    API_KEY = 30
    API_VERSION = 1
    SCHEMA = Schema(("throttle_time_ms", Int32), ("results", Array(("error_code", Int16), ("error_message", _TEXT))))


class _CreateV1(RequestStruct):  # type: ignore[misc]
    API_KEY = 30
    API_VERSION = 1
    RESPONSE_TYPE = _Created
    SCHEMA = Schema(
        (
            "creations",
            Array(
                ("resource_type", Int8),
                ("resource_name", _TEXT),
                ("pattern", Int8),
                ("principal", _TEXT),
                ("host", _TEXT),
                ("operation", Int8),
                ("permission", Int8),
            ),
        )
    )


class _Create(Request[_CreateV1]):  # type: ignore[misc]
    API_KEY = 30

    def __init__(self, creations: list[tuple[Any, ...]]) -> None:
        self._creations = creations

    def build(self, request_struct_class: type[_CreateV1]) -> _CreateV1:
        return request_struct_class(self._creations)


class _Described(Response):  # type: ignore[misc]
    API_KEY = 29
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", _TEXT),
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", _TEXT),
                ("pattern", Int8),
                ("acls", Array(("principal", _TEXT), ("host", _TEXT), ("operation", Int8), ("permission", Int8))),
            ),
        ),
    )


class _DescribeV1(RequestStruct):  # type: ignore[misc]
    API_KEY = 29
    API_VERSION = 1
    RESPONSE_TYPE = _Described
    SCHEMA = Schema(
        ("resource_type", Int8),
        ("resource_name", _TEXT),
        ("pattern", Int8),
        ("principal", _TEXT),
        ("host", _TEXT),
        ("operation", Int8),
        ("permission", Int8),
    )


class _Describe(Request[_DescribeV1]):  # type: ignore[misc]
    API_KEY = 29

    def build(self, request_struct_class: type[_DescribeV1]) -> _DescribeV1:
        return request_struct_class(_ANY, None, _ANY, None, None, _ANY, _ANY)


async def allow(bootstrap_servers: str, rights: Mapping[str, Iterable[Right]]) -> None:
    """Give each principal (`User:name`) just its rights, and wait until the broker goes by them."""
    wanted = [_acl(principal, right) for principal, each in rights.items() for right in dict.fromkeys(each)]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        answer = (await admin._send_request(_Create(wanted))).to_object()  # See `streams.topics`.
        assert not [each for each in answer["results"] if each["error_code"]], answer
        async with asyncio.timeout(30):
            while not set(wanted) <= await _known(admin):  # noqa: ASYNC110  # Only a look tells.
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


async def _known(admin: AIOKafkaAdminClient) -> set[tuple[Any, ...]]:
    found = (await admin._send_request(_Describe())).to_object()  # As above.
    return {
        (
            each["resource_type"],
            each["resource_name"],
            each["pattern"],
            acl["principal"],
            acl["host"],
            acl["operation"],
            acl["permission"],
        )
        for each in found["resources"]
        for acl in each["acls"]
    }


def _acl(principal: str, right: Right) -> tuple[Any, ...]:
    pattern = _PREFIXED if right.is_prefix else _LITERAL
    return (int(right.kind), right.name, pattern, principal, "*", int(right.operation), _ALLOW)
