"""What the shipping system sends in a schedule, and what people do in Xero meanwhile."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from deploy.testbed.builders import COMPANY_ID, ORGANISATION, TRIGGER_STATUS, make_company, make_line, make_shipment
from deploy.testbed.events import event
from streams.topics import STATUS_CHANGES
from tests.simulation.world import World
from tests.simulation.world.machines import PARTITIONS

OTHER_COMPANY, OTHER_ORGANISATION = "northern-dairy", "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"
COMPANIES = (
    make_company(id=COMPANY_ID, organisation=ORGANISATION),
    make_company(
        id=OTHER_COMPANY, organisation=OTHER_ORGANISATION, document="quote", trigger_statuses=(TRIGGER_STATUS,)
    ),
)
NEW_CONTACT = "NEWCOMER"


@dataclass(frozen=True, slots=True)
class Sent:
    """A status change on its way: when, and its bytes. `is_poison` is one that nobody can read."""

    at: float
    key: bytes
    value: bytes
    is_poison: bool = False


def traffic(chance: random.Random, *, with_refused: bool) -> list[Sent]:
    """Shipments of two companies: new ones, corrected ones, repeated, pressed, ignored and unreadable ones.

    And one that is refused until Xero has its customer: that takes most of a minute.
    """
    sent = [_of_company(chance, COMPANY_ID, index, revision=1) for index in range(1, 4)]
    sent += [_of_company(chance, OTHER_COMPANY, index, revision=1) for index in range(11, 13)]
    corrected = [_of_company(chance, COMPANY_ID, 1, revision=2, after=4.0)]
    corrected += [_of_company(chance, OTHER_COMPANY, 11, revision=2, after=4.0)]
    refused = [_of_company(chance, COMPANY_ID, 4, revision=1, buyer_code=NEW_CONTACT)] if with_refused else []
    pressed = [_of_company(chance, COMPANY_ID, 2, revision=1, after=6.0, event_id="pressed-2", sync_now=True)]
    ignored = [_of_company(chance, COMPANY_ID, 9, revision=1, status="BOOKED")]
    repeated = [Sent(each.at + chance.uniform(0.0, 5.0), each.key, each.value) for each in (sent[1], sent[3])]
    poison = [Sent(chance.uniform(0.0, 6.0), b"poison/1", b"{not json", is_poison=True)]
    everything = sent + corrected + refused + pressed + ignored + repeated + poison
    return sorted(everything, key=lambda each: each.at)


def _of_company(
    chance: random.Random, company: str, index: int, *, revision: int, after: float = 0.0, **fields: Any
) -> Sent:
    """One status change; the document says its revision, so that a lost correction shows."""
    is_beef = company == COMPANY_ID
    number = f"{'INV' if is_beef else 'QU'}-{index:06}"
    line = make_line(
        product_code="BEEF-01" if is_beef else "MILK-01",
        quantity=f"{revision}",
        unit_price="10.00",
        item_value=f"{revision * 10}.00",
    )
    shipment = make_shipment(
        invoice_number=number,
        shipment_number=number,
        buyer_code=fields.pop("buyer_code", "ALOK" if is_beef else "PACIFIC"),
        currency="USD" if is_beef else "NZD",
        exchange_rate="0.6543" if is_beef else "1",
        lines=[line],
    )
    given = {"event_id": f"event-{company}-{index}-{revision}", "revision": revision} | fields
    body = event(index, company_id=company, shipment=shipment, **given)
    return Sent(
        after + chance.uniform(0.0, 3.0), f"{company}/{body['shipment_id']}".encode(), json.dumps(body).encode()
    )


def put(world: World, sent: Sent) -> None:
    """On the topic, as a sender of its own would."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000_000)
    builder.append(0, world.network.now_ms(), sent.key, sent.value, [])
    number = sum(sent.key) % PARTITIONS
    world.broker.logs[STATUS_CHANGES, number].append(bytes(builder.build()), world.network.now_ms())


def begin(world: World, everything: list[Sent]) -> float:
    """Have it all happen in its time; returns when the last of it has."""
    for each in everything:
        world.network.later(each.at, _later(put, world, each))
    chance = world.chance
    contact = {"Name": "Newcomer Foods", "AccountNumber": NEW_CONTACT}
    comes_at = chance.uniform(5.0, 10.0)
    organisation = world.xero.organisations[ORGANISATION]
    world.network.later(
        comes_at, lambda: (organisation.put_contact(contact, world.xero.ids, world.xero.clock.now()), None)[1]
    )
    return max(comes_at, *(each.at for each in everything))


def _later(do: Callable[..., None], *args: Any) -> Callable[[], None]:
    return lambda: do(*args)
