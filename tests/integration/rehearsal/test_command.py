"""`shipledger rehearse` as a process: its table, its file of facts, and a simulator that obeys them."""

import asyncio
import dataclasses
import os
import sys
from pathlib import Path

from deploy.simulator import Simulator
from deploy.simulator.wire import Switches
from deploy.simulator.wire.facts import read_facts
from tests.integration.rehearsal.rehearsing import demo_seed, living, simulated
from tests.unit.config.environments import complete

OTHERWISE: dict[str, str | bool] = {"deleted_quote_number": "frees", "tax_default": "item", "cache_503": True}


async def rehearse(simulator: Simulator, folder: Path) -> tuple[int | None, str]:
    """Run the command in the folder; its exit code and output."""
    variables = complete(
        XERO__ALLOW_TEST_HOST="true",
        XERO__BASE_URL=simulator.base_url,
        XERO__TOKEN_URL=simulator.token_url,
        XERO__CLIENT_ID="demo-client",
        XERO__CLIENT_SECRET="demo-secret",
    )
    organisation = simulator.state.seed.organisations[0].tenant_id
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams.cli.main", "rehearse", "--organisation", organisation.upper()),
        *("--facts", str(folder / "xero-facts.toml")),
        env={**os.environ, **variables, "COLUMNS": "240"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(90):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_what_was_found_is_shown_and_obeyed_by_a_simulator(tmp_path: Path) -> None:
    seed = demo_seed()
    roomy = dataclasses.replace(seed.limits, per_minute=1000)
    async with simulated(dataclasses.replace(seed, limits=roomy, switches=Switches().changed(OTHERWISE))) as simulator:
        code, output = await rehearse(simulator, tmp_path)
        assert code == 0, output
        assert not list(living(simulator))
    assert "What we assumed" in output
    assert "item: item EXEMPTEXPORT, account OUTPUT: the line got EXEMPTEXPORT" in output
    facts = read_facts(tmp_path / "xero-facts.toml")
    # What could not be asked stays as assumed.
    assert Switches().changed(facts) == Switches().changed(OTHERWISE | {"cache_503": False})


async def test_an_organisation_with_real_books_is_refused(tmp_path: Path) -> None:
    seed = demo_seed()
    real = dataclasses.replace(seed.organisations[0], is_demo_company=False)
    async with simulated(dataclasses.replace(seed, organisations=(real,))) as simulator:
        code, output = await rehearse(simulator, tmp_path)
        assert code == 1
        assert "is no Demo Company" in output
        assert not (tmp_path / "xero-facts.toml").exists()
