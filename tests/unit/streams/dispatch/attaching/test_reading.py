"""Files are read from where the profile lets them come from, in bounded time and space, and from nowhere else."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest
from aiohttp import web

from mappers.model import WantedAttachment, sha256_of
from streams.dispatch.context import ReadFile, UnreadFileError
from streams.dispatch.lane.attaching.reading import PlacesReader, ReadingLimits
from streams.dispatch.lane.attaching.reading.folder import read_below
from tests.brokers.certificates import Authority

PDF = b"%PDF-1.7 of a shipment"
LIMITS = ReadingLimits(most_bytes=1000, seconds=20.0)


def wanted(reference: str) -> WantedAttachment:
    return WantedAttachment(name="a.pdf", file_name="a.pdf", reference=reference)


async def code_of(reader: PlacesReader, reference: str, *sources: str) -> tuple[str, bool]:
    with pytest.raises(UnreadFileError) as caught:
        await reader.read(wanted(reference), sources)
    return caught.value.problem.code.value, caught.value.may_heal


@asynccontextmanager
async def reading(limits: ReadingLimits = LIMITS, tls: ssl.SSLContext | None = None) -> AsyncIterator[PlacesReader]:
    reader = PlacesReader(limits, "1.2.3", tls)
    try:
        yield reader
    finally:
        reader.close()


async def test_a_file_of_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "a b.pdf").write_bytes(PDF)
    async with reading() as reader:
        found = await reader.read(wanted(f"file://{tmp_path}/2026/a%20b.pdf"), [f"file://{tmp_path}"])
    assert found == ReadFile(PDF, sha256_of(PDF))


async def test_what_a_folder_has_not_or_must_not_give_has_a_name(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.pdf").write_bytes(PDF)
    (folder / "long.pdf").write_bytes(PDF * 100)
    (folder / "link.pdf").symlink_to(outside / "secret.pdf")
    (folder / "way").symlink_to(outside)
    (folder / "folder.pdf").mkdir()
    os.mkfifo(folder / "pipe.pdf")
    source = f"file://{folder}"
    expected = {
        "missing.pdf": ("attachment_not_found", True),
        "no/such/folder.pdf": ("attachment_not_found", True),
        "long.pdf": ("attachment_too_large", False),
        "link.pdf": ("attachment_unreachable", True),
        "way/secret.pdf": ("attachment_unreachable", True),
        "folder.pdf": ("attachment_unreachable", True),
        "pipe.pdf": ("attachment_unreachable", True),
    }
    async with reading() as reader:
        for name, code in expected.items():
            assert await code_of(reader, f"{source}/{name}", source) == code, name
        assert await code_of(reader, f"file://{outside}/secret.pdf", source) == ("attachment_not_allowed", False)


async def test_folders_that_hang_keep_no_other_folder_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of a server that is gone do; nothing can end the thread that waits for them."""
    answers, asked = Event(), list[str]()

    def read(folder: str, path: str, most: int) -> bytes:
        asked.append(path)
        if "hangs" in folder:
            answers.wait(30)
        return read_below(folder, path, most)

    monkeypatch.setattr("streams.dispatch.lane.attaching.reading.reader.read_below", read)
    names = ("hangs-1", "hangs-2", "good")
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.pdf").write_bytes(PDF)
    sources = [f"file://{tmp_path}/{name}" for name in names]
    async with reading(ReadingLimits(seconds=0.2)) as reader:
        for source in sources[:2] * 3:
            assert await code_of(reader, f"{source}/a.pdf", *sources) == ("attachment_unreachable", True)
            assert (await reader.read(wanted(f"{sources[2]}/a.pdf"), sources)).content == PDF
        assert sum("hangs" in each for each in asked) == 2, "a thread each, and no more"
        answers.set()
        assert (await once_it_answers(reader, f"{sources[0]}/a.pdf", sources)).content == PDF


async def once_it_answers(reader: PlacesReader, reference: str, sources: list[str]) -> ReadFile:
    """The file, when its folder is read again."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await reader.read(wanted(reference), sources)
            except UnreadFileError:
                await asyncio.sleep(0.01)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(folder: Path, **answers: Handler) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """Whatever is asked for, over TLS: the address, and who believes it."""
    authority = Authority.made(folder)
    certificate, key = authority.issue("server")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    app = web.Application()
    for name, handler in answers.items():
        app.router.add_get(f"/files/{name}.pdf", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        yield f"https://127.0.0.1:{port}", ssl.create_default_context(cafile=str(authority.file))
    finally:
        await runner.cleanup()


def answer(status: int = 200, body: bytes = PDF, **headers: str) -> Handler:
    async def handle(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers=headers)

    return handle


async def test_a_file_of_the_web_is_read_with_the_address_as_it_was_given(tmp_path: Path) -> None:
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.raw_path)
        return web.Response(body=PDF)

    async with served(tmp_path, good=handle) as (root, tls), reading(tls=tls) as reader:
        found = await reader.read(wanted(f"{root}/files/good.pdf?a=%2Fb%7Ec&d"), [f"{root}/files"])
    assert found.content == PDF
    assert asked == ["/files/good.pdf?a=%2Fb%7Ec&d"]


async def test_what_the_web_answers_has_a_name(tmp_path: Path) -> None:
    over = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        """It says nothing of its length."""
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100_000):
            await response.write(b"%PDF" * 100)
        return response

    async def silent(_request: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    answers = {
        "missing": (answer(404), ("attachment_not_found", True)),
        "gone": (answer(410), ("attachment_not_found", True)),
        "forbidden": (answer(403), ("attachment_unreachable", True)),
        "broken": (answer(500), ("attachment_unreachable", True)),
        "long": (answer(body=PDF * 100), ("attachment_too_large", False)),
        "endless": (endless, ("attachment_too_large", False)),
        "away": (answer(302, Location="https://evil.example/a.pdf"), ("attachment_not_allowed", False)),
        "inside": (answer(302, Location="http://127.0.0.1/a.pdf"), ("attachment_not_allowed", False)),
        "local": (answer(302, Location="file:///etc/passwd"), ("attachment_not_allowed", False)),
        "up": (answer(302, Location="/secret.pdf"), ("attachment_not_allowed", False)),
        "round": (answer(302, Location="round.pdf"), ("attachment_unreachable", True)),
    }
    async with (
        served(tmp_path, silent=silent, **{name: handler for name, (handler, _) in answers.items()}) as (root, tls),
        reading(tls=tls) as reader,
    ):
        for name, (_, code) in answers.items():
            assert await code_of(reader, f"{root}/files/{name}.pdf", f"{root}/files") == code, name
        async with reading(ReadingLimits(seconds=0.2), tls) as hasty:
            found = await code_of(hasty, f"{root}/files/silent.pdf", f"{root}/files")
        over.set()
    assert found == ("attachment_unreachable", True)


async def test_a_redirect_within_the_places_is_followed(tmp_path: Path) -> None:
    async with (
        served(tmp_path, first=answer(302, Location="second.pdf?x=1"), second=answer()) as (root, tls),
        reading(tls=tls) as reader,
    ):
        assert (await reader.read(wanted(f"{root}/files/first.pdf"), [f"{root}/files/"])).content == PDF


async def test_a_server_that_nobody_vouches_for_is_not_read_and_no_secret_is_told(tmp_path: Path) -> None:
    async with served(tmp_path, good=answer()) as (root, _), reading() as reader:
        with pytest.raises(UnreadFileError) as caught:
            await reader.read(wanted(f"{root}/files/good.pdf?sig=secret"), [root])
    assert caught.value.problem.code == "attachment_unreachable"
    assert "secret" not in caught.value.problem.message
    async with reading() as reader:
        assert await code_of(reader, f"{root}/files/good.pdf", root) == ("attachment_unreachable", True)
