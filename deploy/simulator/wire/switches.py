"""Questions that Xero's pages leave open. Each switch gives one of the answers that were seen or feared."""

import dataclasses
import typing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True)
class Switches:
    """The answers in force; change them with `changed`."""

    unknown_id: Literal["whole_call_404", "element"] = "whole_call_404"
    """An unknown ContactID or document id in a batch: 404 for the call (recorded), or an error of that element."""
    reply_order: Literal["request", "shuffled"] = "request"
    quote_number_taken_on_put: Literal["refuse", "duplicate", "update"] = "refuse"
    quote_number_taken_on_post: Literal["update", "refuse", "duplicate"] = "update"
    edits_of_sent_quotes: Literal["refuse", "allow"] = "refuse"
    key_scope: Literal["app", "token"] = "app"
    cache_503: bool = False
    burnt_number: Literal["blocks", "frees"] = "blocks"
    """Whether the number of a voided or deleted document may be used again."""
    item_code_case: Literal["exact", "ignored"] = "exact"
    number_case: Literal["exact", "ignored"] = "exact"
    currency_decimals: Literal["iso", "two"] = "iso"
    summarised_errors: Literal["save_nothing", "save_good"] = "save_nothing"
    """With summarizeErrors=true and one bad element: nothing is saved, or the good ones are (xero-ruby issue 247)."""
    lock_binds_drafts: bool = True
    adviser_ignores_locks: bool = False
    """An app authorised by a user with the adviser role passes lock dates (Chargebee's documentation)."""
    error_text_key: Literal["Message", "Description"] = "Message"
    inverse_rate_warning: bool = True
    consent: Literal["grant", "deny"] = "grant"
    high_volume_records: int = 100_000
    """How many records make a list or an unoptimised filter a HighVolumeException."""
    latency_seconds: float = 0.0
    """Real seconds that every API call takes."""

    def changed(self, values: dict[str, Any]) -> "Switches":
        """Raises `ValueError` for an unknown switch or answer."""
        kinds = typing.get_type_hints(type(self))
        for name, value in values.items():
            _check(name, value, kinds.get(name))
        plain: dict[str, Any] = {
            name: float(value) if kinds[name] is float else value for name, value in values.items()
        }
        return dataclasses.replace(self, **plain)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def _check(name: str, value: Any, kind: Any) -> None:
    if kind is None:
        raise ValueError(f"there is no switch {name!r}")
    if typing.get_origin(kind) is Literal:
        if value not in typing.get_args(kind):
            raise ValueError(f"switch {name!r} is one of {', '.join(typing.get_args(kind))}, not {value!r}")
    elif kind is bool and not isinstance(value, bool):
        raise ValueError(f"switch {name!r} is true or false, not {value!r}")
    elif kind in (float, int) and (isinstance(value, bool) or not isinstance(value, (int, float, Decimal))):
        raise ValueError(f"switch {name!r} is a number, not {value!r}")
