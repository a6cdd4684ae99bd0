"""The file of facts that a rehearsal leaves: one TOML table a question that was answered."""

import json
from collections.abc import Mapping
from datetime import datetime

from streams.rehearsal.finding import Finding


def facts_text(organisation: str, asked_at: datetime, findings: Mapping[str, Finding]) -> str:
    """The text of `xero-facts.toml`: who was asked and when, then each answer and what was seen.

    `shipledger simulator --facts` obeys it. Questions without an answer are left out, and stay as assumed.
    """
    head = f"[rehearsal]\norganisation = {_text(organisation)}\nasked_at = {asked_at:%Y-%m-%dT%H:%M:%SZ}\n"
    tables = [
        f"[{question}]\nanswer = {_value(finding.answer)}\nseen = {_text(finding.seen)}\n"
        for question, finding in findings.items()
        if finding.answer is not None
    ]
    return "\n".join([head, *tables])


def _value(answer: str | bool) -> str:
    return _text(answer) if isinstance(answer, str) else str(answer).lower()


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
