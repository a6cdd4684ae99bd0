"""The tracking that every line carries: the profile's names with the organisation's ids."""

from mappers.model import Company, LineTracking, ReferenceData, Tracking


def line_tracking(company: Company, reference: ReferenceData) -> tuple[LineTracking, ...]:
    """The profile's options. Where the organisation's categories were not read there are no ids: quotes lose those."""
    return tuple(_with_ids(each, reference) for each in company.tracking)


def _with_ids(tracking: Tracking, reference: ReferenceData) -> LineTracking:
    known = reference.tracking.get(tracking.category)
    option_id = None if known is None else known.options.get(tracking.option)
    category_id = None if known is None or option_id is None else known.category_id
    return LineTracking(
        category=tracking.category, option=tracking.option, category_id=category_id or None, option_id=option_id or None
    )
