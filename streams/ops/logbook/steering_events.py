"""Events of pauses and of the profile, which is read again while the worker runs."""

from streams.ops.logbook.log_event import LogEvent

STEERING_EVENTS: dict[str, LogEvent] = {
    "company_paused": LogEvent(
        "warning", "Somebody paused a company: its requests wait.", ("by", "company_id", "reason")
    ),
    "company_resumed": LogEvent("warning", "Somebody let a company go on.", ("by", "company_id", "reason")),
    "consent_may_lack_scope": LogEvent(
        "warning",
        "The profile that counts now has files attached through a connection that lives by a person's consent: run "
        "`shipledger connect` for it, unless `shipledger doctor` says that the consent covers that.",
        ("connection", "scope"),
    ),
    "pause_unreadable": LogEvent(
        "error",
        "A record of the pauses cannot be read; its company counts as paused until somebody says anew what is meant.",
        ("hint", "message", "offset", "partition"),
    ),
    "pauses_not_read": LogEvent(
        "warning",
        "Which companies are paused cannot be read; nothing is written in Xero before it is known. Said once for each "
        "reason.",
        ("exception", "reason"),
    ),
    "profile_needs_restart": LogEvent(
        "error",
        "The profile was read again and has what only a restart brings about; it stays as it was.",
        ("reasons",),
    ),
    "profile_refused": LogEvent(
        "error", "The profile was read again and is faulty; it stays.", ("exception", "faults")
    ),
    "profile_switched": LogEvent(
        "warning",
        "The profile was read again, and counts from now on.",
        ("added", "changed", "digest", "moved", "removed"),
    ),
    "profile_unchanged": LogEvent("info", "The profile was read again and says the same.", ("digest",)),
}

STEERING_FIELDS: dict[str, str] = {
    "added": "companies that the profile did not have before",
    "by": "who, as far as that is known",
    "changed": "companies of which the profile says something else",
    "connection": "name of the connection to Xero",
    "digest": "beginning of a SHA-256 of what the profile says",
    "faults": "every fault that was found, with its place",
    "moved": "companies that belong to another organisation now",
    "reasons": "each of the reasons",
    "removed": "companies that the profile has no more",
    "scope": "what a token is to allow, in Xero's words",
}
