"""How much of everything a run measures; every field is a command line option."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """The defaults are the quick set: all scenarios in about eight minutes on two cores that do nothing else."""

    seed: int = 20261120
    """Order of organisations, gaps between events, ids of the simulator."""
    samples: int = 40
    """latency: single events on the idle worker."""
    spacing: float = 1.25
    """latency: seconds from one single event to the next."""
    load_seconds: float = 20.0
    """latency: how long half load is kept up."""
    shipments: int = 1000
    """thousand: new invoices of one organisation."""
    pace: float = 120.0
    """thousand: simulated seconds per real second while the per-shipment integration runs."""
    backlog: int = 6500
    """saturation: waiting invoices of one organisation; 3,000 fill one minute of Xero's 60 calls."""
    speed: float = 4.0
    """saturation: seconds of Xero's and the governor's clock per real second."""
    burst: int = 3000
    """speed: status changes at once."""
    burst_organisations: int = 10
    """speed: the organisations that they are spread over."""
    rounds: int = 1
    """speed: how often everything is measured; the table has the medians. clicking: how often its four runs."""
    beside: str = ""
    """speed: another checkout of the project, with its .venv, whose worker is measured in turn with this one's."""
    organisations: int = 20
    """latency and fairness: organisations on one worker."""
    each: int = 40
    """fairness: shipments of every organisation but the noisy one."""
    noisy: int = 10_000
    """fairness: shipments that wait in the noisy organisation."""
    small: int = 6000
    """memory: events of 5.8 kB of the organisation that is disconnected."""
    large: int = 300
    """memory: the same with 175 kB."""
    flood: int = 4000
    """floods: events of the one organisation; one in fifty as many where they are large."""
    flood_seconds: float = 40.0
    """floods: how long they come, and the others' beside them, at half load."""
    flood_call: float = 0.3
    """floods: seconds that a call to Xero takes, over the internet and there."""
    events: int = 12_000
    """gate: status changes, one in six of which is forwarded."""
    mixed: int = 330
    """turns: shipments, one in three of which has 80, 400 or 1,000 lines."""
    rows: int = 200_000
    """restore: finished rows in the ledger."""
    people: int = 20
    """clicking: who look at the pages of the worker that is measured."""
    listed: int = 200_000
    """lists: shipments of one company; 10,000 are measured as well."""
    scrapes: int = 200
    """callers: scrapes of the metrics at once."""
    scraped: int = 60
    """callers: organisations of the worker; above 50 the others share their series."""
    half_open: int = 2000
    """callers: connections that say nothing while health is asked for."""
