"""The clock is compared with the date of a reply, whatever stands there."""

import pytest

from streams.cli.doctor.xero import _clock, _Reply


@pytest.mark.parametrize("date", [None, "", "soon", f"Fri, 20 Nov {10**20} 03:14:22 GMT"])
def test_a_date_that_is_none_is_not_compared(date: str | None) -> None:
    finding = _clock(_Reply(200, {}, date))
    assert finding.ok
    assert finding.details.startswith("not compared")


def test_a_clock_that_is_far_off_is_told() -> None:
    assert not _clock(_Reply(200, {}, "Fri, 20 Nov 2015 03:14:22 GMT")).ok
