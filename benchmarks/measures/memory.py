"""What a worker holds in memory, as Linux counts it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

MEGABYTE = 1_000_000
_RESET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of a process: at present, and the most since its start or since `forget_peak`."""

    resident: int
    peak: int

    @classmethod
    def of(cls, process_id: int) -> Self:
        """Read it. Raises OSError where there is no such process."""
        lines = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8").splitlines()
        sizes = {name: value for name, _, value in (line.partition(":") for line in lines)}
        return cls(_bytes(sizes["VmRSS"]), _bytes(sizes["VmHWM"]))


def forget_peak(process_id: int) -> None:
    """Let the peak begin anew (proc(5), `clear_refs`)."""
    Path(f"/proc/{process_id}/clear_refs").write_text(_RESET_PEAK, encoding="utf-8")


def _bytes(kilobytes: str) -> int:
    return int(kilobytes.split(maxsplit=1)[0]) * 1024
