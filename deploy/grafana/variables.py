"""The variables by which a dashboard is narrowed, and the names that organisations are shown by."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models.dashboard import VariableRefresh, VariableSort

from deploy.grafana.parts import SOURCE

ONE_NAME = "topk by (organisation) (1, max by (organisation, name) (shipledger_organisation_info{name!=''}))"


ORGANISATIONS = 'organisation=~"$organisation|other"'
LEGEND = "{{name}} {{organisation}}"


def company(*, include_all: bool) -> build.QueryVariable:
    """The companies of the profile."""
    return _labels("company", "Company", "label_values(shipledger_company_info, company)", include_all=include_all)


def organisation(*, include_all: bool) -> build.QueryVariable:
    """The organisations of the chosen companies."""
    query = 'label_values(shipledger_company_info{company=~"$company"}, organisation)'
    return _labels("organisation", "Organisation", query, include_all=include_all)


def named(expr: str) -> str:
    """The expression with each organisation's name; one that has none yet keeps its id alone."""
    return f"({expr}) * on (organisation) group_left (name) {ONE_NAME} or ({expr}) unless on (organisation) {ONE_NAME}"


def _labels(name: str, label: str, query: str, *, include_all: bool) -> build.QueryVariable:
    made = build.QueryVariable(name).label(label).datasource(SOURCE).query(query)
    made.refresh(VariableRefresh.ON_DASHBOARD_LOAD).sort(VariableSort.ALPHABETICAL_ASC)
    if include_all:
        made.include_all(True).multi(True).all_value(".*")
    return made
