"""The elements of a write call's body, and the reply that says what became of each."""

from collections.abc import Callable

from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import JsonObject, Reply, bad_post_data, json_codec, validation


def rows_in(call: Call, plural: str) -> list[JsonObject]:
    """`{"Invoices": […]}`, a list, or one object. Raises a 400 refusal for anything else."""
    try:
        body = json_codec.loads(call.body)
    except ValueError as error:
        raise bad_post_data(f"The body is not JSON: {error}") from None
    rows = body.get(plural, body) if isinstance(body, dict) else body
    rows = [rows] if isinstance(rows, dict) else rows
    if not rows or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad_post_data(f"The body holds no {plural}")
    return rows


def verdict(
    state: SimulatorState, call: Call, plural: str, elements: list[JsonObject], undo: Callable[[], None]
) -> Reply:
    """All elements with a word on each; or, by default, a 400 for one that is wrong, and `undo` of the others."""
    if call.flag("summarizeErrors", default=True):
        bad = [each for each in elements if each.get("ValidationErrors")]
        if bad:
            undo()
            return validation(bad)
        return state.reply({plural: elements})
    told = [each | {"StatusAttributeString": "ERROR" if each.get("ValidationErrors") else "OK"} for each in elements]
    return state.reply({plural: told})
