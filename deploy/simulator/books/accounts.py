"""Accounts, tax rates, tracking categories and branding themes of an organisation."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from deploy.simulator.wire import Ids, JsonObject, money


@dataclass(frozen=True)
class Account:
    account_id: str
    code: str
    name: str
    type: str
    tax_type: str
    status: str = "ACTIVE"
    system: str = ""

    @property
    def takes_sales(self) -> bool:
        """Bank and system accounts cannot stand on a sales line; purchases on an expense account can, as in Xero."""
        return self.type != "BANK" and not self.system

    @property
    def takes_payments(self) -> bool:
        return self.type == "BANK" and self.status == "ACTIVE"

    def as_json(self) -> JsonObject:
        row: JsonObject = {"AccountID": self.account_id, "Code": self.code, "Name": self.name}
        row |= {"Status": self.status, "Type": self.type, "TaxType": self.tax_type}
        row |= {"Class": "REVENUE" if self.type == "REVENUE" else "ASSET" if self.type == "BANK" else "EXPENSE"}
        row |= {"EnablePaymentsToAccount": self.type == "BANK", "ShowInExpenseClaims": False}
        return row | ({"SystemAccount": self.system} if self.system else {})


@dataclass(frozen=True)
class TaxRate:
    tax_type: str
    name: str
    percent: Decimal
    status: str = "ACTIVE"
    for_revenue: bool = True

    def as_json(self) -> JsonObject:
        row: JsonObject = {"Name": self.name, "TaxType": self.tax_type, "ReportTaxType": self.tax_type}
        row |= dict.fromkeys(("CanApplyToAssets", "CanApplyToEquity", "CanApplyToLiabilities"), True)
        row |= {"CanApplyToExpenses": not self.for_revenue, "CanApplyToRevenue": self.for_revenue}
        row |= {"DisplayTaxRate": self.percent, "EffectiveRate": self.percent, "Status": self.status}
        part = {"Name": "GST", "Rate": self.percent, "IsCompound": False, "IsNonRecoverable": False}
        return row | {"TaxComponents": [part]}


@dataclass
class AccountingCodes:
    """What lines may refer to."""

    accounts: dict[str, Account] = field(default_factory=dict)
    tax_rates: dict[str, TaxRate] = field(default_factory=dict)
    tracking: list[JsonObject] = field(default_factory=list)
    themes: list[JsonObject] = field(default_factory=list)

    def put_account(self, row: JsonObject, ids: Ids) -> None:
        known = self.accounts.get(row["Code"])
        self.accounts[row["Code"]] = Account(
            account_id=row.get("AccountID", known.account_id if known else ids.uuid()),
            code=row["Code"],
            name=str(row.get("Name") or (known.name if known else row["Code"])),
            type=row.get("Type", known.type if known else "REVENUE"),
            tax_type=row.get("TaxType", known.tax_type if known else "NONE"),
            status=row.get("Status", known.status if known else "ACTIVE"),
            system=row.get("SystemAccount", known.system if known else ""),
        )

    def put_tax_rate(self, row: JsonObject) -> None:
        self.tax_rates[row["TaxType"]] = TaxRate(
            tax_type=row["TaxType"],
            name=str(row.get("Name") or row["TaxType"]),
            percent=money.number(row.get("EffectiveRate", 0)),
            status=row.get("Status", "ACTIVE"),
            for_revenue=row.get("CanApplyToRevenue", True),
        )

    def put_tracking(self, row: JsonObject, ids: Ids) -> None:
        """`Options` is a list of names, or of Xero's own objects."""
        options = [_option(each, ids) for each in row.get("Options", ())]
        category_id = row.get("TrackingCategoryID") or ids.uuid()
        entry = {"Name": row["Name"], "Status": row.get("Status", "ACTIVE"), "TrackingCategoryID": category_id}
        self.tracking = [each for each in self.tracking if each["TrackingCategoryID"] != category_id]
        self.tracking.append(entry | {"Options": options})

    def account_with_id(self, account_id: str) -> Account | None:
        return next((each for each in self.accounts.values() if each.account_id == account_id), None)

    def tracked(self, reference: JsonObject) -> JsonObject | None:
        """The full form of one tracking reference, by ids or by names; `None` when there is no such option."""
        for category in self.tracking:
            if not _matches(reference, category, "TrackingCategoryID", "Name"):
                continue
            for option in category["Options"]:
                if _option_matches(reference, option):
                    return _tracking_reference(category, option)
        return None

    def theme(self, theme_id: str) -> bool:
        return any(each["BrandingThemeID"] == theme_id for each in self.themes)


def _option(value: Any, ids: Ids) -> JsonObject:
    row: JsonObject = value if isinstance(value, dict) else {"Name": value}
    return {
        "TrackingOptionID": row.get("TrackingOptionID") or ids.uuid(),
        "Name": row["Name"],
        "Status": row.get("Status", "ACTIVE"),
    }


def _matches(reference: JsonObject, entry: JsonObject, id_key: str, name_key: str) -> bool:
    if reference.get(id_key):
        return bool(reference[id_key] == entry[id_key])
    return not reference.get(name_key) or reference[name_key] == entry["Name"]


def _option_matches(reference: JsonObject, option: JsonObject) -> bool:
    if reference.get("TrackingOptionID"):
        return bool(reference["TrackingOptionID"] == option["TrackingOptionID"])
    return bool(reference.get("Option") == option["Name"]) and option["Status"] == "ACTIVE"


def _tracking_reference(category: JsonObject, option: JsonObject) -> JsonObject:
    return {
        "TrackingCategoryID": category["TrackingCategoryID"],
        "TrackingOptionID": option["TrackingOptionID"],
        "Name": category["Name"],
        "Option": option["Name"],
    }
