"""What the client and the dispatcher's rules make of hostile replies: one classified answer each, soon, and storable.

`python -m tests.hostile.reply_judge 100000` prints what `make long` asserts of as many.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final, NamedTuple

from benchmarks.measures import forget_peak
from mappers.existing import Known, Refuse, check_amount, decide, fingerprint, shown_otherwise, shows_enough
from mappers.model import Action, Document, DocumentType, ExistingDocument, content_hash
from mappers.outbound import document_ref, encode_outcome, xero_errors, xero_warnings
from streams.app.machine import collect_seldom
from streams.dispatch.ledger import NumberReservation, Refusal, Row, RowKey, SyncedDocument
from streams.dispatch.ledger import transitions as changes
from streams.dispatch.ledger.codec import decode, encode_key, encode_value
from tests.builders import COMPANY_ID, make_company
from tests.cpu_time import slowness
from tests.fakes.xero_collaborators import NOW, FakeTokens, OpenGovernor, RecordingObserver, fixed_clock
from tests.hostile.doubt import is_misjudged
from tests.hostile.judge import LONGEST_MS, SEED, peak_rss_mib
from tests.hostile.replies import MASTER_DATA, HostileReply, good_reply, hostile_reply
from tests.hostile.steps import TimedSteps
from tests.unit.mappers.existing.xero_documents import ORGANISATION as FACTS
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.xero_client.accounting.documents import ORGANISATION, make_document
from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint
from xero_client.collaborators import Resource
from xero_client.errors import EffectUnknownError, XeroError
from xero_client.master_data.lists import LISTS
from xero_client.master_data.loader import Loader
from xero_client.master_data.store import MasterDataStore
from xero_client.port import ElementReply, Operation, Priority
from xero_client.transport.http import ExactTransport, Reply

NUMBERS: Final = ("INV-7", "INV-8")
KEY: Final = RowKey(ORGANISATION, COMPANY_ID, "SHP-00001")
COMPANY: Final = make_company()
PENDING: Final = changes.take(None, numbered(1), NOW)[1].row
ENDLESS: Final = 1e12


@dataclass
class Findings:
    """Over all replies. `wrong` says of each that broke a rule which one it was and how."""

    replies: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    slowest_ms: float = 0.0
    slowest: int = 0
    largest_rss_mib: float = 0.0
    """Of this process while a reply was judged, not while it was made."""
    wrong: list[str] = field(default_factory=list)


class OneReply(ExactTransport):
    """Answers every call with the same reply."""

    reply: HostileReply
    exchanges = 0

    def exchange(self, *_: Any, **__: Any) -> Reply:
        """As the parent's, without a network."""
        self.exchanges += 1
        return self.reply.read()


class Asked(NamedTuple):
    """A call: the kind of documents that it is about, whether it writes, its good answer, and how it is made."""

    kind: DocumentType
    writes: bool
    good: dict[str, Any]
    ask: Callable[[], Awaitable[Any]]


class ReplyJudge:
    """One client of Xero without Xero, for any number of replies."""

    def __init__(self) -> None:
        self._transport = OneReply(Endpoint("", "").timeouts)
        self._observer = RecordingObserver()
        self._tokens = FakeTokens()
        self._keys = count()
        self._client = XeroClient(
            Endpoint("https://api.xero.com", "shipledger/test"),
            tokens=self._tokens,
            governor=OpenGovernor(),
            observer=self._observer,
            clock=fixed_clock,
            monotonic=time.monotonic,
        )
        self._client._exchange = replace(self._client._exchange, transport=self._transport)
        self.calls = [self._write(kind, operation) for kind in DocumentType for operation in Operation]
        self.calls += [self._read(kind) for kind in DocumentType] + [self._find(kind) for kind in DocumentType]
        self.calls += [self._list(resource) for resource in LISTS]

    async def judge(self, number: int, seed: int, findings: Findings) -> None:
        """Have a call answered by the reply and note what is wrong with what became of it."""
        asked = self.calls[number % len(self.calls)]
        reply = hostile_reply(number, seed, asked.good)
        # To read one value of JSON takes a turn for each megabyte, wherever it comes from.
        limit = LONGEST_MS * max(1.0, len(reply.body) / 1_000_000)
        forget_peak(os.getpid())
        took, answer, problems = await self.answered(asked, reply, limit)
        findings.largest_rss_mib = max(findings.largest_rss_mib, peak_rss_mib())
        findings.replies += 1
        findings.answers[answer] += 1
        if took > findings.slowest_ms:
            findings.slowest_ms, findings.slowest = took, number
        findings.wrong += [f"reply {number}: {each}" for each in problems]
        if took > limit:
            findings.wrong.append(f"reply {number}: {took:.0f} ms")

    async def answered(self, asked: Asked, reply: HostileReply, limit: float) -> tuple[float, str, list[str]]:
        """The milliseconds of the longest step, within the limit or the least of nine tries; the answer; its faults."""
        took, answer, problems = await self._once(asked, reply)
        for _ in range(8):  # What a busy machine adds is not the reply's.
            if took <= limit:
                break
            took = min(took, (await self._once(asked, reply))[0] / slowness())
        return took, answer, problems

    def close(self) -> None:
        """Let the client's threads go."""
        self._client.close()

    async def _once(self, asked: Asked, reply: HostileReply) -> tuple[float, str, list[str]]:
        self._transport.reply, self._transport.exchanges = reply, 0
        self._observer.calls.clear()
        self._tokens.current = "token-1"
        self._tokens._later = ["token-2"] * 100
        steps = TimedSteps(asked.ask())
        try:
            shown = await steps
            problems = _carried_on(asked.kind, shown)
            error = None
        except XeroError as refusal:
            problems, error = [], refusal
            _stored(changes.rejected(_sending(NUMBERS[0]), Refusal(xero_errors((refusal.message,))), NOW))
        except Exception as bug:  # noqa: BLE001  # Whatever it is, it is what is looked for.
            return 0.0, "unclassified", [f"{type(bug).__name__}: {bug}"[:300]]
        return (
            steps.longest_ms,
            "value" if error is None else type(error).__name__,
            problems + self._faults(asked, reply, error),
        )

    def _faults(self, asked: Asked, reply: HostileReply, error: XeroError | None) -> list[str]:
        counted = len(self._observer.calls)
        found = [] if counted == 1 or (not asked.writes and counted) else [f"counted {counted} times"]
        if asked.writes and is_misjudged(reply, error):
            found.append(f"a write answered by {reply.status} (lost: {reply.lost}) ends in {error!r}"[:300])
        if not asked.writes and isinstance(error, EffectUnknownError):
            found.append("a read has no effect")
        return found

    def _write(self, kind: DocumentType, operation: Operation) -> Asked:
        xero_id = None if operation is Operation.CREATE else "0c9f8f6e-1111-4222-8333-444455556666"
        body = self._client.encode(kind, [(each, xero_id) for each in documents(kind)])

        async def write() -> tuple[ElementReply, ...]:
            async with self._client.slot(ORGANISATION, Priority.BACKLOG) as grant:
                key = f"key-{next(self._keys)}"
                return await self._client.write(grant, kind, operation, body, idempotency_key=key, start_before=ENDLESS)

        return Asked(kind, True, good_reply(kind, body), write)

    def _read(self, kind: DocumentType) -> Asked:
        good = good_reply(kind, self._client.encode(kind, [(each, None) for each in documents(kind)]))
        return Asked(kind, False, good, lambda: self._client.read(ORGANISATION, kind, ["x"], Priority.PEOPLE))

    def _find(self, kind: DocumentType) -> Asked:
        good = self._read(kind).good
        return Asked(kind, False, good, lambda: self._client.find(ORGANISATION, kind, NUMBERS, Priority.PEOPLE))

    def _list(self, resource: Resource) -> Asked:
        async def read() -> None:
            loader = Loader(self._client, ORGANISATION, MasterDataStore(), fixed_clock, lambda: None)
            await loader.read(resource, None, Priority.PEOPLE)

        envelope = {name: value for name, value in MASTER_DATA.items() if not isinstance(value, list)}
        good = envelope | {resource.listed_as: MASTER_DATA[resource.listed_as]}
        return Asked(DocumentType.INVOICE, False, good, read)


def documents(kind: DocumentType) -> list[Document]:
    """What is sent."""
    return [make_document(type=kind, number=number) for number in NUMBERS]


def _carried_on(kind: DocumentType, shown: Iterable[ElementReply | ExistingDocument] | None) -> list[str]:
    """Have the dispatcher's rules at what was read, and the answer stored and read back. Raises what they raise."""
    problems: list[str] = []
    for each in shown or ():
        if isinstance(each, ExistingDocument):
            _compared(kind, each)
        elif each.number not in NUMBERS:
            problems.append(f"an answer for {each.number!r}, which was not sent")
        elif each.document is None:
            _stored(changes.rejected(_sending(each.number), Refusal(xero_errors(each.errors)), NOW))
        else:
            _answered(kind, each, each.document)
    return problems


def _answered(kind: DocumentType, reply: ElementReply, shown: ExistingDocument) -> None:
    sent = make_document(type=kind, number=reply.number)
    shows_enough(sent, shown)
    ref = document_ref(shown, content_hash(sent), FACTS)
    row, synced = _sending(reply.number), SyncedDocument(ref=ref, fingerprint=fingerprint(shown))
    if (problem := check_amount(sent, shown)) is not None:
        _stored(changes.rejected(row, Refusal((problem,), document=synced), NOW))
        return
    warnings = (*xero_warnings(reply.warnings), *shown_otherwise(sent, shown, COMPANY))
    _stored(changes.processed(row, Action.CREATED, synced, warnings, NOW))


def _compared(kind: DocumentType, shown: ExistingDocument) -> None:
    sent = make_document(type=kind, number=NUMBERS[0])
    for known in (None, Known(shown.xero_id, fingerprint(shown), NUMBERS[0])):
        found = decide(sent, shown, known=known, company=COMPANY, organisation=FACTS)
        if isinstance(found, Refuse):
            _stored(changes.rejected(_sending(NUMBERS[0]), Refusal((found.problem,)), NOW))


def _sending(number: str) -> Row:
    return changes.sending(PENDING, NumberReservation(intent="k", kind=DocumentType.INVOICE, number=number)).row


def _stored(change: changes.Change) -> None:
    assert change.outcome is not None
    encode_outcome(change.outcome)
    assert decode(encode_key(KEY), encode_value(change.row)) == (KEY, change.row)


async def run(replies: int, seed: int = SEED) -> Findings:
    """Judge so many replies."""
    findings, judge = Findings(), ReplyJudge()
    try:
        for number in range(replies):
            await judge.judge(number, seed, findings)
    finally:
        judge.close()
    return findings


def main() -> None:
    """Print the findings as one JSON object."""
    collect_seldom()  # As the worker does.
    findings = asyncio.run(run(int(sys.argv[1]), *map(int, sys.argv[2:3])))
    sys.stdout.write(json.dumps(vars(findings)) + "\n")


if __name__ == "__main__":
    main()
