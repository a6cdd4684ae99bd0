"""How long records may gather, so that whoever is behind takes several in one step.

A step costs much the same for one record as for twenty: requests to Kafka, a ledger transaction, lanes that look for
what is new. A worker that is behind sees a burst one by one, as it makes the pauses between the records itself, and
steps of one record put it further behind.
"""

BEHIND = 0.5
"""Seconds that a record is late from which on its reader is behind: alone it takes some tens of milliseconds."""
SHARE = 0.25
LONGEST = 0.2


def seconds_to_gather(late: float) -> float:
    """Nothing for a record that is in time; else a share of what it is late, so that it is hardly noticed.

    What is late is told by the senders' clocks. Of a sender whose clock is slow each record seems so, and those that
    follow another one closely wait `LONGEST` at most.
    """
    return min(LONGEST, late * SHARE) if late > BEHIND else 0.0
