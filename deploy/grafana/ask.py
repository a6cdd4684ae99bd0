"""Asks a Prometheus every query of every dashboard: `python -m deploy.grafana.ask http://127.0.0.1:9090`.

Exit code 1 where a query is refused, or nobody answers. A query without data is named, and is neither: what it shows
has not happened yet.
"""

import json
import math
import sys
import time
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from deploy.grafana.committed import queries

_SECONDS = 30.0
_FIRST_SCRAPE_SECONDS, _POLL_SECONDS = 20.0, 0.5
"""A worker that has just begun is scraped within Prometheus' interval, 15 s in most places."""
_HOURS = 6
_STEP_SECONDS = 15
_COMPANIES = "shipledger_company_info"


def main(address: str) -> int:
    """Print how many queries have data, and which have none. Returns the exit code."""
    try:
        variables = _variables(address)
        found = {str(each): series(address, each.filled(variables)) for each in queries()}
    except (URLError, TimeoutError, ValueError) as failure:
        print(f"{address} cannot be asked: {failure}", file=sys.stderr)
        return 1
    refused = {name: each for name, each in found.items() if isinstance(each, str)}
    empty = [name for name, each in found.items() if each == 0]
    for name, why in refused.items():
        print(f"refused: {name}: {why}")
    for name in empty:
        print(f"no data yet: {name}")
    print(f"{len(found) - len(empty) - len(refused)} of {len(found)} queries have data, {len(refused)} are refused.")
    return 1 if refused else 0


def series(address: str, expr: str) -> int | str:
    """How many series a query had in the last hours, as a dashboard shows them, or why it is refused.

    Raises URLError where nobody answers.
    """
    try:
        return len(_asked(address, expr))
    except HTTPError as refusal:
        return str(json.load(refusal).get("error"))


def _variables(address: str) -> Mapping[str, str]:
    """Those of Grafana, for the first company that there is. Raises URLError."""
    deadline = time.monotonic() + _FIRST_SCRAPE_SECONDS
    while not (companies := [each["metric"] for each in _asked(address, _COMPANIES)]):
        if time.monotonic() > deadline:
            raise URLError(f"it has no series {_COMPANIES}; does it scrape a worker?")
        time.sleep(_POLL_SECONDS)
    first = min(companies, key=lambda each: str(each["company"]))
    return {
        "$__rate_interval": "1m",
        "$__range": f"{_HOURS}h",
        "$company|other": f"{first['company']}|other",
        "$company": first["company"],
        "$organisation": first["organisation"],
    }


def _asked(address: str, expr: str) -> list[dict[str, Any]]:
    # In whole seconds: with parts of one, the last step may be rounded to after the end, and what is new is not seen.
    end = math.ceil(time.time())
    asked = urlencode({"query": expr, "start": end - _HOURS * 3600, "end": end, "step": _STEP_SECONDS})
    with urlopen(f"{address.rstrip('/')}/api/v1/query_range?{asked}", timeout=_SECONDS) as reply:  # noqa: S310 - an address that its caller gives
        found: list[dict[str, Any]] = json.load(reply)["data"]["result"]
    return [each for each in found if any(value != "NaN" for _, value in each["values"])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
