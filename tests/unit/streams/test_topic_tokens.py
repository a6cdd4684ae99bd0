"""Tokens to sign in with: read from a file each time, or had from an identity server and used again."""

import base64
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from streams.topics.tokens import ClientCredentials, NoTokenError, TokenFile

CLIENT = ("an id", "s+/=&%:é")


class IdentityServer:
    """Gives numbered tokens."""

    def __init__(self) -> None:
        self.url = ""
        self.answer: Any = None
        self.status = 200
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.append((request.headers["Authorization"], dict(await request.post())))
        answer = {"access_token": f"token-{len(self.asked)}", "expires_in": 100} if self.answer is None else self.answer
        return web.json_response(answer, status=self.status)


@pytest.fixture
async def server() -> AsyncIterator[IdentityServer]:
    made = IdentityServer()
    app = web.Application()
    app.router.add_post("/token", made.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/token"
    yield made
    await runner.cleanup()


def provider(server: IdentityServer, now: list[float]) -> ClientCredentials:
    context = ssl.create_default_context()
    return ClientCredentials(server.url, CLIENT, "kafka", {"pool": "1"}, context, monotonic=lambda: now[0])


async def test_a_token_is_used_until_it_is_nearly_over(server: IdentityServer) -> None:
    now = [0.0]
    tokens = provider(server, now)
    assert [await tokens.token(), await tokens.token()] == ["token-1", "token-1"]
    now[0] = 81.0
    assert await tokens.token() == "token-2"
    assert tokens.extensions() == {"pool": "1"}


async def test_id_and_secret_are_sent_form_encoded(server: IdentityServer) -> None:
    await provider(server, [0.0]).token()
    ((header, form),) = server.asked
    assert base64.b64decode(header.removeprefix("Basic ")) == b"an+id:s%2B%2F%3D%26%25%3A%C3%A9"
    assert form == {"grant_type": "client_credentials", "scope": "kafka"}


async def test_a_token_of_unknown_life_is_used_once(server: IdentityServer) -> None:
    server.answer = {"access_token": "short"}
    tokens = provider(server, [0.0])
    await tokens.token()
    await tokens.token()
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "answer", "told"), [(401, {}, "HTTP 401"), (200, {"token": "x"}, "has no access_token"), (200, [], "no")]
)
async def test_an_answer_without_a_token_is_named(server: IdentityServer, status: int, answer: Any, told: str) -> None:
    server.status, server.answer = status, answer
    with pytest.raises(NoTokenError, match=told) as failure:
        await provider(server, [0.0]).token()
    assert CLIENT[1] not in str(failure.value)


async def test_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "token"
    tokens = TokenFile(file, {})
    for kept in ("first", "second"):
        file.write_text(f"{kept}\n")
        assert await tokens.token() == kept


@pytest.mark.parametrize(("content", "told"), [(None, "No such file"), (b"\n", "is empty"), (b"\xff", "no ASCII")])
async def test_a_file_without_a_token_is_named(tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NoTokenError, match=told):
        await TokenFile(file, {}).token()
