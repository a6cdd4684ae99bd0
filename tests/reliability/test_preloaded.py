"""What the nursery tells of its workers, though process ids come again in a run of hours."""

import sys
from pathlib import Path

from tests.reliability.preloaded import Nursery

ONE_PROCESS_ID_FOR_ALL = """
import json, sys
for line in sys.stdin:
    number = json.loads(line)["number"]
    print(json.dumps({"number": number, "pid": 4194303}), flush=True)
    if number == 1:
        print(json.dumps({"number": number, "code": -9}), flush=True)
"""


def test_the_end_of_one_worker_is_not_that_of_a_later_one_with_its_process_id(tmp_path: Path) -> None:
    nursery = Nursery([sys.executable, "-c", ONE_PROCESS_ID_FOR_ALL])
    try:
        first = nursery.start([], {}, tmp_path / "log")
        assert first.wait(30) == -9
        second = nursery.start([], {}, tmp_path / "log")
        assert second.pid == first.pid
        assert second.poll() is None
        assert first.poll() == -9
    finally:
        nursery.close()
