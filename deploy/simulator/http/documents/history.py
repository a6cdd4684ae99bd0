"""History notes of documents."""

from datetime import timedelta

from deploy.simulator.books import Document, Kind, Note
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import JsonObject, Refusal, Reply, bad_post_data, dates, json_codec, not_found, validation

LONGEST_NOTE = 2500


def history(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    document = document_of(state, call, kind)
    notes = call.organisation.book(kind).notes.get(document.document_id, [])
    return state.reply({"HistoryRecords": [_note(each) for each in notes]})


def add_notes(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """Add the notes of `HistoryRecords`, each at most 2,500 characters."""
    document = document_of(state, call, kind)
    made = [Note(state.clock.now(), "System Generated", text) for text in _details(call)]
    if any(not note.details or len(note.details) > LONGEST_NOTE for note in made):
        error = {"ValidationErrors": [{"Message": f"Details must have 1 to {LONGEST_NOTE} characters"}]}
        raise Refusal(validation([error]))
    call.organisation.book(kind).notes.setdefault(document.document_id, []).extend(made)
    return state.reply({"HistoryRecords": [_note(each) for each in made]})


def document_of(state: SimulatorState, call: Call, kind: Kind) -> Document:
    """The document of the address, by id or number. Raises a 404 refusal, also for one that is not shown yet."""
    found = call.organisation.document(kind, call.segments[1])
    if found is None or not is_shown(state, found):
        raise not_found()
    return found


def is_shown(state: SimulatorState, document: Document) -> bool:
    """Whether whoever asks by its id is told of it yet."""
    lag = state.switches.ids_lag_seconds
    return not lag or document.made_at is None or document.made_at <= state.clock.now() - timedelta(seconds=lag)


def _details(call: Call) -> list[str]:
    try:
        records = json_codec.loads(call.body)["HistoryRecords"]
        return [str(record["Details"]) for record in records]
    except (ValueError, KeyError, TypeError):
        raise bad_post_data("The body holds no HistoryRecords with Details") from None


def _note(note: Note) -> JsonObject:
    instant = f"{note.at:%Y-%m-%dT%H:%M:%S}"
    row = {"Changes": note.changes, "DateUTCString": instant, "DateUTC": dates.milliseconds(note.at)}
    return row | {"User": note.user, "Details": note.details}
