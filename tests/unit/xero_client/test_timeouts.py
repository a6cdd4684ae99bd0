"""The read timeout counts: no shorter cap is hidden behind it."""

import pytest

from config.settings import Settings
from tests.unit.config.environments import complete
from xero_client.timeouts import CONNECT_SECONDS, READ_SECONDS, Timeouts


@pytest.mark.parametrize("read", [1.0, 40.0, 100.0])
def test_a_call_may_take_as_long_as_connecting_and_one_whole_silence(read: float) -> None:
    assert Timeouts(connect=5.0, read=read).call == 5.0 + read


def test_a_total_that_is_given_is_the_time_of_the_call() -> None:
    assert Timeouts(connect=5.0, read=40.0, total=2.0).call == 2.0


def test_by_default_a_call_takes_at_most_forty_five_seconds() -> None:
    assert Timeouts().call == CONNECT_SECONDS + READ_SECONDS == 45.0


def test_the_settings_have_the_same_defaults() -> None:
    xero = Settings.load(complete()).xero
    assert Timeouts(connect=xero.connect_timeout_seconds, read=xero.read_timeout_seconds) == Timeouts()
