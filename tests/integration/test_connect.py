"""`shipledger connect` as a process: a person's consent, from the simulator's login page to the encrypted file."""

import asyncio
import os
import sys
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from config.settings import Settings
from deploy.simulator.server import Simulator
from streams.cli.examinations import Finding
from streams.cli.examinations import connection as examined
from tests.processes.ports import free_port
from tests.unit.config.environments import complete
from xero_client.tokens_store import ConsentStore, new_key


def environ(simulator: Simulator, folder: Path, key: SecretStr) -> dict[str, str]:
    return complete(
        XERO__ALLOW_TEST_HOST="true",
        XERO__BASE_URL=simulator.base_url,
        XERO__TOKEN_URL=simulator.token_url,
        XERO__AUTHORISE_URL=f"{simulator.base_url}/identity/connect/authorize",
        XERO__CLIENT_ID="demo-code-client",
        XERO__CLIENT_SECRET="demo-code-secret",
        XERO__GRANT="consent",
        XERO__CONSENT_DIR=str(folder),
        XERO__CONSENT_KEY=key.get_secret_value(),
        XERO__CONSENT_REDIRECT_URI=f"http://localhost:{free_port()}/callback",
    )


async def consented(variables: dict[str, str]) -> tuple[int | None, str]:
    """Run the command and open the address that it prints, as a person's browser would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.cli.main",
        "connect",
        "--no-browser",
        env={**os.environ, **variables, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    shown = ""
    async with asyncio.timeout(30), aiohttp.ClientSession() as browser:
        while not shown.startswith("http"):
            shown = (await process.stdout.readline()).decode()
        async with browser.get(shown.strip()) as page:
            assert page.status == 200
        rest = (await process.communicate())[0].decode()
    return process.returncode, rest


def finding(variables: dict[str, str]) -> Finding:
    """What the doctor says of the connection."""
    xero = Settings.load(variables).xero
    return next(iter(examined(xero, "default", xero.credentials()["default"], ())))


async def test_a_consent_is_kept_encrypted_and_its_organisations_are_named(tmp_path: Path) -> None:
    key = new_key()
    async with Simulator.started() as simulator:
        variables = environ(simulator, tmp_path, key)
        assert "shipledger connect default" in finding(variables).words
        code, output = await consented(variables)
    assert code == 0, output
    assert "connected: Southern Beef Exports  organisation = '8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11'" in output
    file = tmp_path / "default.consent"
    consent = ConsentStore(file, key).read()
    assert consent is not None
    assert consent.refresh_token.get_secret_value() not in file.read_bytes().decode()
    assert file.stat().st_mode & 0o777 == 0o600
    assert finding(variables).ok
    assert not finding({**variables, "SHIPLEDGER_XERO__CONSENT_KEY": new_key().get_secret_value()}).ok
