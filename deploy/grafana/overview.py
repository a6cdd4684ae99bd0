"""Operator overview: is anything unanswered, since when and why; outcomes, quota, unknown effects, who must act."""

from grafana_foundation_sdk.builders import dashboard as build

from deploy.grafana import documents, parts, variables
from deploy.grafana.parts import Query, Said, graph, number, rows
from deploy.grafana.variables import LEGEND, ORGANISATIONS, named

_LATE = "shipledger_end_to_end_seconds"
_OURS = 'waited_for=~"nothing|xero"'


def overview() -> build.Dashboard:
    """The dashboard."""
    made = parts.board("shipledger-overview", "Shipledger: operator overview", "Is anything unanswered, and why?")
    made.with_variable(variables.company(include_all=True)).with_variable(variables.organisation(include_all=True))
    parts.addresses(made)
    _now(made)
    _answers(made)
    _people(made)
    documents.changed_by_people(made)
    documents.files(made)
    _quota(made)
    _safety(made)
    return made


def _now(made: build.Dashboard) -> None:
    made.with_row(build.Row("Now"))
    oldest = "shipledger_oldest_unanswered_seconds"
    made.with_panel(
        number(
            Said("Workers", "Workers that answer Prometheus.", "short", "ShipledgerAbsent"),
            "count(shipledger_build_info)",
        )
    )
    made.with_panel(
        number(
            Said(
                "Oldest, up to us",
                "Age of the oldest request that waits for nothing known: a page after five minutes.",
                "s",
                "ShipledgerRequestUnanswered",
                (60, 300),
            ),
            f'max({oldest}{{waited_for="nothing", {ORGANISATIONS}}})',
        )
    )
    made.with_panel(
        number(
            Said("Oldest, on purpose", "Age of the oldest request that waits for quota, Xero or a person.", "s"),
            f'max({oldest}{{waited_for!="nothing", {ORGANISATIONS}}})',
        )
    )
    made.with_panel(
        number(
            Said("Unanswered", "Requests without a terminal outcome.", "short"),
            f"sum(shipledger_lane_depth{{{ORGANISATIONS}}})",
        )
    )
    made.with_panel(
        number(
            Said("Stand still", "Shipments that need a person, or wait.", "short"),
            'sum(max by (company, cause) (shipledger_attention_shipments{company=~"$company|other"}))',
        )
    )
    made.with_panel(
        number(
            Said("Unknown effects", "Batches whose effect is looked up now.", "short", "ShipledgerUnknownEffect", (1,)),
            "sum(shipledger_unknown_effects_open)",
        )
    )
    made.with_panel(
        number(
            Said(
                "Broken invariants",
                "In the chosen time. Anything but 0 is a page.",
                "short",
                "ShipledgerInvariantViolated",
                (0.01, 0.02),
            ),
            "sum(increase(shipledger_invariant_violations_total[$__range]))",
        )
    )
    made.with_panel(
        number(
            Said(
                "Within 60 s",
                "Share of the requests that were answered within 60 seconds, quota and people aside.",
                "percentunit",
                "ShipledgerPromiseBurnsFast",
            ),
            f'sum(increase({_LATE}_bucket{{le="60.0", {_OURS}}}[$__range]))'
            f" / sum(increase({_LATE}_count{{{_OURS}}}[$__range]))",
        )
    )


def _answers(made: build.Dashboard) -> None:
    made.with_row(build.Row("Answers"))
    made.with_panel(
        graph(
            Said(
                "Oldest unanswered request",
                "By organisation and by what it waits for: nothing (it is up to us), its quota, Xero, or a person.",
                "s",
                "ShipledgerRequestUnanswered",
                (300,),
            ),
            Query(
                named(
                    f"max by (organisation, waited_for) (shipledger_oldest_unanswered_seconds{{{ORGANISATIONS}}}) > 0"
                ),
                f"{LEGEND}: {{{{waited_for}}}}",
            ),
        )
    )
    made.with_panel(
        graph(
            Said("Outcomes a minute", "Outcomes published, by status.", "short", "ShipledgerManyRejections"),
            Query(
                f"60 * sum by (status) (rate(shipledger_organisation_outcomes_total{{{ORGANISATIONS}}}"
                "[$__rate_interval]))",
                "{{status}}",
            ),
        )
    )
    made.with_panel(
        graph(
            Said(
                "From asking to the answer",
                "Time from when a request was asked for to its terminal outcome, quota and people aside.",
                "s",
                "ShipledgerPromiseBurnsFast",
                (60,),
            ),
            *(
                Query(
                    f"histogram_quantile({share}, sum by (le) (rate({_LATE}_bucket{{{_OURS}}}[$__rate_interval])))",
                    f"p{share * 100:g}",
                )
                for share in (0.5, 0.95, 0.99)
            ),
        )
    )
    made.with_panel(
        graph(
            Said(
                "Answers by trigger",
                "Requests that ended, a minute, by why they were made and what they waited for.",
                "short",
            ),
            Query(
                f"60 * sum by (trigger, waited_for) (rate({_LATE}_count[$__rate_interval]))",
                "{{trigger}}, waited for {{waited_for}}",
            ),
        )
    )


def _people(made: build.Dashboard) -> None:
    made.with_row(build.Row("Who waits for a person"))
    made.with_panel(
        rows(
            Said(
                "What stands still, by cause",
                "From the integration log. The worker's page has the shipments, docs/errors.md who corrects what.",
                "short",
                "ShipledgerManyRejections",
            ),
            'max by (company, cause) (shipledger_attention_shipments{company=~"$company|other"}) > 0',
            ("company", "cause"),
        )
    )
    made.with_panel(
        rows(
            Said("Alerts", "What fires now; the runbooks are linked above.", "short"),
            'ALERTS{alertname=~"Shipledger.+", alertstate="firing"}',
            ("severity", "alertname", "organisation"),
        )
    )


def _quota(made: build.Dashboard) -> None:
    made.with_row(build.Row("Quota"))
    for window, alert in (("day", "ShipledgerDayQuotaLow"), ("minute", "")):
        made.with_panel(
            graph(
                Said(f"Calls left of the {window}", "By organisation, as Xero's replies say.", "short", alert),
                Query(
                    named(f'min by (organisation) (shipledger_quota_remaining{{window="{window}", {ORGANISATIONS}}})'),
                    LEGEND,
                ),
                width=8,
            )
        )
    made.with_panel(
        graph(
            Said("Resumes in", "Time until calls to the organisation start again; 0 where nothing holds them.", "s"),
            Query(
                named(
                    "clamp_min(max by (organisation) "
                    f"(shipledger_resume_timestamp_seconds{{{ORGANISATIONS}}}) - time(), 0)"
                ),
                LEGEND,
            ),
            width=8,
        )
    )


def _safety(made: build.Dashboard) -> None:
    made.with_row(build.Row("Safety"))
    counted = (
        ("Duplicates prevented", "Second documents that were not made, by what prevented them.",
         "shipledger_duplicates_prevented_total", "how", ""),
        ("Unknown effects", "Writes of unknown effect, by how each was resolved.",
         "shipledger_unknown_effects_total", "resolution", "ShipledgerUnknownEffect"),
        ("Dead letters", "Records on the dead-letter topic, by reason.",
         "shipledger_dead_letters_total", "reason", "ShipledgerDeadLetters"),
    )  # fmt: skip
    for title, text, name, label, alert in counted:
        only = " > 0" if label == "reason" else ""
        made.with_panel(
            graph(
                Said(title, f"{text} Counted since the workers' start.", "short", alert),
                Query(f"sum by ({label}) ({name}){only}", f"{{{{{label}}}}}"),
                width=8,
            )
        )
