"""What was large and is freed goes back to the system, also where something small lies behind each of it."""

import subprocess
import sys

import pytest

COUNT, SIZE = 1_000, 60_000
PROGRAM = f"""
import os
from benchmarks.measures import Memory
from streams.app.machine.allocator import give_memory_back

give_memory_back()
before = Memory.of(os.getpid()).resident
large, small = [], []
for number in range({COUNT}):
    large.append(b"x" * {SIZE})
    small.append(b"y" * (2_000 + number % 2))
held = Memory.of(os.getpid()).resident - before
del large
print(held, Memory.of(os.getpid()).resident - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator, and Linux's way to tell of memory")
def test_what_is_freed_between_small_pieces_is_given_back() -> None:
    """In a process of its own: it is set for all of it."""
    ran = subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, check=True)  # Our own program.
    held, left = map(int, ran.stdout.split())
    assert held > COUNT * SIZE * 0.9
    assert left < held * 0.5
