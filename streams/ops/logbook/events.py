"""Every event of the log: its level, what it means, and its fields. An event or a field is never renamed."""

from streams.ops.logbook.log_event import LogEvent
from streams.ops.logbook.note_events import NOTE_EVENTS, NOTE_FIELDS
from streams.ops.logbook.steering_events import STEERING_EVENTS, STEERING_FIELDS
from streams.ops.logbook.visitor_events import VISITOR_EVENTS, VISITOR_FIELDS
from streams.ops.logbook.watch_events import WATCH_EVENTS, WATCH_FIELDS

EVENTS: dict[str, LogEvent] = {
    "allocator_not_set": LogEvent("warning", "The C library gives back less of the memory that is freed.", ()),
    "backoff_dropped": LogEvent(
        "warning", "A rest that was set under a wrong clock is not believed.", ("organisation", "reason")
    ),
    "batch_fetched_again": LogEvent(
        "warning",
        "A batch of records came damaged and is fetched again; the brokers may have it whole.",
        ("offset", "partition", "topic"),
    ),
    "data_dir_is_anothers": LogEvent(
        "info", "The data folder belongs to another user, and its mode is left as it is.", ("folder", "mode")
    ),
    "data_dir_was_open": LogEvent(
        "warning", "Others could read the data folder, or files in it; they cannot any more.", ("closed", "folder")
    ),
    "data_file_stays_open": LogEvent(
        "warning", "A file of another user in the data folder is open to others.", ("file", "hint")
    ),
    "dead_lettered": LogEvent(
        "warning", "A record went to the dead letters.", ("message", "offset", "partition", "reason", "topic")
    ),
    "descriptor_limit_not_raised": LogEvent(
        "warning", "The process may open few files; many callers at once are then refused.", ("error", "hard", "soft")
    ),
    "effect_unknown": LogEvent(
        "warning",
        "It is not known whether Xero executed a batch; it is looked up before anything is sent again.",
        ("batch", "documents", "organisation"),
    ),
    "end_not_told": LogEvent(
        "error", "A task's end could not be told to its owner; it begins anew.", ("exception", "task")
    ),
    "event_loop_hangs": LogEvent("critical", "The event loop does not turn any more; the process ends.", ("ticks",)),
    "gate_internal_error": LogEvent(
        "error",
        "A fault of ours in one status change; it goes to the dead letters.",
        ("exception", "offset", "partition", "topic"),
    ),
    "gate_stopped": LogEvent(
        "error",
        "The gate met an event that it could not deal with; the process ends before it acknowledges it.",
        ("exception", "offset", "partition", "topic"),
    ),
    "history_note_failed": LogEvent(
        "warning", "A note on a document was not written; the outcome stands.", ("company_id", "error", "shipment_id")
    ),
    "intake_failed": LogEvent(
        "error", "Requests could not be taken in; the partition begins anew.", ("exception", "partition")
    ),
    "kafka_not_ready": LogEvent(
        "warning", "Brokers or topics are not there yet; said once for each reason.", ("reason",)
    ),
    "lag_unknown": LogEvent("debug", "The brokers did not say how far the groups are.", ("error",)),
    "ledger_record_replaced": LogEvent(
        "error",
        "A record of our form in the ledger cannot be read and was replaced; see the runbook.",
        ("hint", "key", "message", "partition", "reason"),
    ),
    "ledger_record_stepped_over": LogEvent(
        "error",
        "A record in the ledger is nobody's, or cannot be read; see the runbook.",
        ("hint", "message", "offset", "partition", "reason"),
    ),
    "ledger_settings_hidden": LogEvent(
        "warning", "The ledger topic's settings cannot be read; Kafka's default is assumed.", ("assumed", "reason")
    ),
    "ledger_store_damaged": LogEvent(
        "error", "The store on disk cannot be read; it is rebuilt from the topic.", ("folder", "reason")
    ),
    "ledger_store_emptied": LogEvent(
        "info", "The store on disk is not believed; it is rebuilt from the topic.", ("folder", "reason")
    ),
    "ledger_store_of_other_topic": LogEvent(
        "warning", "The store on disk belongs to another topic; it is rebuilt.", ("partition", "reason")
    ),
    "ledger_transaction_failed": LogEvent(
        "warning",
        "A transaction of the ledger failed or is in doubt; the partition begins anew from its topic.",
        ("error", "partition"),
    ),
    "library_line": LogEvent("warning", "A line of a library, in `message`.", ("message", "suppressed")),
    "organisation_not_read": LogEvent(
        "warning", "The organisation could not be read at the start; tried again later.", ("company_id", "error")
    ),
    "organisation_rests": LogEvent(
        "warning",
        "The organisation is not called until then; its shipments wait. Said once for each reason.",
        ("message", "organisation", "reason", "until"),
    ),
    "organisation_works": LogEvent("info", "Xero answers for the organisation again.", ("after", "organisation")),
    "outcome_contradicts": LogEvent(
        "error", "A request has two different ends; an invariant is broken.", ("request_id", "status")
    ),
    "outcome_unreadable": LogEvent(
        "error", "A record of the outcomes' topic is none of ours.", ("offset", "partition")
    ),
    "part_failed": LogEvent(
        "error", "A part without which the worker cannot be ended; the process ends.", ("exception", "part")
    ),
    "partition_failed": LogEvent(
        "error",
        "A fault of ours in a partition; it begins anew, and after several the process ends.",
        ("exception", "partition"),
    ),
    "partition_lost": LogEvent(
        "warning", "A partition was lost to Kafka or to another owner, and begins anew.", ("error", "partition")
    ),
    "partition_restarted": LogEvent(
        "error", "A partition made no progress and begins anew from its ledger.", ("partition", "reason")
    ),
    "partition_taken_over": LogEvent(
        "info", "A partition's ledger is restored, and its work begins.", ("offset", "partition", "rebuilt", "seconds")
    ),
    "partitions_assigned": LogEvent("info", "The dispatcher's partitions after a rebalance.", ("partitions",)),
    "planning_failed": LogEvent(
        "error",
        "A fault of ours in one shipment; it is rejected with `internal_error`.",
        ("company_id", "exception", "shipment_id"),
    ),
    "producer_not_closed": LogEvent("debug", "A partition's producer did not end in time.", ("error", "partition")),
    "producer_renewed": LogEvent(
        "warning",
        "Kafka did not take a record of the API or the notes; the next goes by a new producer.",
        ("error",),
    ),
    "profile_does_not_fit": LogEvent(
        "error", "The profile names something that the organisation does not have.", ("code", "company_id", "message")
    ),
    "projection_caught_up": LogEvent(
        "info", "The integration log has everything that was in the topics at the start.", ("records", "seconds")
    ),
    "projection_damaged": LogEvent(
        "error", "The integration log's store cannot be read; it is put aside and rebuilt.", ("folder", "reason")
    ),
    "projection_gap": LogEvent(
        "error",
        "Records that were not read are gone from a topic: its logs lack them.",
        ("missing", "partition", "topic"),
    ),
    "projection_interrupted": LogEvent(
        "warning", "The integration log could not be followed; it goes on from the disk.", ("exception", "reason")
    ),
    "projection_partitions_changed": LogEvent(
        "warning", "A topic has more partitions than before; the integration log begins anew.", ("exception", "reason")
    ),
    "projection_rebuilt": LogEvent(
        "warning",
        "The integration log's store is not believed; it is rebuilt from the topics.",
        ("exception", "reason"),
    ),
    "rates_forgotten": LogEvent(
        "info", "An operator let known exchange rates be forgotten.", ("currency", "organisation", "records")
    ),
    "read_one_by_one": LogEvent(
        "debug",
        "A batch has a record that cannot be read; the others are read by themselves.",
        ("error", "partition", "topic"),
    ),
    "record_not_folded": LogEvent(
        "error",
        "A fault of ours with one record of the integration log's topics; it is left out, and the others go on.",
        ("exception", "offset", "partition", "topic"),
    ),
    "record_unreadable": LogEvent(
        "error",
        "A record, or a batch, cannot be read; what is made of it is a dead letter.",
        ("first", "last", "message", "partition", "reason", "topic"),
    ),
    "records_folded_one_by_one": LogEvent(
        "warning", "Some of what was polled for the integration log cannot be folded; each is taken alone.", ("error",)
    ),
    "request_answered": LogEvent(
        "info",
        "The one line of each request: what became of it.",
        (
            "action",
            "attempt",
            "company_id",
            "document",
            "errors",
            "event_id",
            "request_id",
            "requested_by",
            "revision",
            "shipment_id",
            "status",
            "trigger",
            "waiting",
            "warnings",
        ),
    ),
    "setting": LogEvent("info", "One setting, by name; a secret shows only whether it is set.", ("name", "value")),
    "stop_cut_off": LogEvent("error", "The orderly end took too long.", ("seconds",)),
    "stop_failed": LogEvent("error", "A part's orderly end failed; the stop goes on.", ("exception",)),
    "sync_requested": LogEvent(
        "debug",
        "A status change became a request.",
        ("company_id", "event_id", "offset", "partition", "request_id", "revision", "shipment_id", "topic", "trigger"),
    ),
    "task_restarts": LogEvent(
        "warning", "Background work ended unasked and begins anew after a pause.", ("error", "seconds", "task")
    ),
    "topic_settings": LogEvent("warning", "A topic's settings would lose data; what it needs instead.", ("needs",)),
    "topic_settings_not_checked": LogEvent("info", "The brokers do not show the topics' settings.", ("reason",)),
    "topics_not_known": LogEvent(
        "warning",
        "The worker shares out a group's partitions and heard nothing of the topics for as long as a session lasts.",
        ("group", "topics"),
    ),
    "worker_starting": LogEvent("info", "The first line of a worker.", ("instance", "role", "version")),
    "worker_stopping": LogEvent("info", "The worker ends, and why.", ("exit_code", "reason")),
    "worker_stuck": LogEvent(
        "critical", "A part makes no progress although it could, and no cure is left; the process ends.", ("reason",)
    ),
    **STEERING_EVENTS,
    **VISITOR_EVENTS,
    **WATCH_EVENTS,
    **NOTE_EVENTS,
}
FIELDS: dict[str, str] = {
    "action": "what was done in Xero",
    "after": "what the organisation rested for",
    "assumed": "what is assumed instead",
    "attempt": "how often it was tried",
    "batch": "beginning of the batch's Idempotency-Key",
    "closed": "how many files and folders",
    "code": "a code of docs/errors.md",
    "company_id": "the company",
    "currency": "ISO code",
    "document": "number of the document",
    "documents": "how many",
    "error": "what went wrong, in its own words",
    "errors": "codes of docs/errors.md",
    "event_id": "the event's id",
    "exception": "the traceback",
    "exit_code": "see docs/operators.md",
    "file": "path of a file",
    "first": "the first offset",
    "folder": "a folder on the disk",
    "group": "the consumer group",
    "hard": "limit that only root may raise",
    "hint": "who does what",
    "instance": "the worker's identity in its groups",
    "key": "key of a record",
    "last": "the last offset",
    "message": "words for people",
    "method": "of HTTP",
    "missing": "how many records",
    "mode": "as chmod takes it",
    "name": "of the setting",
    "needs": "what has to be set",
    "offset": "of the record on Kafka",
    "organisation": "Xero's id of the organisation",
    "part": "`gate`, `dispatch`, `web`, …",
    "partition": "number of the partition",
    "partitions": "their numbers",
    "path": "of HTTP",
    "people": "how many",
    "person": "name in the access file, empty for the one token of the settings",
    "reason": "why",
    "rebuilt": "whether the store was read from the topic's beginning",
    "records": "how many",
    "refused": "shipments that were refused",
    "request_id": "the request's id",
    "requested_by": "who pressed Send, where that is known",
    "revision": "the shipment's version",
    "seconds": "how long",
    "shipment_id": "the shipment",
    "soft": "limit that the process has",
    "status": "of the outcome",
    "suppressed": "how many like it were held back",
    "task": "name of the task",
    "ticks": "seconds without a turn",
    "topic": "name of the topic",
    "topics": "names of topics",
    "trigger": "why the request was made",
    "until": "when it goes on, UTC",
    "value": "of the setting",
    "version": "of the worker",
    "waiting": "what the request waits for",
    "warnings": "codes of docs/errors.md",
    **STEERING_FIELDS,
    **VISITOR_FIELDS,
    **WATCH_FIELDS,
    **NOTE_FIELDS,
}
