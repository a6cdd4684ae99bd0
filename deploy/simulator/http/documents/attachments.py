"""Files attached to documents: by their name or by their id."""

import mimetypes
from dataclasses import replace
from urllib.parse import quote

from deploy.simulator.books import Attachment, Kind
from deploy.simulator.http.documents.history import document_of
from deploy.simulator.state import Call, SimulatorState, base_url
from deploy.simulator.wire import JsonObject, Refusal, Reply, not_found, validation

MOST_ATTACHMENTS = 10
LARGEST_ATTACHMENT = 10_000_000
_BY_NAME = 4


def attachments(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """The list, or the content of the one named, by file name or by id; of several of one name, the oldest."""
    document = document_of(state, call, kind)
    kept = call.organisation.book(kind).files(document)
    if len(call.segments) < _BY_NAME:
        return state.reply({"Attachments": [_attachment(call, document.document_id, each) for each in kept]})
    wanted = call.segments[3]
    found = next((each for each in kept if wanted.lower() == each.attachment_id), None) or _named(kept, wanted)
    if found is None:
        raise not_found()
    return Reply(200, found.content, found.mime_type)


def attach(state: SimulatorState, call: Call, kind: Kind) -> Reply:
    """Keep the body as a file of this name: POST in place of the one that has it, PUT as one more.

    What PUT does where the name is taken is not known for certain: an SDK's issue has two files of one name
    (XeroAPI/Xero-NetStandard issue 52), vendors write of one. Two are harder on whoever calls.
    """
    document = document_of(state, call, kind)
    if len(call.segments) < _BY_NAME:
        raise not_found()
    if not document.alive:
        raise _refused(f"{document.number} is {document.status}: attachments cannot be changed")
    book, name = call.organisation.book(kind), call.segments[3]
    before = _named(book.files(document), name) if call.request.method == "POST" else None
    if len(call.body) > LARGEST_ATTACHMENT or (before is None and len(book.files(document)) >= MOST_ATTACHMENTS):
        raise _refused("A document takes 10 attachments of at most 10 MB each")
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    given = call.request.headers.get("content-type", guessed)
    mime_type = guessed if given == "application/octet-stream" else given
    attachment_id = state.ids.uuid() if before is None else before.attachment_id
    online = call.flag("IncludeOnline", default=False)
    made = Attachment(attachment_id, name, mime_type, call.body, online)
    book.attachments.setdefault(document.document_id, {})[attachment_id] = made
    # What is done to a document may date it anew, files among it; who watches documents must bear that.
    book.put(replace(document, updated_at=state.clock.now()))
    return state.reply({"Attachments": [_attachment(call, document.document_id, made)]})


def _named(kept: list[Attachment], name: str) -> Attachment | None:
    return next((each for each in kept if each.file_name == name), None)


def _refused(message: str) -> Refusal:
    return Refusal(validation([{"ValidationErrors": [{"Message": message}]}]))


def _attachment(call: Call, document_id: str, kept: Attachment) -> JsonObject:
    place = f"{base_url(call.request)}/api.xro/2.0/{call.segments[0]}/{document_id}/Attachments"
    row: JsonObject = {"AttachmentID": kept.attachment_id, "FileName": kept.file_name}
    row |= {"Url": f"{place}/{quote(kept.file_name)}", "MimeType": kept.mime_type}
    return row | {"ContentLength": len(kept.content), "IncludeOnline": kept.include_online}
