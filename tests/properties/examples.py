"""How many examples a property is tried with that is worth more of them than the profile gives each."""

from typing import Final

from hypothesis import settings

NIGHTLY: Final = 1000


def examples(nightly: int) -> int:
    """So many in a nightly run, and in the others the share of them that their profile has of the nightly one's."""
    return max(1, nightly * settings().max_examples // NIGHTLY)
