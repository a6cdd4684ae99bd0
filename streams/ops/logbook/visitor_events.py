"""Events of those who call the API and look at the pages."""

from streams.ops.logbook.log_event import LogEvent

VISITOR_EVENTS: dict[str, LogEvent] = {
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
