"""Rows that are being sent with a batch of which no intent is left to tell: lost, or stepped over (ADR 13)."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice

from streams.dispatch.ledger import Intent, Ledger, Row, RowKey, State, Target
from streams.ops import LaneState
from xero_client.port import Operation


def lost_batches(ledger: Ledger, organisation: str, now: datetime) -> list[Intent]:
    """Intents in the place of those that are not there, for rows that would stay in `sending` for ever.

    Nobody knows the bytes any more, so such a batch is never sent again; it is looked up as one that begins now.
    """
    lost: dict[str, dict[RowKey, Row]] = {}
    for key, row in _sending(ledger, organisation):
        name = "" if row.reservation is None else row.reservation.intent
        intent = ledger.intents.get(name)
        if row.reservation is not None and (intent is None or key not in intent.members):
            lost.setdefault(name, {})[key] = row
    return [_in_its_place(name, rows, organisation, now) for name, rows in lost.items()]


def _sending(ledger: Ledger, organisation: str) -> list[tuple[RowKey, Row]]:
    count = ledger.depths(organisation)[LaneState.SENDING]
    sending = (key for key, each in ledger.open_work(organisation) if each.state == State.SENDING)
    return [(key, ledger.rows[key]) for key in islice(sending, count)]


def _in_its_place(name: str, rows: Mapping[RowKey, Row], organisation: str, now: datetime) -> Intent:
    kind = next(row.reservation.kind for row in rows.values() if row.reservation is not None)
    known = [row.synced for row in rows.values() if row.synced is not None and row.synced.kind == kind]
    # An update by id, where the ledger knows all the documents; else they are looked up by number.
    is_update = len(known) == len(rows)
    return Intent(
        key=name,
        organisation=organisation,
        kind=kind,
        operation=Operation.UPDATE if is_update else Operation.CREATE,
        body="",
        begun_at=now,
        committed_at=now,
        members=tuple(rows),
        targets=tuple(Target(xero_id=each.ref.xero_id, fingerprint=each.fingerprint) for each in known)
        if is_update
        else (),
    )
