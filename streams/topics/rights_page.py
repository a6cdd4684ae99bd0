"""The table of rights in docs/deploying.md, made from the code: `python -m streams.topics.rights_page`."""

import sys
from collections.abc import Iterable, Iterator

from streams.topics.names import TopicNames
from streams.topics.rights import Resource, Right, operator_rights, worker_rights

_HEAD = "| on the | worker, stream | worker, dispatch | operator |\n| --- | --- | --- | --- |\n"
_GROUP = "shipledger"


def table() -> str:
    """A line for each resource, with the operations of each user; the names are those without a prefix."""
    names = TopicNames()
    users = (
        worker_rights(names, _GROUP, stream=True, dispatch=False),
        worker_rights(names, _GROUP, stream=False, dispatch=True),
        operator_rights(names),
    )
    return _HEAD + "".join(_lines(users))


def _lines(users: tuple[tuple[Right, ...], ...]) -> Iterator[str]:
    resources = dict.fromkeys((each.kind, each.name, each.is_prefix) for rights in users for each in rights)
    for kind, name, is_prefix in sorted(resources, key=lambda each: list(Resource).index(each[0])):
        what = "cluster" if kind is Resource.CLUSTER else f"{_said(kind)} `{name}{'*' if is_prefix else ''}`"
        cells = [_operations(each for each in rights if (each.kind, each.name) == (kind, name)) for rights in users]
        yield f"| {what} | {' | '.join(cells)} |\n"


def _said(kind: Resource) -> str:
    return kind.name.lower().replace("_", " ")


def _operations(rights: Iterable[Right]) -> str:
    return ", ".join(each.operation.name for each in sorted(rights, key=lambda each: each.operation))


if __name__ == "__main__":
    sys.stdout.write(table())
