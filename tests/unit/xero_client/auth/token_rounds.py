"""A process that renews its token again and again: `python -m` this module, with `URL FOLDER ROUNDS`.

The key of the store comes on standard input. It prints the token of each round.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from tests.unit.xero_client.auth.consent_harness import endpoint_of, source_of, store_of


async def run(url: str, folder: Path, rounds: int, key: SecretStr) -> None:
    """Every round finds its token rejected, so that it has to be another one."""
    store = store_of(folder / "default.consent", key)
    source = source_of(endpoint_of(url), store, folder / "default.lock", lambda: datetime.now(UTC))
    rejected: str | None = None
    for _ in range(rounds):
        rejected = (await source.obtain(rejected)).value.get_secret_value()
        sys.stdout.write(f"{rejected}\n")


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), SecretStr(sys.stdin.readline().strip())))
