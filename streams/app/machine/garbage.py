"""How often Python looks for cycles of garbage: by its own measure for each 700 new objects, and again and again among
everything that was imported. In a burst that was a tenth of the worker's processor time.
"""

import gc

NEWEST = 10_000
"""New objects after which the newest are looked at, some two milliseconds' work; most are gone by then without it."""
OLDER, OLDEST = 20, 20


def collect_seldom() -> None:
    """Leave out what is there already, and look less often. For when everything is imported.

    What is in no cycle is freed at once, as ever; what is waits a little longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEWEST, OLDER, OLDEST)
