"""One organisation: what of it is unanswered, why, what was answered, and what its quota still allows."""

from grafana_foundation_sdk.builders import dashboard as build

from deploy.grafana import parts, variables
from deploy.grafana.parts import Query, Said, graph, rows

_IT = '{organisation="$organisation"}'


def one_organisation() -> build.Dashboard:
    """The dashboard."""
    made = parts.board("shipledger-organisation", "Shipledger: one organisation", "What is the matter with this one?")
    made.with_variable(variables.company(include_all=False)).with_variable(variables.organisation(include_all=False))
    parts.addresses(made)
    made.with_row(build.Row("$company"))
    made.with_panel(
        rows(
            Said("Who it is", "Its name in Xero and its companies.", "short"),
            f"max by (organisation, name, companies) (shipledger_organisation_info{_IT})",
            ("name", "companies", "organisation"),
        )
    )
    made.with_panel(
        rows(
            Said(
                "What stands still, by cause",
                "Shipments of the company. The worker's page lists them, docs/errors.md says who corrects what.",
                "short",
            ),
            'max by (company, cause) (shipledger_attention_shipments{company="$company"}) > 0',
            ("company", "cause"),
        )
    )
    for said, query in _PANELS:
        made.with_panel(graph(said, query))
    return made


_PANELS = (
    (Said("Oldest unanswered request", "By what it waits for.", "s", "ShipledgerRequestUnanswered", (300,)),
     Query(f"max by (waited_for) (shipledger_oldest_unanswered_seconds{_IT})", "{{waited_for}}")),
    (Said("Unanswered requests", "By where they stand.", "short"),
     Query(f"sum by (state) (shipledger_lane_depth{_IT})", "{{state}}")),
    (Said("Outcomes a minute", "By status.", "short", "ShipledgerManyRejections"),
     Query(f"60 * sum by (status) (rate(shipledger_organisation_outcomes_total{_IT}[$__rate_interval]))",
           "{{status}}")),
    (Said("Calls to Xero a minute", "By how they ended.", "short"),
     Query(f"60 * sum by (result) (rate(shipledger_organisation_xero_calls_total{_IT}[$__rate_interval]))",
           "{{result}}")),
    (Said("Calls left", "By window, as Xero's replies say.", "short", "ShipledgerDayQuotaLow"),
     Query(f"min by (window) (shipledger_quota_remaining{_IT})", "{{window}}")),
    (Said("Resumes in", "Time until calls to it start again; 0 where nothing holds them back.", "s",
          "ShipledgerWaitsForPerson"),
     Query(f"clamp_min(max(shipledger_resume_timestamp_seconds{_IT}) - time(), 0)", "resumes")),
    (Said("Changes in Xero are told up to", "Time since the last look at what people do there; looks are seldom where "
          "few calls are left.", "s", "ShipledgerWatchBehind", (21600,)),
     Query(f"time() - (max(shipledger_watched_until_timestamp_seconds{_IT}) > 0)", "told up to")),
    (Said("Age of master data", "Time since contacts and items were compared with Xero, at their last use.", "s"),
     Query(f"max(shipledger_reference_age_seconds{_IT})", "age")),
)  # fmt: skip
