"""`shipledger connect` as a process: a person's consent, from the simulator's login page to the encrypted file."""

import asyncio
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest
from pydantic import SecretStr

from config.settings import Settings
from deploy.simulator.server import Simulator
from deploy.testbed.ports import free_port
from mappers.model.company import Company
from streams.cli.doctor import Finding
from streams.cli.doctor import connection as examined
from tests.builders import COMPANY_ID, ORGANISATION
from tests.processes.admin import CLIENT_ID, Admin, consented, ended, shown_address
from tests.unit.config.environments import complete
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.token_store import ConsentStore, new_key

DAIRY = "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"
PROFILE = """
[[company]]
id = "{id}"
organisation = "{organisation}"
trigger_statuses = ["ACCOUNTS INV CREATED"]
"""


async def findings(admin: Admin, **changes: str) -> list[Finding]:
    """What the doctor says of the connection and its company. It blocks, and the simulator is in our loop."""
    settings = Settings.load(admin.environ | {f"SHIPLEDGER_{name}": value for name, value in changes.items()})
    company = Company(id=COMPANY_ID, organisation=ORGANISATION)
    credentials = settings.xero.credentials()["default"]
    return await asyncio.to_thread(lambda: list(examined(settings, "default", credentials, [company])))


def administrator(simulator: Simulator, folder: Path, *companies: str, **changes: str) -> Admin:
    """An administrator whose profile has the company of the app's organisation, and the dairy's `companies`."""
    key = new_key()
    profile = folder / "profile.toml"
    dairies = "".join(PROFILE.format(id=each, organisation=DAIRY) for each in companies)
    profile.write_text(PROFILE.format(id=COMPANY_ID, organisation=ORGANISATION) + dairies)
    variables = consented(simulator, key) | {"PROFILE": str(profile), "DATA_DIR": str(folder / "data")}
    return Admin(complete(**variables | changes), key)


async def test_a_consent_is_kept_encrypted_and_says_whom_it_serves(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        admin = administrator(simulator, tmp_path)
        assert "shipledger connect --connection default" in (await findings(admin))[1].details
        code, output = await admin.consent()
        assert code == 0, output
        assert f"connected: Southern Beef Exports ({ORGANISATION}) serves {COMPANY_ID}\n" in output
        assert all(finding.ok for finding in await findings(admin))
    assert admin.file == tmp_path / "data" / "tokens" / "default.consent"
    assert admin.file.stat().st_mode & 0o777 == 0o600
    sealed = admin.file.read_text()
    for secret in (admin.kept().refresh_token, admin.kept().access_token):
        assert secret.get_secret_value() not in sealed + output
    other = await findings(admin, XERO__TOKEN_KEY=new_key().get_secret_value())
    assert [finding.ok for finding in other] == [True, False]
    (tmp_path / "file").touch()
    assert not (await findings(admin, XERO__TOKEN_DIR=str(tmp_path / "file" / "tokens")))[0].ok


async def test_companies_that_the_consent_does_not_reach_are_named(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        admin = administrator(simulator, tmp_path, "tasman-dairy", "tasman-milk")
        code, output = await admin.consent()
    assert code == 1
    assert f"serves {COMPANY_ID}\n" in output
    for company in ("tasman-dairy", "tasman-milk"):
        assert f"missing: company {company}: its organisation {DAIRY} is not connected" in output
    assert admin.file.exists()


async def test_a_withdrawn_consent_shows_in_the_doctors_findings_and_is_given_again(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        admin = administrator(simulator, tmp_path)
        await admin.consent()
        simulator.state.tokens.revoke(CLIENT_ID)
        assert [finding.ok for finding in await findings(admin)] == [True, True, False]
        code, output = await admin.consent("--connection", "Default")
        assert code == 0, output
        assert all(finding.ok for finding in await findings(admin))


async def test_a_person_who_says_no_is_understood_and_nothing_is_kept(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        simulator.state.switches = simulator.state.switches.changed({"consent": "deny"})
        admin = administrator(simulator, tmp_path)
        code, output = await admin.consent()
    assert code == 1
    assert "Xero gave no consent (access_denied)" in output
    assert "Traceback" not in output
    assert not admin.file.exists()


async def test_an_answer_with_another_state_changes_nothing(tmp_path: Path) -> None:
    """Somebody makes the browser call the redirect address with a code of theirs."""
    async with Simulator.started() as simulator:
        admin = administrator(simulator, tmp_path)
        process = await admin.start()
        address = await shown_address(process)
        redirect = Settings.load(admin.environ).xero.redirect_uri
        forged = f"{redirect}?{urlencode({'code': 'theirs', 'state': 'theirs'})}"
        async with aiohttp.ClientSession() as browser:
            async with browser.get(forged) as page:
                assert page.status == 400
            assert not admin.file.exists()
            async with browser.get(address) as page:
                assert page.status == 200
        code, output = await ended(process)
    assert code == 0, output


async def test_nobody_answering_is_one_sentence(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        code, output = await administrator(simulator, tmp_path).run("--wait", "1")
    assert code == 1
    assert "Nobody answered within 1 s" in output
    assert "Traceback" not in output


async def test_a_port_that_is_taken_is_one_sentence_and_another_may_be_chosen(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        admin = administrator(simulator, tmp_path, XERO__REDIRECT_URI=f"http://localhost:{simulator.port}/callback")
        code, output = await admin.run()
        assert code == 1
        assert "choose another with --port" in output
        assert "Traceback" not in output
        code, output = await admin.consent("--port", str(free_port()))
    assert code == 0, output


@pytest.mark.parametrize(
    ("arguments", "changes", "words"),
    [
        (("--connection", "nz"), {}, "There is no connection nz; configured are: default."),
        ((), {"XERO__GRANT": "client_credentials"}, "SHIPLEDGER_XERO__GRANT=authorization_code"),
    ],
)
async def test_a_connection_that_needs_no_consent_is_said(
    tmp_path: Path, arguments: tuple[str, ...], changes: dict[str, str], words: str
) -> None:
    async with Simulator.started() as simulator:
        code, output = await administrator(simulator, tmp_path, **changes).run(*arguments)
    assert code == 1
    assert words in " ".join(output.split())


async def test_a_new_key_is_one_that_opens_a_store(tmp_path: Path) -> None:
    """Without any settings: it is made before there are any."""
    code, output = await Admin({}, new_key()).run("--new-key")
    assert code == 0
    assert ConsentStore(tmp_path / "x", SecretStr(output), "nz", NewestSeen(tmp_path / "seen")).read() is None
