"""Limits are read from a reply's headers; what makes no sense is left out."""

import pytest

from xero_client.quota.headers import LimitHeaders, read_headers


def test_every_reply_says_what_is_left() -> None:
    headers = {"x-minlimit-remaining": "58", "x-daylimit-remaining": "4990", "x-appminlimit-remaining": "9990"}
    assert read_headers(headers, 200) == LimitHeaders(58, 4990, 9990)


@pytest.mark.parametrize("named", ["minute", "day", "concurrent", "appminute"])
def test_a_refusal_names_its_limit(named: str) -> None:
    limits = read_headers({"x-rate-limit-problem": named, "retry-after": "7"}, 429)
    assert (limits.breach, limits.retry_after) == (named, 7.0)


@pytest.mark.parametrize(("wait", "breach"), [("30", "minute"), ("66975", "day"), ("", "minute")])
def test_a_refusal_that_names_no_limit_is_classified_by_its_wait(wait: str, breach: str) -> None:
    assert read_headers({"retry-after": wait}, 429).breach == breach


@pytest.mark.parametrize("garbage", ["", "-1", "many", "1.5", "²", "99999999999999"])
def test_garbled_counts_are_left_out(garbage: str) -> None:
    assert read_headers({"x-minlimit-remaining": garbage, "retry-after": garbage}, 200) == LimitHeaders()


def test_the_wait_of_an_outage_is_no_breach_of_a_limit() -> None:
    assert read_headers({"retry-after": "300"}, 503).breach is None
