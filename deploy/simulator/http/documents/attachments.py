"""Files attached to documents: by their name or by their id."""

import mimetypes
from urllib.parse import quote

from deploy.simulator.books import Attachment, Kind
from deploy.simulator.http.documents.history import document_of
from deploy.simulator.state import Call, SimulatorState, base_url
from deploy.simulator.wire import JsonObject, Refusal, Reply, not_found, validation

MOST_ATTACHMENTS = 10
LARGEST_ATTACHMENT = 10_000_000
_BY_NAME = 4


def attachments(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """The list, or the content of the one named, by file name or by id."""
    document = document_of(call, kind)
    kept = call.organisation.book(kind).attachments.get(document.document_id, {})
    if len(call.segments) < _BY_NAME:
        rows = [_attachment(call, document.document_id, each) for each in kept.values()]
        return state.reply({"Attachments": rows})
    wanted = call.segments[3]
    found = kept.get(wanted) or next((each for each in kept.values() if each.attachment_id == wanted.lower()), None)
    if found is None:
        raise not_found()
    return Reply(200, found.content, found.mime_type)


def attach(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """Keep the body as a file of this name; a file of the same name is replaced."""
    document = document_of(call, kind)
    if len(call.segments) < _BY_NAME:
        raise not_found()
    name = call.segments[3]
    kept = call.organisation.book(kind).attachments.setdefault(document.document_id, {})
    if len(call.body) > LARGEST_ATTACHMENT or (name not in kept and len(kept) >= MOST_ATTACHMENTS):
        error = {"ValidationErrors": [{"Message": "A document takes 10 attachments of at most 10 MB each"}]}
        raise Refusal(validation([error]))
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    mime_type = call.request.headers.get("content-type", guessed)
    online = call.flag("IncludeOnline", default=False)
    kept[name] = Attachment(state.ids.uuid(), name, mime_type, call.body, online)
    return state.reply({"Attachments": [_attachment(call, document.document_id, kept[name])]})


def _attachment(call: Call, document_id: str, kept: Attachment) -> JsonObject:
    place = f"{base_url(call.request)}/api.xro/2.0/{call.segments[0]}/{document_id}/Attachments"
    row: JsonObject = {"AttachmentID": kept.attachment_id, "FileName": kept.file_name}
    row |= {"Url": f"{place}/{quote(kept.file_name)}", "MimeType": kept.mime_type}
    return row | {"ContentLength": len(kept.content), "IncludeOnline": kept.include_online}
