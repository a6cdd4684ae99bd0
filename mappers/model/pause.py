"""Whether a company is paused, and who said so: the newest word counts (`accounting.company-pauses.v1`)."""

from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 500


class CompanyPause(BaseModel):
    """What somebody last said of a company: that it is paused, or that it goes on.

    `by` is who, as far as that is known, `reason` why in their words; both may be empty. Requests of a paused company
    are kept and wait, and nothing of it is written in Xero.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    company_id: str = Field(min_length=1)
    paused: bool
    by: str = Field(default="", max_length=LONGEST_NAME)
    at: AwareDatetime
    reason: str = Field(default="", max_length=LONGEST_REASON)


def encode_pause(pause: CompanyPause) -> bytes:
    """Its bytes on Kafka."""
    return pause.model_dump_json().encode()


def decode_pause(value: bytes) -> CompanyPause:
    """Read it back. Raises pydantic.ValidationError for anything else, a newer version's record among it."""
    return CompanyPause.model_validate_json(value)
