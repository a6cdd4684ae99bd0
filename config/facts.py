"""The file of facts that `shipledger rehearse` writes, of which mapping follows a few answers.

One table for each question that was answered. Here only its `answer` counts; what was seen is for people, as is the
table `rehearsal`. A question that is left out stays as assumed.
"""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from config.faults import Code, ConfigurationError, Fault
from config.toml_file import Lines, tables_of, text_of
from mappers.model import XeroFacts

ABOUT: Final = "rehearsal"
NOT_FOLLOWED: Final = frozenset(
    {
        "cache_503",
        "currency_decimals",
        "custom_connection_tenant",
        "deleted_invoice_number",
        "deleted_quote_number",
        "discount_rate_decimals",
        "edits_of_sent_quotes",
        "error_text_key",
        "inclusive_quotes",
        "inverse_rate_warning",
        "item_code_case",
        "key_scope",
        "limit_headers",
        "negative_total",
        "number_case",
        "post_to_dead_number",
        "quote_number_taken_on_post",
        "quote_number_taken_on_put",
        "quote_tracking",
        "quote_update_clears_theme",
        "reply_order",
        "summarised_errors",
        "tax_default",
        "unknown_id",
        "voided_invoice_number",
        "where_backslash_quote",
        "where_doubled_quote",
        "zero_lines",
    }
)
"""Questions of the rehearsal whose answers change nothing that a worker does (`depends` of each says why)."""

KNOWN: Final = frozenset({*XeroFacts.model_fields, *NOT_FOLLOWED})


def load_facts(path: Path | None) -> XeroFacts:
    """The answers in the file that mapping follows; without a file, what is assumed.

    Raises ConfigurationError with every fault of the file.
    """
    if path is None:
        return XeroFacts()
    text = text_of(path, "the file of facts", "SHIPLEDGER_XERO__FACTS", "facts_unreadable")
    return parse_facts(text, str(path))


def parse_facts(text: str, file: str) -> XeroFacts:
    """As `load_facts`, of a text; `file` is what faults call it."""
    tables, lines = tables_of(text, file, "facts_not_toml"), Lines(text)
    asked = {name: table for name, table in tables.items() if name != ABOUT}
    found = [*_unknown(asked), *_without_answer(asked), *_invalid(asked)]
    if found:
        faults = [(lines.of(path), code, message) for path, code, message in found]
        raise ConfigurationError(Fault(code, f"{file}:{line}", message) for line, code, message in sorted(faults))
    return XeroFacts.model_validate(_followed(asked))


_Found = tuple[tuple[str, ...], Code, str]
"""Where in the file, and what is wrong there."""


def _unknown(asked: Mapping[str, Any]) -> Iterator[_Found]:
    for name in asked.keys() - KNOWN:
        near = difflib.get_close_matches(name, sorted(KNOWN), n=1, cutoff=0.6)
        advice = f"did you mean {near[0]}?" if near else "`shipledger rehearse` asks none of this name"
        yield (name,), "facts_question_unknown", f"{name} is not a question; {advice}"


def _without_answer(asked: Mapping[str, Any]) -> Iterator[_Found]:
    for name, table in asked.items():
        if name in KNOWN and not (isinstance(table, dict) and "answer" in table):
            yield (name,), "facts_answer_invalid", f"{name} needs a table [{name}] with an answer"


def _invalid(asked: Mapping[str, Any]) -> Iterator[_Found]:
    try:
        XeroFacts.model_validate(_followed(asked))
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            name = str(error["loc"][0])
            message = f"{name}: {error['input']!r} is not an answer; the answers are {', '.join(_answers(name))}"
            yield (name, "answer"), "facts_answer_invalid", message


def _followed(asked: Mapping[str, Any]) -> dict[str, Any]:
    tables = {name: asked[name] for name in XeroFacts.model_fields if name in asked}
    return {name: table["answer"] for name, table in tables.items() if isinstance(table, dict) and "answer" in table}


def _answers(name: str) -> tuple[str, ...]:
    return get_args(XeroFacts.model_fields[name].annotation) or ("true", "false")
