"""Only the lanes that a pause is for are told of it; all of them when it was not known who was paused."""

from typing import cast

from streams.app.steering import PauseNews, RunningProfile, Steering
from streams.pauses import PauseFollower
from tests.builders import ORGANISATION, make_company
from tests.fakes.pauses import FakePauses

ELSEWHERE = "99999999-8888-7777-6666-555555555555"


def test_the_organisations_of_whoever_was_paused_or_resumed_are_told() -> None:
    pauses, told = FakePauses(), list[object]()
    profile = RunningProfile([make_company(id="here"), make_company(id="there", organisation=ELSEWHERE)])
    news = PauseNews(Steering(profile, cast("PauseFollower", pauses)), told.append)
    for company_id in ("here", "there"):
        pauses.pause(company_id)
        news.heard()
    news.heard()
    pauses.resume("here")
    news.heard()
    pauses.pause("nobody")
    news.heard()
    assert told == [{ORGANISATION}, {ELSEWHERE}, None, {ORGANISATION}, None]
