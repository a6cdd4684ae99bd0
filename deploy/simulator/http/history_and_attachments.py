"""History notes and attachments of documents."""

import mimetypes

from deploy.simulator.books import Attachment, Document, Kind, Note
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import (
    JsonObject,
    Refusal,
    Reply,
    bad_post_data,
    dates,
    json_codec,
    not_found,
    validation,
)

LONGEST_NOTE = 2500
MOST_ATTACHMENTS = 10
LARGEST_ATTACHMENT = 10_000_000
_BY_NAME = 4


def history(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    document = _document(call, kind)
    notes = call.organisation.book(kind).notes.get(document.document_id, [])
    return state.reply({"HistoryRecords": [_note(each) for each in notes]})


def add_notes(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """Add the notes of `HistoryRecords`, each at most 2,500 characters."""
    document = _document(call, kind)
    made = [Note(state.clock.now(), "System Generated", text) for text in _details(call)]
    if any(not note.details or len(note.details) > LONGEST_NOTE for note in made):
        error = {"ValidationErrors": [{"Message": f"Details must have 1 to {LONGEST_NOTE} characters"}]}
        raise Refusal(validation([error]))
    call.organisation.book(kind).notes.setdefault(document.document_id, []).extend(made)
    return state.reply({"HistoryRecords": [_note(each) for each in made]})


def attachments(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """The list, or the content of the one named."""
    kept = call.organisation.book(kind).attachments.get(_document(call, kind).document_id, {})
    if len(call.segments) < _BY_NAME:
        return state.reply({"Attachments": [_attachment(call, each) for each in kept.values()]})
    found = kept.get(call.segments[3])
    if found is None:
        raise not_found()
    return Reply(200, found.content, found.mime_type)


def attach(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """Keep the body as a file of this name; a file of the same name is replaced."""
    document = _document(call, kind)
    if len(call.segments) < _BY_NAME:
        raise not_found()
    name = call.segments[3]
    kept = call.organisation.book(kind).attachments.setdefault(document.document_id, {})
    if len(call.body) > LARGEST_ATTACHMENT or (name not in kept and len(kept) >= MOST_ATTACHMENTS):
        error = {"ValidationErrors": [{"Message": "A document takes 10 attachments of at most 10 MB each"}]}
        raise Refusal(validation([error]))
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kept[name] = Attachment(state.ids.uuid(), name, call.request.headers.get("content-type", guessed), call.body)
    return state.reply({"Attachments": [_attachment(call, kept[name])]})


def _document(call: Call, kind: Kind) -> Document:
    found = call.organisation.document(kind, call.segments[1])
    if found is None:
        raise not_found()
    return found


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


def _attachment(call: Call, kept: Attachment) -> JsonObject:
    row: JsonObject = {"AttachmentID": kept.attachment_id, "FileName": kept.file_name}
    row |= {"Url": f"https://api.xero.com{call.request.path}", "MimeType": kept.mime_type}
    return row | {"ContentLength": len(kept.content)}
