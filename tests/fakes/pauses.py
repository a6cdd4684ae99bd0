"""Which companies are paused, as a test says."""

from datetime import UTC, datetime

from mappers.model.company import CompanyPause
from streams.web.ports import PublishError

AT = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def make_pause(company_id: str, *, paused: bool = True, by: str = "anna", reason: str = "month end") -> CompanyPause:
    """What somebody said of a company."""
    return CompanyPause(company_id=company_id, paused=paused, by=by, at=AT, reason=reason)


class FakePauses:
    """The port `CompanyPauses`: known, and nobody paused, until a test says otherwise."""

    def __init__(self) -> None:
        self.is_known = True
        self.paused: dict[str, CompanyPause] = {}

    def pause(self, company_id: str) -> None:
        """Pause the company."""
        self.paused[company_id] = make_pause(company_id)

    def resume(self, company_id: str) -> None:
        """Let it go on."""
        self.paused.pop(company_id, None)

    def pause_of(self, company_id: str) -> CompanyPause | None:
        """As the port says."""
        return self.paused.get(company_id)

    async def caught_up(self) -> None:
        """As the port says."""


class SaidPauses(FakePauses):
    """What the API needs of pauses: what is said is heard at once. `away`: there is no broker to say it to."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[str, CompanyPause] = {}
        self.away = False

    def why_not_ready(self) -> str:
        """As the port says."""
        return "" if self.is_known else "which companies are paused is not known: the pauses have not been read yet"

    def said_of(self, company_id: str) -> CompanyPause | None:
        """As the port says."""
        return self.said.get(company_id)

    async def has_read(self, partition: int, offset: int) -> None:
        """As the port says."""

    async def say(self, pause: CompanyPause) -> None:
        """As the port says."""
        if self.away:
            raise PublishError("Kafka did not take it in time; it may arrive yet.")
        self.said[pause.company_id] = pause
