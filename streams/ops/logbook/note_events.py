"""Events of telling people what is new."""

from streams.ops.logbook.log_event import LogEvent

NOTE_EVENTS: dict[str, LogEvent] = {
    "mail_partly_refused": LogEvent(
        "warning",
        "The mail server took a note, and refused some of its recipients; correct `notes_to` in the profile.",
        ("company_id", "note_id", "recipients"),
    ),
    "note_cut_off": LogEvent(
        "info",
        "The worker ends while a note is being sent; whoever follows sends it again, with the same id.",
        (),
    ),
    "note_delivered": LogEvent(
        "info", "A company's people were told what is new.", ("attempt", "causes", "channel", "company_id", "note_id")
    ),
    "note_failed": LogEvent(
        "error",
        "A fault of ours in telling one company; the others are told, and it is tried again.",
        ("channel", "company_id", "exception"),
    ),
    "note_given_up": LogEvent(
        "error",
        "A note could not be delivered for three days; what still waits then is in the next one.",
        ("channel", "company_id", "note_id"),
    ),
    "note_not_delivered": LogEvent(
        "warning",
        "A note could not be delivered; it is tried again. Nothing else is held up.",
        ("attempt", "channel", "company_id", "note_id", "reason", "seconds"),
    ),
    "note_receiver_gone": LogEvent(
        "error",
        "The receiver answered 410: it wants no more notes. None is sent to it before this worker is started again.",
        ("attempt", "channel", "company_id", "note_id", "reason"),
    ),
    "note_record_unreadable": LogEvent(
        "warning",
        "A record of what was told cannot be read; its company may be told once more.",
        ("offset", "partition"),
    ),
    "notes_not_told": LogEvent(
        "warning",
        "What was told cannot be read or kept, so nothing is told before it can. Said once for each reason.",
        ("channel", "reason"),
    ),
}

NOTE_FIELDS: dict[str, str] = {
    "causes": "how many causes a note is about",
    "channel": "by which way people are told",
    "note_id": "a note's id: of a webhook the header `webhook-id`",
    "recipients": "how many recipients",
}
