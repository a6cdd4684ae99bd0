"""The state of one simulator: apps, organisations, rules in force, and what has happened."""

import random
from dataclasses import dataclass
from pathlib import Path

from deploy.simulator.books import PERSON, Document, Kind, Organisation
from deploy.simulator.rules import ElementWrite, write_invoice, write_quote
from deploy.simulator.seed import Seed
from deploy.simulator.state import jwt
from deploy.simulator.state.faults import PendingFaults
from deploy.simulator.state.idempotency import IdempotencyStore
from deploy.simulator.state.rate_limits import RateLimits
from deploy.simulator.state.request_log import RequestLog
from deploy.simulator.state.tokens import TokenStore
from deploy.simulator.wire import Counts, Ids, JsonObject, Reply, SimClock, Switches, envelope, json_reply


@dataclass(init=False)
class SimulatorState:
    """Everything that a request can see or change. `source` makes ids and shuffles repeatable."""

    ids: Ids
    switches: Switches
    counts: Counts
    limits: RateLimits
    faults: PendingFaults
    idempotency: IdempotencyStore
    tokens: TokenStore
    request_log: RequestLog
    organisations: dict[str, Organisation]

    def __init__(
        self,
        seed: Seed,
        clock: SimClock | None = None,
        source: random.Random | None = None,
        request_log_path: Path | None = None,
    ) -> None:
        self.seed = seed
        self.clock = clock or SimClock()
        self.ids = Ids(source or random.Random())  # noqa: S311  # Ids of a simulator need no strong randomness.
        self._request_log_path = request_log_path
        jwt.public_key()  # It takes a moment to make, once a process: now, not while somebody waits for a token.
        self.reset()

    def reset(self) -> None:
        """Back to the seed: documents, tokens, limits, faults, counts and request log are new; the clock goes on."""
        now = self.clock.now()
        self.switches = self.seed.switches
        self.counts = Counts()
        overrides = {each.tenant_id: each.limits for each in self.seed.organisations if each.limits}
        self.limits = RateLimits(self.seed.limits, overrides)
        self.faults = PendingFaults(self.counts)
        self.idempotency = IdempotencyStore(self.counts)
        self.request_log = RequestLog(self._request_log_path)
        self.tokens = TokenStore({app.client_id: app for app in self.seed.apps}, self.ids)
        for app in self.seed.apps:
            if app.custom_connection:
                self.tokens.connect(app.client_id, now)
        self.organisations = {
            each.tenant_id: Organisation.from_seed(each, self.ids, now) for each in self.seed.organisations
        }
        for each in self.seed.organisations:
            self._fill(each.tenant_id, each.invoices, each.quotes)
        self.set_switches(self.seed.switches)

    def write_as_person(self, tenant: str, kind: Kind, row: JsonObject) -> Document:
        """Make a document as a person would in Xero. `Contact` may be `{"AccountNumber": …}` here.

        Raises `Invalid` where Xero would refuse.
        """
        organisation = self.organisations[tenant]
        row = {**row, "Contact": self._contact(organisation, row["Contact"])}
        write = ElementWrite(
            organisation, self.switches, Counts(), self.ids, self.clock.now(), PERSON, mode="put", unit_places=4
        )
        writer = write_invoice if kind == "invoice" else write_quote
        return writer(write, {"Type": "ACCREC", **row} if kind == "invoice" else row)

    def reply(self, members: JsonObject) -> Reply:
        """A 200 with these members in the envelope of the Accounting API."""
        return json_reply(envelope(self.clock.now(), self.ids.uuid(), members))

    def set_switches(self, switches: Switches) -> None:
        self.switches = switches
        for organisation in self.organisations.values():
            organisation.invoices.compare_numbers(ignore_case=switches.number_case != "exact")
            organisation.quotes.compare_numbers(ignore_case=switches.number_case != "exact")

    def _fill(self, tenant: str, invoices: tuple[JsonObject, ...], quotes: tuple[JsonObject, ...]) -> None:
        for row in invoices:
            self.write_as_person(tenant, "invoice", row)
        for row in quotes:
            self.write_as_person(tenant, "quote", row)

    @staticmethod
    def _contact(organisation: Organisation, row: JsonObject) -> JsonObject:
        if "AccountNumber" not in row:
            return row
        held = organisation.contacts.with_account(row["AccountNumber"])
        if not held:
            raise ValueError(f"{organisation.name} has no contact with account number {row['AccountNumber']!r}")
        return {"ContactID": held[0].contact_id}
