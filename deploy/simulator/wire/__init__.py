"""How Xero spells things: JSON, dates, amounts, field names, filters, replies; and the simulator's switches."""

from deploy.simulator.wire.clock import SimClock
from deploy.simulator.wire.counts import Counts
from deploy.simulator.wire.element import Element, spellings
from deploy.simulator.wire.facts import read_facts
from deploy.simulator.wire.field_names import field_of, unknown_fields, words
from deploy.simulator.wire.ids import ZERO, Ids, guid
from deploy.simulator.wire.json_codec import JsonObject
from deploy.simulator.wire.limits import Limits
from deploy.simulator.wire.reply import (
    Delivery,
    Refusal,
    Reply,
    bad_post_data,
    bad_query,
    envelope,
    json_reply,
    not_found,
    plain,
    problem,
    validation,
)
from deploy.simulator.wire.switches import Switches
from deploy.simulator.wire.where_filter import folded

__all__ = [
    "ZERO",
    "Counts",
    "Delivery",
    "Element",
    "Ids",
    "JsonObject",
    "Limits",
    "Refusal",
    "Reply",
    "SimClock",
    "Switches",
    "bad_post_data",
    "bad_query",
    "envelope",
    "field_of",
    "folded",
    "guid",
    "json_reply",
    "not_found",
    "plain",
    "problem",
    "read_facts",
    "spellings",
    "unknown_fields",
    "validation",
    "words",
]
