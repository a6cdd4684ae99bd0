"""The named points: each is in the product, each of the product's is struck, and nothing in the product can listen."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.armed import Order, Orders, Trigger
from tests.reliability.crash import drawn_points
from tests.reliability.disturbances import ON_ONE_BROKER, ON_THREE_BROKERS
from tests.reliability.points import NUMBERS, POINTS, TAKE_OVER

ROOT = Path(__file__).parents[2]
PRODUCT = ("config", "mappers", "streams", "xero_client")
STEPS = "shipledger.take_over"


def calls_of_sys(name: str) -> Iterator[ast.Call]:
    """Every `sys.<name>(...)` of the product, and whatever is imported from `sys` under that name."""
    for package in PRODUCT:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                    yield node
                if isinstance(node, ast.ImportFrom) and node.module == "sys":
                    assert name not in {each.name for each in node.names}, f"{path} hides a point"


def test_every_point_of_the_product_is_struck_and_every_point_that_is_struck_exists() -> None:
    raised = {ast.literal_eval(call.args[0]) for call in calls_of_sys("audit")}
    assert all(name.startswith("shipledger.") for name in raised)
    assert {point.event for point in POINTS if point.event.startswith("shipledger.")} | {STEPS} == raised


def test_every_step_of_a_take_over_is_struck() -> None:
    """They are all in one file, in their order."""
    steps = [call for call in calls_of_sys("audit") if ast.literal_eval(call.args[0]) == STEPS]
    assert tuple(ast.literal_eval(each.args[1]) for each in sorted(steps, key=lambda each: each.lineno)) == TAKE_OVER


def test_nothing_in_the_product_can_listen_so_nothing_in_its_environment_can_switch_a_point_on() -> None:
    assert list(calls_of_sys("addaudithook")) == []


def test_all_seventeen_points_are_there() -> None:
    assert tuple(range(1, 18)) == NUMBERS


def test_a_full_run_kills_510_times_and_disturbs_100_times_in_other_ways() -> None:
    import random  # noqa: PLC0415

    drawn = Counter(point.number for point in drawn_points(30, random.Random(1)))  # noqa: S311  # Moments, no secrets.
    assert drawn == dict.fromkeys(NUMBERS, 30)
    assert {point.name for point in drawn_points(30, random.Random(1))} == {point.name for point in POINTS}  # noqa: S311
    assert sum(times for _, times in (*ON_ONE_BROKER, *ON_THREE_BROKERS)) >= 100


def test_a_trigger_heeds_its_order_alone(tmp_path: Path) -> None:
    """A process of its own dies by its own hand at the second event that fits, and at none before."""
    program = f"""
import sys
from pathlib import Path
from tests.reliability.armed import Orders, Trigger
sys.addaudithook(Trigger(Orders(Path({str(tmp_path)!r}))).hear)
for event in (("shipledger.a", "x"), ("shipledger.b", "y"), ("shipledger.b", "xx"), ("other.b", "x")):
    sys.audit(*event)
print("still here", flush=True)
sys.audit("shipledger.b", "x", "more")
print("too late", flush=True)
"""
    orders = Orders(tmp_path)
    orders.give(Order("shipledger.b", ("x",), nth=2))
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (-9, "still here\n"), ended.stderr
    assert orders.is_met
    assert orders.read() is None


class Connection:
    """As much of an HTTP connection as a trigger wants."""

    def __init__(self) -> None:
        self.sent = b""
        self.sock = self

    def sendall(self, data: bytes) -> None:
        self.sent += data


@pytest.mark.parametrize(("part", "sent"), [(0, b""), (50, b"bo"), (100, b"body")])
def test_half_a_write_is_the_part_of_its_body_that_was_ordered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int, sent: bytes
) -> None:
    struck: list[int] = []
    monkeypatch.setattr("os.kill", lambda _, number: struck.append(number))
    orders, connection = Orders(tmp_path), Connection()
    trigger = Trigger(orders)
    orders.give(Order("http.client.send", part=part))
    for data in (b"GET /api.xro/2.0/Invoices HTTP/1.1", b"PUT /connect/token HTTP/1.1", b"secret"):
        trigger.hear("http.client.send", (connection, data))
    assert not struck
    trigger.hear("http.client.send", (connection, b"PUT /api.xro/2.0/Invoices HTTP/1.1"))
    trigger.hear("http.client.send", (connection, b"body"))
    assert (connection.sent, struck) == (sent, [9])
