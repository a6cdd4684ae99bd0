"""Which company and which shipment a call is about."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Path

from mappers.model import Company
from streams.web.paths import decoded
from streams.web.problems import ApiError, HttpCode

CompanyId = Annotated[str, Path(alias="company", description="The company's id in the profile.")]
ShipmentId = Annotated[str, Path(alias="shipment", description="The shipment's id in its status changes.")]


def company_by(companies: Mapping[str, Company]) -> Callable[[str], Company]:
    """A dependency: the company in the path. It raises ApiError 404 where the profile has none of that id."""

    def company_of(company: CompanyId) -> Company:
        company_id = decoded(company)
        found = companies.get(company_id)
        if found is None:
            raise ApiError(
                404,
                HttpCode.UNKNOWN_COMPANY,
                f"The profile has no company {company_id!r}.",
                "Operations: check the id, or add the company to the profile (SHIPLEDGER_PROFILE).",
            )
        return found

    return company_of


def unknown_shipment(company: Company, shipment_id: str) -> ApiError:
    """The answer where no event of the shipment was ever seen."""
    return ApiError(
        404,
        HttpCode.UNKNOWN_SHIPMENT,
        f"No event of shipment {shipment_id!r} of {company.id} has been seen.",
        "Check the number, or save the shipment once more in the shipping system so that its status is sent.",
    )
