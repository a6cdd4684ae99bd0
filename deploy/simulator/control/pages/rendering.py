"""The pages as HTML: everything that somebody wrote is escaped, and nothing is loaded but our own style."""

from datetime import date
from decimal import Decimal
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from deploy.simulator.control.pages.templates import TEMPLATES


def environment() -> Environment:
    """With the filters of the templates."""
    made = Environment(
        loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"amount": _amount, "day": _day}
    made.globals["dash"] = "\N{EN DASH}"
    return made


def _amount(value: Decimal | None) -> str:
    """Two places, and more where it has them."""
    if value is None:
        return ""
    exponent = value.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{value:,.{places}f}"


def _day(value: date | None) -> Any:
    return "" if value is None else value.isoformat()
