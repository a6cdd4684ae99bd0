"""The clock that jumps."""

import asyncio

from tests.simulation.machine import VirtualLoop

FAR = 1e6
LESS_THAN_A_STEP = 5e-11
"""Of the floating point numbers there: `FAR + LESS_THAN_A_STEP == FAR`."""


def test_a_pause_that_is_lost_in_rounding_ends() -> None:
    """As aiokafka's, which waits for what is left of a pause, and asks the clock whether anything is."""
    loop = VirtualLoop(most_steps=1000)

    async def wait_for_the_rest() -> None:
        await asyncio.sleep(FAR)
        until = loop.time() + 4 * LESS_THAN_A_STEP
        while loop.time() < until:  # noqa: ASYNC110  # The pause is what is tried.
            await asyncio.sleep(LESS_THAN_A_STEP)

    loop.run_until_complete(wait_for_the_rest())
    loop.close()
