"""What is read of an organisation only where one of its companies configures it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mappers.model import Company
from xero_client.collaborators import Resource


@dataclass(frozen=True, slots=True)
class Extras:
    """The optional lists of an organisation. What is not read stays empty, and the mapping does not check it."""

    accounts: bool = False
    tax_rates: bool = False
    tracking: bool = False
    branding_themes: bool = False

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The lists to read, one call each."""
        wanted = {
            Resource.ACCOUNTS: self.accounts,
            Resource.TAX_RATES: self.tax_rates,
            Resource.TRACKING_CATEGORIES: self.tracking,
            Resource.BRANDING_THEMES: self.branding_themes,
        }
        return tuple(resource for resource, yes in wanted.items() if yes)


def extras_of(companies: Iterable[Company]) -> Mapping[str, Extras]:
    """By organisation, what any of its companies' profiles names."""
    found: dict[str, Extras] = {}
    for company in companies:
        known = found.get(company.organisation, Extras())
        found[company.organisation] = Extras(
            accounts=known.accounts or bool(company.account_code or company.rounding_account or company.charges),
            tax_rates=known.tax_rates or bool(company.tax_type),
            tracking=known.tracking or bool(company.tracking),
            branding_themes=known.branding_themes or bool(company.branding_theme),
        )
    return found
