"""The rehearsal: refuse what is no Demo Company, ask what is still open, remove what was made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from streams.rehearsal.caller import Caller, NoReplyError, StoppedError
from streams.rehearsal.demo_company import DemoCompany, MasterData
from streams.rehearsal.finding import Finding, Question
from streams.rehearsal.journal import Journal, Made
from streams.rehearsal.removal import remove_documents
from streams.rehearsal.reply import JsonObject

REMOVE_AFTER = 30
"""Documents at most that lie in the organisation while questions are asked."""
NOT_A_DEMO = (
    "is no Demo Company of Xero (IsDemoCompany is not true): nothing was written. Rehearse in the Demo Company that "
    "every Xero user has (the organisation's menu, My Xero, Try the Demo Company)"
)


class NoDemoCompanyError(Exception):
    """The organisation is not a Demo Company; nothing was written."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the rehearsal learnt: findings by question, documents that Xero would not remove, and calls made."""

    findings: dict[str, Finding]
    left: list[Made]
    calls: int
    stopped: str = ""
    """Why it ended early; empty where every question was put."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Puts questions to one organisation. `told` hears of each finding as it is learnt."""

    caller: Caller
    journal: Journal
    today: date
    new_key: Callable[[], str]
    signs_in_by_itself: bool
    told: Callable[[Question, Finding], None]

    async def run(self, questions: Sequence[Question]) -> Result:
        """Raises NoDemoCompanyError before anything is written."""
        self.caller.calls = self.journal.calls
        stopped, left = "", self.journal.documents_left()
        try:
            company = await self._company()
            await remove_documents(company)
            await self._ask(company, [each for each in questions if self._is_open(each)])
            left = await remove_documents(company)
        except (StoppedError, NoReplyError) as error:
            stopped, left = str(error), self.journal.documents_left()
        self.journal.called(self.caller.calls)
        return Result(dict(self.journal.findings), left, self.caller.calls, stopped)

    def _is_open(self, question: Question) -> bool:
        found = self.journal.findings.get(question.id)
        return found is None or found.answer is None

    async def _ask(self, company: DemoCompany, questions: Sequence[Question]) -> None:
        for question in questions:
            try:
                finding = await question.ask(company)
            except NoReplyError as error:
                finding = Finding(None, f"not answered: {error}")
            self.journal.answered(question.id, finding, self.caller.calls)
            self.told(question, finding)
            if len(self.journal.documents_left()) > REMOVE_AFTER:
                await remove_documents(company)

    async def _company(self) -> DemoCompany:
        organisation = await self._demo_organisation()
        master_data = MasterData(
            organisation,
            await self._contact(),
            accounts=await self._list("Accounts"),
            items=await self._list("Items"),
            tax_rates=await self._list("TaxRates"),
            currencies=[str(each.get("Code")) for each in await self._list("Currencies")],
            themes=await self._list("BrandingThemes"),
            tracking=await self._list("TrackingCategories"),
        )
        return DemoCompany(self.caller, self.journal, master_data, self.today, self.new_key, self.signs_in_by_itself)

    async def _demo_organisation(self) -> JsonObject:
        found = await self._list("Organisation", "Organisations")
        if len(found) != 1 or found[0].get("IsDemoCompany") is not True:
            name = found[0].get("Name") if found else "what the id names"
            raise NoDemoCompanyError(f"{name} ({self.caller.organisation}) {NOT_A_DEMO}.")
        return found[0]

    async def _contact(self) -> JsonObject:
        query: list[tuple[str, object]] = [("page", 1), ("pageSize", 10), ("summaryOnly", "true")]
        reply = await self.caller.call("GET", "Contacts", query=query)
        usable = [each for each in reply.elements("Contacts") if each.get("ContactStatus", "ACTIVE") == "ACTIVE"]
        if not usable:
            raise StoppedError("The organisation has no active contact. Reset the Demo Company in Xero.")
        return usable[0]

    async def _list(self, path: str, plural: str | None = None) -> list[JsonObject]:
        return (await self.caller.call("GET", path)).elements(plural or path)
