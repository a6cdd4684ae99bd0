"""What the testbed says where a wait was in vain."""

from pathlib import Path
from typing import Any, cast

import pytest

from deploy.testbed.stack import Stack


async def test_a_wait_in_vain_is_told_beside_a_worker_that_never_started(tmp_path: Path) -> None:
    stack = Stack(tmp_path, "127.0.0.1:1", cast("Any", None), "")
    stack.worker("second")
    with pytest.raises(TimeoutError, match="the write did not come within 0 s"):
        await stack.until(lambda: False, 0, "the write")
