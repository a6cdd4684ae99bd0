"""Rows of the overview about documents that are in Xero: what becomes of them there, and their files."""

from grafana_foundation_sdk.builders import dashboard as build

from deploy.grafana.parts import Query, Said, graph
from deploy.grafana.variables import LEGEND, ORGANISATIONS, named


def changed_by_people(made: build.Dashboard) -> None:
    """What people do in Xero, and how far that is told."""
    made.with_row(build.Row("What people do in Xero"))
    made.with_panel(
        graph(
            Said("Changes an hour", "Of documents that shipments became: paid, sent, edited, voided.", "short"),
            Query("3600 * sum by (change) (rate(shipledger_document_changes_total[$__rate_interval]))", "{{change}}"),
        )
    )
    made.with_panel(
        graph(
            Said(
                "Told up to",
                "Time since the last look at an organisation; looks are seldom where few calls are left.",
                "s",
                "ShipledgerWatchBehind",
                (21600,),
            ),
            Query(
                named(
                    "time() - (max by (organisation) "
                    f"(shipledger_watched_until_timestamp_seconds{{{ORGANISATIONS}}}) > 0)"
                ),
                LEGEND,
            ),
        )
    )

    made.with_panel(
        graph(
            Said("Calls of Xero's webhook", "A minute, by what became of them.", "short"),
            Query("60 * sum by (result) (rate(shipledger_xero_webhooks_total[$__rate_interval]))", "{{result}}"),
        )
    )
    made.with_panel(
        graph(
            Said("Since the last comparison", "Time since the nightly comparison of an organisation ended.", "s"),
            Query(
                named(
                    f"time() - (max by (organisation) (shipledger_compared_timestamp_seconds{{{ORGANISATIONS}}}) > 0)"
                ),
                LEGEND,
            ),
        )
    )
    made.with_panel(
        graph(
            Said(
                "Differences found",
                "Since the workers' start; the Attention page has those that stand.",
                "short",
            ),
            Query("sum by (difference) (shipledger_document_drifts_total)", "{{difference}}"),
        )
    )


def files(made: build.Dashboard) -> None:
    """The files that are put there."""
    made.with_row(build.Row("Files of shipments"))
    made.with_panel(
        graph(
            Said(
                "Files an hour",
                "Put on their documents (attached), tried again (waiting), or left. Why, the table of causes says.",
                "short",
            ),
            Query("3600 * sum by (status) (rate(shipledger_attachments_total[$__rate_interval]))", "{{status}}"),
        )
    )
