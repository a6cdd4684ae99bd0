"""Alive is progress where progress is possible; ready is that every named check passes."""

from streams.ops.health import Check, Liveness, Progress, Readiness


class Part:
    def __init__(self) -> None:
        self.progress = Progress(done=0, has_work=True)

    def __call__(self) -> Progress:
        return self.progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def liveness(part: Part, clock: Clock) -> Liveness:
    judge = Liveness(clock, patience=30)
    judge.register("dispatcher", part)
    return judge


def test_a_part_with_work_and_without_a_step_is_stuck_after_its_patience() -> None:
    part, clock = Part(), Clock()
    judge = liveness(part, clock)
    clock.now += 30
    assert judge.stuck() == ()
    clock.now += 1
    assert judge.stuck() == (Check("dispatcher", ok=False, reason="no progress for 31 s although there is work"),)


def test_every_step_gives_the_part_its_patience_anew() -> None:
    part, clock = Part(), Clock()
    judge = liveness(part, clock)
    for done in range(1, 5):
        clock.now += 29
        part.progress = Progress(done=done, has_work=True)
        assert judge.stuck() == ()


def test_a_part_without_work_is_alive_for_ever_and_its_patience_begins_when_work_comes() -> None:
    part, clock = Part(), Clock()
    judge = liveness(part, clock)
    part.progress = Progress(done=0, has_work=False)
    clock.now += 1000
    assert judge.stuck() == ()
    part.progress = Progress(done=0, has_work=True)
    clock.now += 29
    assert judge.stuck() == ()


def test_a_part_that_waits_on_purpose_is_alive() -> None:
    """A day without quota must not restart the worker: what waits for it is no work."""
    part, clock = Part(), Clock()
    judge = liveness(part, clock)
    part.progress = Progress(done=0, has_work=False)
    clock.now += 86_400
    assert judge.stuck() == ()


def test_a_part_whose_count_begins_anew_has_made_a_step() -> None:
    part, clock = Part(), Clock()
    part.progress = Progress(done=7, has_work=True)
    judge = liveness(part, clock)
    clock.now += 31
    part.progress = Progress(done=0, has_work=True)
    assert judge.stuck() == ()


class Members:
    """Partitions, by number; each may be cured."""

    def __init__(self, clock: Clock, *numbers: str) -> None:
        self.clock = clock
        self.progress = {number: Progress(done=0, has_work=True) for number in numbers}
        self.cured: list[str] = []

    def __call__(self) -> dict[str, Progress]:
        return self.progress

    def work(self, *numbers: str) -> None:
        """Let these make a step."""
        for number in numbers:
            self.progress[number] = Progress(done=self.progress[number].done + 1, has_work=True)

    def cure(self, number: str, reason: str) -> None:
        assert reason == "no progress for 20 s although there is work"
        self.cured.append(number)


def test_one_stuck_partition_does_not_hide_behind_those_that_work() -> None:
    clock = Clock()
    members = Members(clock, "0", "1", "2")
    judge = Liveness(clock, patience=30)
    judge.register_each("dispatch", members)
    for _ in range(4):
        clock.now += 10
        members.work("0", "2")
        judge.report()
    assert judge.report() == (Check("dispatch 1", ok=False, reason="no progress for 40 s although there is work"),)


def test_a_partition_that_went_away_is_not_judged_and_begins_anew_when_it_comes_back() -> None:
    clock = Clock()
    members = Members(clock, "0")
    judge = Liveness(clock, patience=30)
    judge.register_each("dispatch", members)
    gone = members.progress.pop("0")
    clock.now += 100
    assert judge.stuck() == ()
    members.progress["0"] = gone
    assert judge.stuck() == ()
    clock.now += 31
    assert [check.name for check in judge.stuck()] == ["dispatch 0"]


def test_what_can_be_cured_is_cured_once_before_it_counts_as_stuck() -> None:
    clock = Clock()
    members = Members(clock, "0", "1")
    judge = Liveness(clock, cured_for=300)
    judge.register_each("dispatch", members, patience=20, cure=members.cure)
    clock.now += 21
    members.work("1")
    assert judge.cure() == ()
    assert members.cured == ["0"]
    assert judge.stuck() == ()
    members.work("0", "1")
    assert judge.stuck() == ()
    clock.now += 21
    members.work("1")
    assert [check.name for check in judge.cure()] == ["dispatch 0"]
    assert members.cured == ["0"]
    assert [check.name for check in judge.stuck()] == ["dispatch 0"]


def test_a_cure_that_held_may_be_used_again() -> None:
    clock = Clock()
    members = Members(clock, "0")
    judge = Liveness(clock, cured_for=300)
    judge.register_each("dispatch", members, patience=20, cure=members.cure)
    for _ in range(2):
        clock.now += 21
        judge.cure()
        members.work("0")
        clock.now += 290
        members.work("0")
        assert judge.stuck() == ()
    assert members.cured == ["0", "0"]


def test_a_worker_without_parts_is_not_ready() -> None:
    assert Readiness().report() == (Check("worker", ok=False, reason="starting"),)


def test_each_check_is_reported_with_its_reason() -> None:
    readiness = Readiness()
    readiness.register("gate", lambda: "")
    readiness.register("projection", lambda: "12 records behind")
    assert readiness.report() == (
        Check("gate", ok=True),
        Check("projection", ok=False, reason="12 records behind"),
    )
