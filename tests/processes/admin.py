"""What an administrator does: the command `shipledger connect`, and a browser on the same machine."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from config.settings import Settings
from deploy.simulator.server import Simulator
from deploy.testbed.ports import free_port
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.token_store import ConsentStore, StoredConsent

CLIENT_ID = "demo-code-client"


def consented(simulator: Simulator, key: SecretStr) -> dict[str, str]:
    """Variables of a default connection that lives by a consent, names without the prefix."""
    return {
        "XERO__ALLOW_TEST_HOST": "true",
        "XERO__BASE_URL": simulator.base_url,
        "XERO__TOKEN_URL": simulator.token_url,
        "XERO__AUTHORISE_URL": f"{simulator.base_url}/identity/connect/authorize",
        "XERO__CLIENT_ID": CLIENT_ID,
        "XERO__CLIENT_SECRET": "demo-code-secret",
        "XERO__GRANT": "authorization_code",
        "XERO__TOKEN_KEY": key.get_secret_value(),
        "XERO__REDIRECT_URI": f"http://localhost:{free_port()}/callback",
    }


@dataclass(frozen=True)
class Admin:
    """An administrator: the environment of the command, and the key of its token store."""

    environ: dict[str, str]
    key: SecretStr

    @property
    def file(self) -> Path:
        """Where the tokens are kept."""
        return Settings.load(self.environ).consent_file("default")

    def kept(self) -> StoredConsent:
        """The tokens."""
        settings = Settings.load(self.environ)
        consent = ConsentStore(self.file, self.key, "default", NewestSeen(settings.consent_seen_file("default"))).read()
        assert consent is not None
        return consent

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """The command, without a browser of its own."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "streams.cli.main", "connect", "--no-browser", *arguments),
            env={**os.environ, **self.environ, "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def run(self, *arguments: str) -> tuple[int | None, str]:
        """The command, for as long as it takes; exit code and output."""
        return await ended(await self.start(*arguments))

    async def consent(self, *arguments: str) -> tuple[int | None, str]:
        """Run the command and open the address that it prints, as a person's browser would."""
        process = await self.start(*arguments)
        address = await shown_address(process)
        async with asyncio.timeout(30), aiohttp.ClientSession() as browser, browser.get(address) as page:
            assert page.status == 200
        return await ended(process)


async def shown_address(process: asyncio.subprocess.Process) -> str:
    """The address that the command asks to open."""
    assert process.stdout is not None
    seen = ""
    async with asyncio.timeout(30):
        while line := (await process.stdout.readline()).decode():
            seen += line
            if line.startswith("http"):
                return line.strip()
    raise AssertionError(f"no address was shown:\n{seen}")


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Exit code and the rest of the output."""
    async with asyncio.timeout(30):
        output = (await process.communicate())[0].decode()
    return process.returncode, output
