"""Before a measurement: let the worker read the reference data of every organisation."""

from benchmarks.measures import Traffic
from benchmarks.organisations import event, shipment_id


async def warm_up(traffic: Traffic, organisations: int, seconds: float) -> None:
    """Send one event for each organisation and wait for the outcomes. Raises TooLateError."""
    numbers = range(1, organisations + 1)
    await traffic.send_all(event(number, 0) for number in numbers)
    await traffic.until_answered((shipment_id(number, 0) for number in numbers), seconds)
