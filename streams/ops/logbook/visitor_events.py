"""Events of those who call the API and look at the pages."""

from streams.ops.logbook.log_event import LogEvent

VISITOR_EVENTS: dict[str, LogEvent] = {
    "access_file_read": LogEvent("info", "The access file was changed and is in force.", ("file", "people")),
    "access_file_unreadable": LogEvent(
        "error",
        "The access file cannot be read: until it can, nobody in it is let in.",
        ("file", "reason"),
    ),
    "dead_letter_sent_again": LogEvent(
        "warning", "An operator sent a dead letter again.", ("offset", "partition", "requested_by")
    ),
    "dead_letters_not_read": LogEvent(
        "error",
        "A fault of ours in looking at the newest dead letters; a page says that they are not known.",
        ("exception",),
    ),
    "http_accept_failed": LogEvent(
        "warning", "A caller could not be let in; said once a second.", ("error", "suppressed")
    ),
    "http_connection_failed": LogEvent(
        "error", "A fault of ours in a connection of the API; it was closed.", ("exception",)
    ),
    "http_failed": LogEvent(
        "error", "A fault of ours in a call of the API; the caller got 500.", ("exception", "method", "path")
    ),
    "sign_in_refused": LogEvent("warning", "Somebody gave a token on the pages that nobody has.", ("address",)),
    "signed_in": LogEvent("info", "Somebody signed in to the pages.", ("person", "role")),
    "status_changes_fed": LogEvent(
        "info",
        "Status changes came over HTTP: how many Kafka has, and how many were refused.",
        ("company_id", "not_published", "published", "requested_by"),
    ),
    "sync_now_asked": LogEvent(
        "info", "Somebody asked for Sync Now over HTTP.", ("accepted", "company_id", "refused", "requested_by")
    ),
}

VISITOR_FIELDS: dict[str, str] = {
    "accepted": "shipments that were accepted",
    "address": "the network address that the call came from",
    "not_published": "how many events were refused, or not taken by Kafka in time",
    "published": "how many events Kafka has",
    "role": "`all`, `stream` or `dispatch`; of a person `viewer`, `sender` or `operator`",
}
