"""The sync profile of one company (contract 6.7): which organisation, which document, which rules; Xero's ways; and
whether somebody paused it.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from mappers.model.text import normalise, utf16_length
from mappers.model.times import has_utc


class DocumentType(StrEnum):
    """The kind of document a shipment becomes in Xero."""

    INVOICE = "invoice"
    QUOTE = "quote"


class TriggerRule(StrEnum):
    """When a status change asks for accounting (contract 6.1, "What triggers")."""

    STATUS = "status"
    SYNC_NOW = "sync_now"
    SYNC_NOW_IN_STATUS = "sync_now_in_status"


class LineAmounts(StrEnum):
    """Whether line amounts include tax (Xero's LineAmountTypes)."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"
    NO_TAX = "no_tax"


# Xero: a new invoice is DRAFT, SUBMITTED or AUTHORISED; a quote is DRAFT or SENT (contract 6.7).
NEW_STATUSES: Final[Mapping[DocumentType, tuple[str, ...]]] = {
    DocumentType.INVOICE: ("DRAFT", "SUBMITTED", "AUTHORISED"),
    DocumentType.QUOTE: ("DRAFT", "SENT"),
}

NumberField = Literal["invoice_number", "shipment_number", "exporter_reference"]
DateField = Literal["invoice_date", "date_of_issue", "created_date"]


class XeroFacts(BaseModel):
    """What Xero does where its pages leave it open, of what mapping depends on. The defaults are what is assumed.

    `shipledger rehearse` finds the answers out; each field is called like the question.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    lock_binds_drafts: bool = False
    due_before_date: Literal["accept", "refuse"] = "accept"
    quantity_with_line_amount: Literal["stands", "recomputed", "refused"] = "stands"
    item_price_beside_line_amount: Literal["unused", "used"] = "unused"
    text_length: Literal["characters", "utf16"] = "characters"

    @property
    def takes_line_amounts(self) -> bool:
        """Whether a line with an item may come as quantity and amount, without a price."""
        return self.quantity_with_line_amount == "stands" and self.item_price_beside_line_amount == "unused"

    def length_of(self, text: str) -> int:
        """The length of a text as Xero's limits count it."""
        return utf16_length(text) if self.text_length == "utf16" else len(text)

    def length_in_words(self, text: str) -> str:
        """The same for people, who do not see that some characters count twice."""
        length = self.length_of(text)
        return f"{length} characters" + ("" if length == len(text) else ", of which Xero counts some twice")


class Tracking(BaseModel):
    """A tracking category and the option every line carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: str
    option: str


class Company(BaseModel):
    """One `[[company]]` of the profile. Codes and statuses are trimmed; statuses also case-folded for comparison."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(min_length=1)
    organisation: str = Field(min_length=1)
    connection: str = "default"
    document: DocumentType = DocumentType.INVOICE
    on_existing: Literal["update", "refuse"] = "update"
    on_hand_edit: Literal["refuse", "overwrite"] = "refuse"
    on_authorised: Literal["refuse", "update"] = "refuse"
    on_locked: Literal["warn", "refuse"] = "warn"
    on_number_change: Literal["refuse", "renumber"] = "refuse"
    on_voided: Literal["refuse", "new_suffix"] = "refuse"
    document_status: Literal["DRAFT", "SUBMITTED", "AUTHORISED", "SENT"] = "DRAFT"
    trigger: TriggerRule = TriggerRule.STATUS
    trigger_statuses: tuple[str, ...] = ()
    customer_code: Literal["buyer", "consignee"] = "buyer"
    number_from: tuple[NumberField, ...] = ("invoice_number", "shipment_number", "exporter_reference")
    reference_from: tuple[NumberField, ...] = ("exporter_reference", "shipment_number")
    date_from: tuple[DateField, ...] = ("invoice_date", "date_of_issue", "created_date")
    exchange_rate: Literal["required", "optional", "ignore"] = "optional"
    exchange_rate_quoted: Literal["foreign_per_base", "base_per_foreign"] = "foreign_per_base"
    exchange_rate_tolerance: Decimal = Field(default=Decimal("0.30"), gt=0)
    incoterms_to: Literal["reference", "line", "none"] = "reference"
    line_amounts: LineAmounts = LineAmounts.EXCLUSIVE
    account_code: str = ""
    tax_type: str = ""
    expects_tax: bool = False
    tracking: tuple[Tracking, ...] = Field(default=(), max_length=2)
    branding_theme: str = ""
    description_template: str = ""
    reference_template: str = ""
    document_url: str = ""
    history_note: bool = False
    rounding_account: str = ""
    customer_aliases: dict[str, str] = Field(default_factory=dict)
    product_aliases: dict[str, str] = Field(default_factory=dict)
    charges: dict[str, str] = Field(default_factory=dict)
    on_unmapped_charge: Literal["warn", "refuse"] = "warn"
    notes_to: tuple[str, ...] = Field(default=(), max_length=20)
    attachments_from: tuple[str, ...] = Field(default=(), max_length=50)
    # No key of the profile: what is true of Xero is true for every company of a worker.
    _facts: XeroFacts = PrivateAttr(default=XeroFacts())

    @field_validator("organisation")
    @classmethod
    def _one_spelling(cls, organisation: str) -> str:
        """A UUID in upper case is the same organisation: two spellings would be two lanes with a ledger each."""
        try:
            return str(UUID(organisation))
        except ValueError:
            return organisation

    @field_validator("customer_aliases", "product_aliases")
    @classmethod
    def _normalised(cls, aliases: dict[str, str]) -> dict[str, str]:
        """Once here, and not for each code that is looked up."""
        return {normalise(code): target for code, target in aliases.items()}

    @cached_property
    def facts(self) -> XeroFacts:
        """What is known of Xero's ways. Kept: pydantic takes its time over a private attribute."""
        return self._facts

    def with_facts(self, facts: XeroFacts) -> "Company":
        """The same company of a Xero that does as `facts` say."""
        company = self.model_copy()
        company._facts = facts  # noqa: SLF001  # It is a copy of our own.
        company.__dict__.pop("facts", None)
        return company

    @property
    def locks_bind_drafts(self) -> bool:
        """Whether no draft is made in a locked period: the profile says so, or Xero would refuse it."""
        return self.on_locked == "refuse" or self.facts.lock_binds_drafts

    def is_trigger_status(self, status: str) -> bool:
        """Whether `status` is one of the trigger statuses, compared after trimming and case-folding."""
        return status.strip().casefold() in {each.strip().casefold() for each in self.trigger_statuses}


LONGEST_NAME: Final = 100
LONGEST_REASON: Final = 500
_LONGEST_PAUSE: Final = 16_384
"""Bytes of a record: above what a name, a reason and an id can take, however they are written."""


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
    """Read it back. Raises ValueError for anything else, a newer version's record among it."""
    if len(value) > _LONGEST_PAUSE:
        raise ValueError(f"a pause has no {len(value)} bytes")
    pause = CompanyPause.model_validate_json(value)
    if not has_utc(pause.at):
        # Whoever tells of the pause writes its time, and would end with it.
        raise ValueError("a pause has a time that no calendar has in UTC")
    return pause
