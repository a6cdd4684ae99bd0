"""The control interface under `/_sim/`: for tests and demonstrations, on the loopback, without a token."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from aiohttp import web

from deploy.simulator.books import Document, Kind, Organisation
from deploy.simulator.control import edits
from deploy.simulator.http import document_as_json
from deploy.simulator.rules import Invalid
from deploy.simulator.state import Fault, SimulatorState
from deploy.simulator.wire import JsonObject, json_codec

Command = Callable[[SimulatorState, JsonObject], Any]
_LOCKS = {"PeriodLockDate": "period_lock_date", "EndOfYearLockDate": "end_of_year_lock_date"}


def routes(state: SimulatorState) -> list[web.RouteDef]:
    """The control routes of one simulator."""
    reads: dict[str, Command] = {
        "documents": _documents,
        "counts": lambda state, query: counts(state, documents=query.get("documents") != "false"),
        "journal": _request_log,
        "clock": lambda state, _: _clock_json(state),
        "switches": lambda state, _: state.switches.as_dict(),
        "faults": lambda state, _: [fault.as_json() for fault in state.faults.waiting],
        "limits": lambda state, _: vars(state.limits.default),
        "organisations": lambda state, _: [_organisation_json(each) for each in state.organisations.values()],
    }
    writes: dict[str, Command] = {
        "reset": _reset,
        "documents": _create,
        "edit": _edit,
        "contacts": _contacts,
        "items": _items,
        "currencies": _currencies,
        "accounts": _accounts,
        "tax_rates": _tax_rates,
        "organisation": _organisation,
        "connections": _connections,
        "switches": _switches,
        "limits": _limits,
        "faults": _faults,
        "clock": _clock,
    }
    return [
        *(web.get(f"/_sim/{name}", _reader(state, command)) for name, command in reads.items()),
        *(web.post(f"/_sim/{name}", _writer(state, command)) for name, command in writes.items()),
        web.delete("/_sim/faults", _writer(state, _no_faults)),
    ]


def counts(state: SimulatorState, *, documents: bool = True) -> JsonObject:
    """All counters, what was refused for limits, and how many documents each number stands for."""
    figures = state.counts.as_dict() | {"throttled": dict(state.limits.refused), "peak_in_flight": state.limits.peaks()}
    if not documents:
        return figures
    return figures | {"documents": {tenant: _by_number(each) for tenant, each in state.organisations.items()}}


def _document_json(state: SimulatorState, organisation: Organisation, document: Document) -> JsonObject:
    """A document as Xero shows it, and under `_sim` what only the simulator knows."""
    book = organisation.book(document.kind)
    notes = [{"user": note.user, "details": note.details} for note in book.notes.get(document.document_id, [])]
    own = {"tenant": organisation.tenant_id, "type": document.kind, "created_by": document.created_by, "notes": notes}
    own |= {"attachments": sorted(each.file_name for each in book.files(document))}
    net = state.switches.inclusive_quotes == "net"
    return document_as_json(document, organisation, 4, net=net) | {"_sim": own}


def _reader(state: SimulatorState, command: Command) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return _answered(lambda: command(state, dict(request.query)))

    return handle


def _writer(state: SimulatorState, command: Command) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        return _answered(lambda: command(state, json_codec.loads(body) if body else {}))

    return handle


def _answered(run: Callable[[], Any]) -> web.Response:
    try:
        value, status = run(), 200
    except (ValueError, KeyError, TypeError, Invalid) as error:
        value, status = {"error": f"{type(error).__name__}: {error}"}, 422
    return web.Response(body=json_codec.encode(value), status=status, content_type="application/json")


def _by_number(organisation: Organisation) -> JsonObject:
    return {
        kind: {number: _tally(found) for number, found in _grouped(organisation, kind).items()}
        for kind in ("invoice", "quote")
    }


def _grouped(organisation: Organisation, kind: Any) -> dict[str, list[Document]]:
    grouped: dict[str, list[Document]] = {}
    for document in organisation.book(kind):
        grouped.setdefault(document.number, []).append(document)
    return grouped


def _tally(found: list[Document]) -> JsonObject:
    return {"all": len(found), "live": sum(document.alive for document in found)}


def _documents(state: SimulatorState, query: JsonObject) -> list[JsonObject]:
    kinds: list[Kind] = [query["type"]] if query.get("type") else ["invoice", "quote"]
    tenants = [query["tenant"]] if query.get("tenant") else list(state.organisations)
    return [
        _document_json(state, state.organisations[tenant], document)
        for tenant in tenants
        for kind in kinds
        for document in state.organisations[tenant].book(kind)
        if query.get("number") in (None, document.number)
    ]


def _request_log(state: SimulatorState, query: JsonObject) -> list[JsonObject]:
    found = state.request_log.since(int(query.get("since", 0)), query.get("operation", ""))
    replies = state.request_log.replies() if query.get("replies") == "true" else {}
    return [entry.as_json() | _reply_json(replies.get(entry.number)) for entry in found]


def _reply_json(reply: bytes | None) -> JsonObject:
    return {} if reply is None else {"reply": reply.decode(errors="replace")}


def _reset(state: SimulatorState, _: JsonObject) -> JsonObject:
    state.reset()
    return {"reset": True}


def _create(state: SimulatorState, body: JsonObject) -> JsonObject:
    """Make a document as a person does: `tenant`, `type`, `document` (Xero's shape), then what `edit` takes."""
    document = state.write_as_person(body["tenant"], body["type"], body["document"])
    if set(body) & {"payment", "status"}:
        return _edit(state, body | {"id": document.document_id})
    return _document_json(state, state.organisations[body["tenant"]], document)


def _edit(state: SimulatorState, body: JsonObject) -> JsonObject:
    change: JsonObject = {key: body[key] for key in ("set", "status", "payment") if key in body}
    if not change:
        raise ValueError("say what to change: set, status or payment")
    reference = body.get("id") or body["number"]
    document = edits.edit(state, body["tenant"], body["type"], reference, change)
    return _document_json(state, state.organisations[body["tenant"]], document)


def _contacts(state: SimulatorState, body: JsonObject) -> list[JsonObject]:
    organisation = state.organisations[body["tenant"]]
    put = [organisation.put_contact(row, state.ids, state.clock.now()) for row in body["contacts"]]
    return [contact.as_json() for contact in put]


def _items(state: SimulatorState, body: JsonObject) -> list[JsonObject]:
    organisation = state.organisations[body["tenant"]]
    for code in body.get("remove", ()):
        organisation.items.remove(code)
    put = [organisation.put_item(row, state.ids, state.clock.now()) for row in body.get("items", ())]
    return [item.as_json(4) for item in put]


def _currencies(state: SimulatorState, body: JsonObject) -> JsonObject:
    organisation = state.organisations[body["tenant"]]
    kept = [code for code in organisation.currencies if code not in body.get("remove", ())]
    organisation.currencies = list(dict.fromkeys((*kept, *body.get("add", ()))))
    organisation.market_rates |= body.get("market_rates", {})
    return {"currencies": organisation.currencies}


def _accounts(state: SimulatorState, body: JsonObject) -> JsonObject:
    for row in body["accounts"]:
        state.organisations[body["tenant"]].codes.put_account(row, state.ids)
    return {"accounts": len(body["accounts"])}


def _tax_rates(state: SimulatorState, body: JsonObject) -> JsonObject:
    for row in body["tax_rates"]:
        state.organisations[body["tenant"]].codes.put_tax_rate(row)
    return {"tax_rates": len(body["tax_rates"])}


def _organisation(state: SimulatorState, body: JsonObject) -> JsonObject:
    """Set `PeriodLockDate`, `EndOfYearLockDate` (null: none), `approvals_left` or `IsDemoCompany`."""
    organisation = state.organisations[body["tenant"]]
    for name, attribute in _LOCKS.items():
        if name in body["set"]:
            text = body["set"][name]
            setattr(organisation, attribute, date.fromisoformat(text) if text else None)
    organisation.approvals_left = body["set"].get("approvals_left", organisation.approvals_left)
    organisation.is_demo_company = body["set"].get("IsDemoCompany", organisation.is_demo_company)
    return _organisation_json(organisation)


def _organisation_json(organisation: Organisation) -> JsonObject:
    row = {name: getattr(organisation, name) for name in ("tenant_id", "name", "base_currency", "approvals_left")}
    locks = {name: getattr(organisation, attribute) for name, attribute in _LOCKS.items()}
    return row | {name: day.isoformat() if day else None for name, day in locks.items()}


def _connections(state: SimulatorState, body: JsonObject) -> JsonObject:
    """`action`: disconnect or connect an organisation, revoke consent, or expire access tokens."""
    client_id, tokens = body["client_id"], state.tokens
    actions: dict[str, Callable[[], None]] = {
        "disconnect": lambda: tokens.disconnect(client_id, body.get("tenant", "")),
        "connect": lambda: tokens.connect(client_id, state.clock.now()),
        "revoke": lambda: tokens.revoke(client_id),
        "expire": lambda: tokens.expire(client_id),
    }
    actions[body["action"]]()
    return {"connected": [each.tenant_id for each in tokens.of_client(client_id)]}


def _switches(state: SimulatorState, body: JsonObject) -> JsonObject:
    state.set_switches(state.switches.changed(body))
    return state.switches.as_dict()


def _limits(state: SimulatorState, body: JsonObject) -> JsonObject:
    """Change the limits of all, or of `tenant`; `forget_usage` starts every window anew."""
    values = {key: value for key, value in body.items() if key not in ("tenant", "forget_usage")}
    tenant = body.get("tenant")
    if tenant:
        state.limits.by_tenant[tenant] = state.limits.limits(tenant).changed(values)
    else:
        state.limits.default = state.limits.default.changed(values)
    if body.get("forget_usage"):
        state.limits.forget_usage()
    return vars(state.limits.limits(tenant or ""))


def _faults(state: SimulatorState, body: JsonObject) -> JsonObject:
    """Add one fault, or `{"release": true}` to let held calls go on."""
    if body.get("release"):
        state.faults.release()
        return {"released": True}
    return state.faults.add(Fault.from_json(body)).as_json()


def _no_faults(state: SimulatorState, _: JsonObject) -> JsonObject:
    state.faults.clear()
    return {"cleared": True}


def _clock(state: SimulatorState, body: JsonObject) -> JsonObject:
    if "set" in body:
        state.clock.set(datetime.fromisoformat(body["set"]))
    if "advance" in body:
        state.clock.advance(float(body["advance"]))
    if "scale" in body:
        state.clock.run_at(float(body["scale"]))
    return _clock_json(state)


def _clock_json(state: SimulatorState) -> JsonObject:
    return {"now": state.clock.now().isoformat(), "scale": str(state.clock.scale)}
