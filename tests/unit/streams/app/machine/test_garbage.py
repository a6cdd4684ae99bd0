"""The collector looks seldom, and not at what was imported; what is garbage goes nevertheless."""

import subprocess
import sys

SCRIPT = """
import gc, weakref
from streams.app.machine.garbage import collect_seldom

class Node: pass

def cycle():
    node = Node()
    node.itself = node
    return weakref.ref(node)

collect_seldom()
print(gc.get_freeze_count() > 1000, gc.isenabled())
gone = cycle()
few = [[] for _ in range(5_000)]
print(gone() is not None)
more = [[] for _ in range(6_000)]
print(gone() is None)
"""


def test_what_is_imported_is_left_out_and_a_cycle_goes_by_itself() -> None:
    """In a process of its own: the collector is the whole process's."""
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True"] * 4
