"""Worker and Kafka: what comes in and what is taken, the ledger's transactions, calls to Xero, and the process."""

from grafana_foundation_sdk.builders import dashboard as build

from deploy.grafana import parts
from deploy.grafana.parts import Query, Said, graph


def worker_and_kafka() -> build.Dashboard:
    """The dashboard."""
    made = parts.board("shipledger-worker", "Shipledger: worker and Kafka", "Is the machinery well?")
    parts.addresses(made)
    _kafka(made)
    _ledger(made)
    _xero(made)
    _process(made)
    return made


def _rate(name: str, label: str) -> str:
    return f"sum by ({label}) (rate({name}[$__rate_interval]))"


def _quantile(name: str, label: str) -> str:
    return f"histogram_quantile(0.95, sum by (le, {label}) (rate({name}_bucket[$__rate_interval])))"


def _kafka(made: build.Dashboard) -> None:
    made.with_row(build.Row("Kafka"))
    lag = "max by (group, topic, partition) (shipledger_consumer_lag_{what})"
    panels = (
        (Said("Lag in records", "Records that a group has not consumed yet.", "short", "ShipledgerConsumerLagGrows"),
         Query(f"sum by (group, topic) ({lag.format(what='records')})", "{{group}} on {{topic}}")),
        (Said("Lag in seconds", "Age of the first record that is not consumed yet, worst partition.", "s",
              "ShipledgerPartitionStuck", (300,)),
         Query(f"max by (group, topic) ({lag.format(what='seconds')})", "{{group}} on {{topic}}")),
        (Said("Events a second", "Status changes consumed, by what became of them.", "short"),
         Query(_rate("shipledger_events_total", "result"), "{{result}}")),
        (Said("Requests a second", "Requests at the dispatcher's intake.", "short"),
         Query(_rate("shipledger_requests_total", "result"), "{{result}}")),
        (Said("Partitions", "Partitions that each worker reads.", "short", "ShipledgerPartitionStuck"),
         Query("shipledger_partitions_owned", "{{part}} of {{instance}}")),
        (Said("Newest dead letter", "How long ago the newest record came to the dead letters.", "s",
              "ShipledgerDeadLetters"),
         Query("time() - (max(shipledger_dead_letter_newest_timestamp_seconds) > 0)", "age")),
    )  # fmt: skip
    for said, query in panels:
        made.with_panel(graph(said, query))


def _ledger(made: build.Dashboard) -> None:
    made.with_row(build.Row("Ledger"))
    restores = "shipledger_restore_seconds"
    panels = (
        (Said("Ledger transactions, p95", "Time of the committed transactions.", "s"),
         Query(_quantile("shipledger_ledger_transaction_seconds", "step"), "{{step}}")),
        (Said("Failed transactions", "Ledger transactions that failed or are in doubt, a second.", "short",
              "ShipledgerLedgerTransactionsFail"),
         Query(_rate("shipledger_ledger_transaction_failures_total", "reason"), "{{reason}}")),
        (Said("Restore", "Mean time until a part was ready from what was stored.", "s"),
         Query(f"sum by (part) ({restores}_sum) / (sum by (part) ({restores}_count) > 0)", "{{part}}")),
        (Said("Memory of the store", "Memory that the ledger's stores use.", "bytes"),
         Query("sum by (instance, use) (shipledger_store_memory_bytes)", "{{use}} of {{instance}}")),
    )  # fmt: skip
    for said, query in panels:
        made.with_panel(graph(said, query))


def _xero(made: build.Dashboard) -> None:
    made.with_row(build.Row("Xero"))
    size = "shipledger_batch_size"
    expiry = "max by (connection) (shipledger_{what}_expiry_timestamp_seconds > 0) - time()"
    panels = (
        (Said("Calls a second", "HTTP calls to Xero, by how they ended.", "short"),
         Query(_rate("shipledger_xero_calls_total", "result"), "{{result}}")),
        (Said("Duration of calls, p95", "By what the call is for.", "s"),
         Query(_quantile("shipledger_xero_call_seconds", "operation"), "{{operation}}")),
        (Said("Documents in a batch", "Mean number of documents in one write.", "short"),
         Query(f"sum(rate({size}_sum[$__rate_interval])) / sum(rate({size}_count[$__rate_interval]))", "documents")),
        (Said("Held back", "Share of the time for which each limit held calls back.", "percentunit"),
         Query(_rate("shipledger_throttled_seconds_total", "limit"), "{{limit}}")),
        (Said("Tokens end in", "Life of each connection's access token.", "s"),
         Query(expiry.format(what="token"), "{{connection}}")),
        (Said("Consents end in", "Life of each connection's consent, where it lives by one.", "s",
              "ShipledgerConsentEnds"),
         Query(expiry.format(what="consent"), "{{connection}}")),
        (Said("Uses of master data", "Uses of the cached lists a second, by what came of them.", "short"),
         Query(_rate("shipledger_reference_uses_total", "result"), "{{result}}")),
    )  # fmt: skip
    for said, query in panels:
        made.with_panel(graph(said, query))


def _process(made: build.Dashboard) -> None:
    made.with_row(build.Row("Process"))
    panels = (
        (Said("Late event loop", "How late the event loop ran its last timer.", "s", "", (1,)),
         Query("shipledger_event_loop_lag_seconds", "{{instance}}")),
        (Said("CPU", "Cores in use.", "short"),
         Query("rate(process_cpu_seconds_total[$__rate_interval])", "{{instance}}")),
        (Said("Memory", "Resident memory.", "bytes"), Query("process_resident_memory_bytes", "{{instance}}")),
        (Said("Restarts of tasks", "Background work that ended unasked and began anew, since the start.", "short"),
         Query("sum by (task) (shipledger_task_restarts_total)", "{{task}}")),
        (Said("Notes to people", "Notes about what is new that are not delivered yet.", "short",
              "ShipledgerNotesUndelivered"),
         Query("sum by (channel) (shipledger_notes_undelivered)", "{{channel}}")),
        (Said("Oldest note", "Age of the oldest note that is not delivered yet.", "s"),
         Query("max by (channel) (shipledger_note_oldest_undelivered_seconds)", "{{channel}}")),
        (Said("Attempts to tell", "Attempts to deliver notes a second, by what came of them.", "short"),
         Query(_rate("shipledger_notes_total", "result"), "{{result}}")),
        (Said("API requests a second", "Answered HTTP requests by route and status.", "short"),
         Query(_rate("shipledger_api_requests_total", "route, status"), "{{status}} {{route}}")),
        (Said("API, p95", "Duration of the HTTP requests.", "s"),
         Query(_quantile("shipledger_api_request_seconds", "route"), "{{route}}")),
        (Said("Versions", "What runs, and in which role.", "short"),
         Query("count by (version, role) (shipledger_build_info)", "{{version}} {{role}}")),
    )  # fmt: skip
    for said, query in panels:
        made.with_panel(graph(said, query))
