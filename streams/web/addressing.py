"""Which company and which shipment a call is about."""

from collections.abc import Mapping

from aiohttp import web

from mappers.model import Company
from streams.web.answers import ApiError


def company_of(request: web.Request, companies: Mapping[str, Company]) -> Company:
    """The company in the path. Raises ApiError 404 where the profile has none of that id."""
    company_id = request.match_info["company"]
    company = companies.get(company_id)
    if company is None:
        raise ApiError(
            404,
            "unknown_company",
            f"The profile has no company {company_id!r}.",
            "Operations: check the id, or add the company to the profile (SHIPLEDGER_PROFILE).",
        )
    return company


def unknown_shipment(company: Company, shipment_id: str) -> ApiError:
    """The answer where no event of the shipment was ever seen."""
    return ApiError(
        404,
        "unknown_shipment",
        f"No event of shipment {shipment_id!r} of {company.id} has been seen.",
        "Check the number, or save the shipment once more in the shipping system so that its status is sent.",
    )
