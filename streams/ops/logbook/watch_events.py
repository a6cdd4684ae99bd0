"""Events of following what people do in Xero to documents of ours."""

from streams.ops.logbook.log_event import LogEvent

WATCH_EVENTS: dict[str, LogEvent] = {
    "document_changed": LogEvent(
        "info",
        "Somebody changed a document of ours in Xero, and the topic of the outcomes has the event.",
        ("change", "company_id", "document", "shipment_id"),
    ),
    "watch_failed": LogEvent(
        "error",
        "A fault of ours in following documents; nothing else is held up, and the next look is tried.",
        ("exception", "organisation"),
    ),
    "document_drifted": LogEvent(
        "info",
        "A document differs in Xero from what the ledger knows and nobody told, or no longer does (no differences).",
        ("company_id", "differences", "document", "shipment_id"),
    ),
    "comparison_ended": LogEvent(
        "info", "The nightly comparison of an organisation is over.", ("compared", "differing", "organisation")
    ),
    "comparison_failed": LogEvent(
        "error",
        "A fault of ours in the nightly comparison; nothing else is held up, and it is tried again.",
        ("exception", "organisation"),
    ),
    "comparison_put_off": LogEvent(
        "warning", "Xero did not show the documents to compare; they are asked for again.", ("error", "organisation")
    ),
    "document_attachments": LogEvent(
        "info",
        "Files of a shipment were put on its document, or were not: `problems` says why, as on its page.",
        ("attachments", "company_id", "document", "problems", "shipment_id"),
    ),
    "attachments_failed": LogEvent(
        "error",
        "A fault of ours in putting files on documents; nothing else is held up, and it is tried again.",
        ("exception", "organisation"),
    ),
    "attachments_put_off": LogEvent(
        "warning", "Xero did not answer about files of documents; they are tried again.", ("error", "organisation")
    ),
    "webhook_not_passed_on": LogEvent(
        "warning", "Kafka did not take what Xero's webhook said; Xero posts it again, and regular looks see it too.", ()
    ),
    "webhook_unreadable": LogEvent(
        "warning", "Xero's webhook posted what is signed and not as Xero describes it.", ("bytes", "error")
    ),
    "watch_put_off": LogEvent(
        "warning", "Xero did not say what changed; it is asked again at the next look.", ("error", "organisation")
    ),
}

WATCH_FIELDS: dict[str, str] = {
    "attachments": "how each of a shipment's files stands",
    "bytes": "how long it was",
    "change": "what somebody did",
    "compared": "how many documents were compared",
    "differences": "in what they differ",
    "differing": "how many of them differ",
    "problems": "the codes of what is wrong with files",
}
