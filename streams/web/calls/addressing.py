"""Which company and which shipment a call is about."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Path, Request

from mappers.model import Company
from streams.web.access import Role, caller_of, not_allowed
from streams.web.paths import decoded
from streams.web.problems import ApiError, HttpCode

CompanyId = Annotated[str, Path(alias="company", description="The company's id in the profile.")]
ShipmentId = Annotated[str, Path(alias="shipment", description="The shipment's id in its status changes.")]


def company_by(companies: Mapping[str, Company], role: Role | None = None) -> Callable[[str, Request], Company]:
    """A dependency: the company in the path. It raises ApiError 404 where the profile has none of that id, or where it
    is not the caller's, and 403 where the caller's role is less than `role`.

    Where no role is named, whoever sees the company may read, and only operators may change anything.
    """

    def company_of(company: CompanyId, request: Request) -> Company:
        company_id = decoded(company)
        found = companies.get(company_id)
        caller = caller_of(request.scope)
        if found is None or not caller.sees(company_id):
            raise unknown_company(company_id)
        needed = role or (Role.VIEWER if request.method == "GET" else Role.OPERATOR)
        if not caller.may(needed):
            raise not_allowed(needed, f"Your role is {caller.role.value}, which is not enough for this call.")
        return found

    return company_of


def unknown_company(company_id: str) -> ApiError:
    """The answer where there is no such company, and the same where it is not the caller's."""
    return ApiError(
        404,
        HttpCode.UNKNOWN_COMPANY,
        f"The profile has no company {company_id!r}.",
        "Operations: check the id, or add the company to the profile (SHIPLEDGER_PROFILE).",
    )


def unknown_shipment(company: Company, shipment_id: str) -> ApiError:
    """The answer where no event of the shipment was ever seen."""
    return ApiError(
        404,
        HttpCode.UNKNOWN_SHIPMENT,
        f"No event of shipment {shipment_id!r} of {company.id} has been seen.",
        "Check the number, or save the shipment once more in the shipping system so that its status is sent.",
    )
