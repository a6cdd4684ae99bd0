"""What a simulator starts with, read from TOML. Contacts, items, accounts and documents keep Xero's own names.

See `seeds/demo.toml` for every table. Unknown keys are refused, so that a typing error cannot silently change a test.
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from deploy.simulator.wire import JsonObject, Limits, Switches

DEMO = Path(__file__).with_name("seeds") / "demo.toml"
_Rows = tuple[JsonObject, ...]


@dataclass(frozen=True)
class AppSeed:
    """An app (OAuth client) and the organisations it is connected to. No `scopes`: every granular one."""

    client_id: str
    client_secret: str = ""
    name: str = "Shipment bridge"
    tenants: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    custom_connection: bool = True
    """Connected from the start (client credentials); otherwise a consent connects it (authorisation code)."""


@dataclass(frozen=True)
class OrganisationSeed:
    """One organisation. Lock dates are `YYYY-MM-DD` or empty; `market_rates` are foreign units per base unit."""

    tenant_id: str
    name: str
    base_currency: str = "AUD"
    country: str = "AU"
    timezone: str = "AUSEASTERNSTANDARDTIME"
    short_code: str = "!sim01"
    period_lock_date: str = ""
    end_of_year_lock_date: str = ""
    approvals_left: int | None = None
    is_demo_company: bool = True
    currencies: tuple[str, ...] = ()
    market_rates: Mapping[str, Decimal] = field(default_factory=dict)
    accounts: _Rows = ()
    tax_rates: _Rows = ()
    tracking_categories: _Rows = ()
    branding_themes: _Rows = ()
    contacts: _Rows = ()
    items: _Rows = ()
    invoices: _Rows = ()
    quotes: _Rows = ()
    limits: Limits | None = None


@dataclass(frozen=True)
class Seed:
    """Everything a simulator starts with."""

    apps: tuple[AppSeed, ...]
    organisations: tuple[OrganisationSeed, ...]
    limits: Limits = field(default_factory=Limits)
    switches: Switches = field(default_factory=Switches)

    @classmethod
    def read(cls, path: Path) -> "Seed":
        """Raises `OSError`, or `ValueError` naming the key that is wrong."""
        return cls.from_tables(tomllib.loads(path.read_text(), parse_float=Decimal))

    @classmethod
    def demo(cls) -> "Seed":
        return cls.read(DEMO)

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any]) -> "Seed":
        _refuse_unknown(tables, {"app", "organisation", "limits", "switches"}, "the seed")
        made = cls(
            apps=tuple(_app(row) for row in tables.get("app", ())),
            organisations=tuple(_organisation(row) for row in tables.get("organisation", ())),
            limits=Limits().changed(tables.get("limits", {})),
            switches=Switches().changed(tables.get("switches", {})),
        )
        made._check_tenants()
        return made

    def answering(self, answers: Mapping[str, Any]) -> "Seed":
        """The same with these answers of Xero's, above those of its own. Raises `ValueError`."""
        return dataclasses.replace(self, switches=self.switches.changed(dict(answers)))

    def with_contacts(self, count: int) -> "Seed":
        """The same, with `count` generated customers (CUST-00001, …) in every organisation."""
        rows = tuple({"Name": f"Customer {n:05d}", "AccountNumber": f"CUST-{n:05d}"} for n in range(1, count + 1))
        changed = tuple(_with_rows(each, {"contacts": rows}) for each in self.organisations)
        return dataclasses.replace(self, organisations=changed)

    def with_items(self, count: int) -> "Seed":
        """The same, with `count` generated items (ITEM-00001, …) in every organisation, sold on account 200."""
        changed = tuple(
            _with_rows(each, {"items": tuple(_generated_item(n, each.country) for n in range(1, count + 1))})
            for each in self.organisations
        )
        return dataclasses.replace(self, organisations=changed)

    def with_organisations(self, count: int) -> "Seed":
        """The same, with `count` copies of the first organisation, connected to the first app.

        Their tenant ids are 00000000-0000-4000-8000-000000000001 and so on.
        """
        first = self.organisations[0]
        copies = tuple(
            dataclasses.replace(first, tenant_id=f"00000000-0000-4000-8000-{n:012d}", name=f"{first.name} {n}")
            for n in range(1, count + 1)
        )
        app = dataclasses.replace(
            self.apps[0], tenants=(*self.apps[0].tenants, *(organisation.tenant_id for organisation in copies))
        )
        return dataclasses.replace(self, apps=(app, *self.apps[1:]), organisations=(*self.organisations, *copies))

    def _check_tenants(self) -> None:
        known = [organisation.tenant_id for organisation in self.organisations]
        unknown = {tenant for app in self.apps for tenant in app.tenants} - set(known)
        if unknown or len(set(known)) < len(known):
            raise ValueError(f"tenants must be there once: unknown {sorted(unknown)}, there are {known}")


def _with_rows(organisation: OrganisationSeed, rows: Mapping[str, _Rows]) -> OrganisationSeed:
    longer: dict[str, Any] = {name: (*getattr(organisation, name), *added) for name, added in rows.items()}
    return dataclasses.replace(organisation, **longer)


def _generated_item(n: int, country: str) -> JsonObject:
    export_tax = "ZERORATEDOUTPUT" if country == "NZ" else "EXEMPTEXPORT"
    sales = {"UnitPrice": Decimal("10.00"), "AccountCode": "200", "TaxType": export_tax}
    return {"Code": f"ITEM-{n:05d}", "Name": f"Item {n:05d}", "Description": f"Item {n:05d}", "SalesDetails": sales}


def _app(row: Mapping[str, Any]) -> AppSeed:
    _refuse_unknown(row, {item.name for item in dataclasses.fields(AppSeed)}, "[[app]]")
    return AppSeed(**_frozen(row))


def _organisation(row: Mapping[str, Any]) -> OrganisationSeed:
    _refuse_unknown(row, {item.name for item in dataclasses.fields(OrganisationSeed)}, "[[organisation]]")
    values = _frozen(row)
    if "limits" in values:
        values["limits"] = Limits().changed(values["limits"])
    return OrganisationSeed(**values)


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _refuse_unknown(row: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(row) - known)
    if unknown:
        raise ValueError(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(sorted(known))}")
