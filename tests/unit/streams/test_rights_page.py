"""The table of rights that operators go by is the code's."""

from pathlib import Path

from streams.topics import TopicNames, worker_rights
from streams.topics.rights_page import table

PAGE = Path(__file__).parents[3] / "docs/deploying.md"


def test_the_table_is_current() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), "run: python -m streams.topics.rights_page"


def test_both_roles_need_what_each_needs_once() -> None:
    names = TopicNames()
    both = worker_rights(names, "g", stream=True, dispatch=True)
    each = [worker_rights(names, "g", stream=role, dispatch=not role) for role in (True, False)]
    assert set(both) == set(each[0]) | set(each[1])
    assert len(both) == len(set(both))
