"""What is wrong with a shipment, said so that a person can act on it."""

from pydantic import BaseModel, ConfigDict

from mappers.model.codes import Code


class Problem(BaseModel):
    """One entry of an outcome's `errors` or `warnings` (contract 6.2).

    `message` keeps ImpexDocs' or Xero's own words where they have some; `hint` says who fixes what.
    """

    model_config = ConfigDict(frozen=True)

    code: Code
    field: str | None = None
    value: str | None = None
    message: str
    hint: str = ""
