"""Questions that Xero's pages leave open. Each switch gives one of the answers that were seen or feared.

The first answer is what the simulator does unless it is told otherwise. A switch of `NOT_ABOUT_XERO` asks nothing of
Xero: it is how a test arranges the simulator, and no file of facts may name it.
"""

import dataclasses
import typing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

NOT_ABOUT_XERO = frozenset(
    {
        "adviser_ignores_locks",
        "consent",
        "high_volume_records",
        "ids_lag_seconds",
        "latency_seconds",
        "lists_lag_seconds",
        "quiet_changes",
    }
)


@dataclass(frozen=True)
class Switches:
    """The answers in force; change them with `changed`."""

    # Calls, batches and keys.
    unknown_id: Literal["whole_call_404", "element"] = "whole_call_404"
    """An unknown ContactID or document id in a batch: 404 for the call (recorded), or an error of that element."""
    reply_order: Literal["request", "shuffled"] = "request"
    summarised_errors: Literal["save_nothing", "save_good"] = "save_nothing"
    """With summarizeErrors=true and one bad element: nothing is saved, or the good ones are (xero-ruby issue 247)."""
    error_text_key: Literal["Message", "Description"] = "Message"
    key_scope: Literal["app", "token"] = "app"
    cache_503: bool = False
    limit_headers: bool = True
    """Whether answers say what is left of the limits."""
    custom_connection_tenant: Literal["optional", "required"] = "optional"
    """Whether the token of a custom connection, which has one organisation, may come without `xero-tenant-id`."""

    # Numbers, and what they stand for.
    quote_number_taken_on_put: Literal["refuse", "duplicate", "update"] = "refuse"
    quote_number_taken_on_post: Literal["update", "refuse", "duplicate"] = "update"
    deleted_invoice_number: Literal["frees", "blocks"] = "frees"
    """Whether the number of a DELETED invoice may be used again: so says Xero's help for people."""
    voided_invoice_number: Literal["blocks", "frees"] = "blocks"
    """The same of a VOIDED one, which the help denies unless it was renamed before."""
    deleted_quote_number: Literal["blocks", "frees"] = "blocks"
    post_to_dead_number: Literal["refuse", "create"] = "refuse"
    """POST without an id whose number only a dead invoice has: `not of valid status`, or a new one if that is free."""
    number_case: Literal["exact", "ignored", "ignored_when_written"] = "exact"
    """Whether numbers that differ in case alone are one; the last answer: they are, but look-ups do not find them."""
    item_code_case: Literal["exact", "ignored"] = "exact"

    # Lines and amounts.
    tax_default: Literal["account", "item"] = "account"
    """Whose tax type a line without one takes. "item": the item's before the account's."""
    zero_lines: Literal["lose_codes", "keep_codes"] = "lose_codes"
    """Whether a line whose amount rounds to zero keeps its account and tax type."""
    quantity_with_line_amount: Literal["stands", "recomputed", "refused"] = "stands"
    """Quantity and LineAmount without UnitAmount: the amount stands; it is reckoned anew from the unit amount that
    follows, rounded; or the line is refused."""
    item_price_beside_line_amount: Literal["unused", "used"] = "unused"
    """Whether an item gives its price to a line with a LineAmount; used, the amounts no longer match."""
    discount_rate_decimals: Literal["kept", "two"] = "kept"
    currency_decimals: Literal["iso", "two"] = "iso"
    negative_total: Literal["approval", "submission", "draft"] = "approval"
    """From which status on an invoice's total below zero is refused."""
    text_length: Literal["characters", "utf16"] = "characters"
    """What the limits of texts count."""

    # Dates and rates.
    lock_binds_drafts: bool = False
    """Whether a draft dated in a locked period is refused; its approval always is."""
    due_before_date: Literal["accept", "refuse"] = "accept"
    inverse_rate_warning: bool = True

    # Quotes.
    edits_of_sent_quotes: Literal["refuse", "allow"] = "refuse"
    quote_tracking: Literal["option_ids", "names_too"] = "option_ids"
    """What of a quote's tracking is kept; the rest is dropped in silence."""
    quote_update_clears_theme: bool = True
    """Whether an update of a quote without BrandingThemeID takes its theme away, as it does its texts."""
    inclusive_quotes: Literal["net", "gross"] = "net"
    """How the lines of an INCLUSIVE quote are shown."""

    # Filters.
    where_backslash_quote: Literal["syntax_error", "escapes"] = "syntax_error"
    where_doubled_quote: Literal["syntax_error", "escapes"] = "syntax_error"

    # How the simulator is arranged.
    adviser_ignores_locks: bool = False
    """An app authorised by a user with the adviser role passes lock dates (Chargebee's documentation)."""
    consent: Literal["grant", "deny"] = "grant"
    high_volume_records: int = 100_000
    """How many records make a list or an unoptimised filter a HighVolumeException."""
    latency_seconds: float = 0.0
    """Real seconds that every API call takes."""
    quiet_changes: Literal["as_documented", "none"] = "as_documented"
    """Whether the due date and the sent flag of a part-paid invoice change without a new UpdatedDateUTC, as Xero's page
    "Requests and Responses" says; no app can ask a Demo Company for that, people do it by hand."""
    lists_lag_seconds: float = 0.0
    """How long a change is not yet among what a list by If-Modified-Since shows."""
    ids_lag_seconds: float = 0.0
    """How long a document that was just made is not known by its id."""

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


def questions() -> dict[str, tuple[Any, ...]]:
    """The questions about Xero, each with its answers, the assumed one first."""
    kinds = typing.get_type_hints(Switches)
    assumed = Switches().as_dict()
    return {
        name: typing.get_args(kinds[name]) if typing.get_origin(kinds[name]) is Literal else (answer, not answer)
        for name, answer in assumed.items()
        if name not in NOT_ABOUT_XERO
    }


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
