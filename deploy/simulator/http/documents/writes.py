"""Write calls: one element or many, saved one by one or all together, and what the reply says of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.simulator.books import Document
from deploy.simulator.http.bodies import rows_in
from deploy.simulator.http.documents.document_json import document_as_json
from deploy.simulator.rules import ElementWrite, Invalid, Mode, Shape
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import (
    ZERO,
    JsonObject,
    Refusal,
    Reply,
    not_found,
    unknown_fields,
    validation,
)

Writer = Callable[[ElementWrite, JsonObject, str], Document]


@dataclass(frozen=True)
class Written:
    """What became of one element."""

    row: JsonObject
    document: Document | None
    errors: tuple[str, ...]
    line_errors: Mapping[int, list[str]]
    warnings: tuple[str, ...]
    document_id: str

    @property
    def refused(self) -> bool:
        return self.document is None


def write_many(state: SimulatorState, call: Call, shape: Shape, writer: Writer, mode: Mode) -> Reply:
    """PUT or POST of a list. With `summarizeErrors=false` every element stands alone and the reply is a 200."""
    rows = rows_in(call, shape.plural)
    state.counts.largest_batch = max(state.counts.largest_batch, len(rows))
    summarise = call.flag("summarizeErrors", default=True)
    state.counts.summarised_writes += summarise
    point = call.organisation.savepoint()
    try:
        written = [_write(state, call, shape, writer, mode, row) for row in rows]
    except Refusal:
        call.organisation.restore(point)
        raise
    bad = [each for each in written if each.refused]
    if summarise and bad:
        if state.switches.summarised_errors == "save_nothing":
            call.organisation.restore(point)
        return validation([_element(state, call, shape, each) for each in bad])
    return _reply(state, call, shape, written, told=not summarise)


def write_one(state: SimulatorState, call: Call, shape: Shape, writer: Writer) -> Reply:
    """POST to the address of one document."""
    document_id = call.segments[1]
    found = call.organisation.document(shape.kind, document_id)
    if found is None:
        raise not_found()
    rows = rows_in(call, shape.plural)
    written = _write(state, call, shape, writer, "post", rows[0], found.document_id)
    if written.refused:
        return validation([_element(state, call, shape, written)])
    return _reply(state, call, shape, [written], told=False)


def _write(
    state: SimulatorState, call: Call, shape: Shape, writer: Writer, mode: Mode, row: JsonObject, document_id: str = ""
) -> Written:
    state.counts.unknown_fields.update(unknown_fields(shape.kind, row))
    write = _element_write(state, call, shape, mode)
    known = len(call.organisation.book(shape.kind).by_id)
    try:
        document = writer(write, row, document_id)
    except Invalid as refused:
        state.counts.refused_elements += 1
        kept_id = refused.document_id or ZERO
        return Written(row, None, tuple(refused.messages), refused.line_messages, tuple(write.warnings), kept_id)
    verb = "updated" if len(call.organisation.book(shape.kind).by_id) == known else "created"
    state.counts.applied[f"{shape.kind} {verb}"] += 1
    return Written(row, document, (), {}, tuple(write.warnings), document.document_id)


def _element_write(state: SimulatorState, call: Call, shape: Shape, mode: Mode) -> ElementWrite:
    return ElementWrite(
        organisation=call.organisation,
        switches=state.switches,
        counts=state.counts,
        ids=state.ids,
        now=state.clock.now(),
        author=call.client_id,
        mode=mode,
        unit_places=4 if shape.kind == "quote" else call.unit_places,
        allow_backorders=call.flag("allowBackorders", default=False),
    )


def _reply(state: SimulatorState, call: Call, shape: Shape, written: list[Written], *, told: bool) -> Reply:
    elements = [_element(state, call, shape, each, told=told) for each in written]
    if state.switches.reply_order == "shuffled":
        elements = state.ids.shuffled(elements)
    return state.reply({shape.plural: elements})


def _element(state: SimulatorState, call: Call, shape: Shape, written: Written, *, told: bool = True) -> JsonObject:
    """One element of the reply; a refused one echoes what was sent."""
    if written.document is None:
        row = {**written.row, shape.id_field: written.document_id}
    else:
        net = state.switches.inclusive_quotes == "net"
        row = document_as_json(written.document, call.organisation, call.unit_places, net=net)
    key = state.switches.error_text_key
    if written.warnings:
        row["Warnings"] = [{key: text} for text in written.warnings]
    if told:
        row["HasErrors"] = written.refused
        row["StatusAttributeString"] = "ERROR" if written.refused else "WARNING" if written.warnings else "OK"
    if written.refused:
        row["ValidationErrors"] = [{key: text} for text in written.errors]
        row |= _line_errors(written, key)
    return row


def _line_errors(written: Written, key: str) -> JsonObject:
    """Some errors stand at their lines alone (XeroAPI/xero-node issue 702)."""
    if not written.line_errors:
        return {}
    sent = written.row.get("LineItems") or []
    count = max(len(sent), max(written.line_errors) + 1)
    lines = [dict(sent[at]) if at < len(sent) else {} for at in range(count)]
    for position, texts in written.line_errors.items():
        lines[position]["ValidationErrors"] = [{key: text} for text in texts]
    return {"LineItems": lines}
