"""A difference between the ledger and Xero as an event: what was written is read back."""

from mappers.outbound import decode_drift, encode_drift
from tests.outcome_builders import make_drift


def test_a_difference_is_read_back_as_it_was_written() -> None:
    drift = make_drift("amount", ledger="1265.63", xero="1000.00")
    assert decode_drift(encode_drift(drift)) == drift
