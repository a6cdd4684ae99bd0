"""The sample shipments themselves: all that the demo promises to show is among them."""

import json

from deploy.demo.parts import organisations
from deploy.demo.samples import AwaitEntries, Publish, Sample, SendToAccounting, load
from mappers.inbound.dead_letter import Poison
from mappers.inbound.status_change import StatusChange, read_event
from mappers.model.company import Company

# `read_event` asks only whether the company is known.
COMPANIES = {name: Company(id=name, organisation=tenant) for name, tenant in organisations().items()}


def read(sample: Sample, step: Publish) -> StatusChange | Poison:
    del sample
    return read_event(step.value, (), COMPANIES)


def test_there_are_at_least_sixteen_of_two_companies() -> None:
    samples = load()
    assert len(samples) >= 16
    assert {each.company for each in samples} >= set(COMPANIES)
    assert len({each.key for each in samples}) == len(samples)


def test_what_is_promised_is_shown() -> None:
    entries = [entry for sample in load() for entry in sample.expect.log or ()]
    assert {entry["action"] for entry in entries} == {"created", "updated", "unchanged", None}
    messages = {error.get("message") for entry in entries for error in entry["errors"]}
    assert "Customer.Name(ALOK) : not found in XERO(Customer.Name)." in messages
    assert "ProductLines.ProductCode(alok) : not found in XERO(Lines.Item.Number)." in messages
    warnings = {code for entry in entries for code in entry["warnings"]}
    assert warnings == {"exchange_rate_missing", "period_locked", "stale_revision"}
    assert max(len(entry["errors"]) for entry in entries) == 5
    assert {step.__class__ for sample in load() for step in sample.steps} == {Publish, AwaitEntries, SendToAccounting}


def test_every_event_is_a_status_change_of_its_sample_unless_it_is_meant_as_poison() -> None:
    for sample in load():
        for step in sample.steps:
            if not isinstance(step, Publish):
                continue
            event = read(sample, step)
            if sample.expect.dead_letter is not None:
                assert isinstance(event, Poison)
                assert event.reason == sample.expect.dead_letter
            else:
                assert isinstance(event, StatusChange), sample.name
                assert f"{event.company_id}/{event.shipment_id}" == sample.key


def test_event_ids_are_repeated_only_where_the_sample_is_a_duplicate() -> None:
    ids = [
        (sample.name, json.loads(step.value)["event_id"])
        for sample in load()
        for step in sample.steps
        if isinstance(step, Publish) and sample.name.split("-", 1)[1] not in ("duplicate-event", "poison")
    ]
    assert len({event_id for _, event_id in ids}) == len(ids)
