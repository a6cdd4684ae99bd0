"""How long this thread waited for a processor: what the system says, and never a guess."""

import sys

import pytest

from streams.app.machine.waiting import waited_for_processor


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_it_never_goes_back() -> None:
    before = waited_for_processor()
    assert 0 <= before <= waited_for_processor()
