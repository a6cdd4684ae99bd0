"""The values that all packages share: companies, documents, requests, outcomes, problems, master data, money, text."""

from mappers.model.code_matching import aliased, code_key, first_difference, is_same_code, with_code, with_similar_code
from mappers.model.company import NEW_STATUSES, Company, DocumentType, LineAmounts, Tracking, TriggerRule
from mappers.model.document import Document, DocumentLine, ExistingDocument, ExistingLine, content_hash, plain
from mappers.model.master_data import Account, Contact, Item, MasterList, Needs, OrganisationFacts, ReferenceData
from mappers.model.money import NotANumber, currency_exponent, decimals, read_number, round_half_up
from mappers.model.number_key import number_key
from mappers.model.outcome import Action, DocumentRef, Outcome, Status, Waiting, WaitingReason, outcome_id, outcome_key
from mappers.model.problem import Code, Problem
from mappers.model.shipment_log import Affected, Cause, CauseGroup, LogEntry, ShipmentLog, Snapshot
from mappers.model.sync_request import SyncRequest, Trigger, decode_request, encode_request, request_id
from mappers.model.text import excerpt, forbidden_in_code, forbidden_in_prose, is_printable_ascii, normalise
from mappers.model.times import rfc3339
from mappers.model.versions import is_older

__all__ = [
    "NEW_STATUSES",
    "Account",
    "Action",
    "Affected",
    "Cause",
    "CauseGroup",
    "Code",
    "Company",
    "Contact",
    "Document",
    "DocumentLine",
    "DocumentRef",
    "DocumentType",
    "ExistingDocument",
    "ExistingLine",
    "Item",
    "LineAmounts",
    "LogEntry",
    "MasterList",
    "Needs",
    "NotANumber",
    "OrganisationFacts",
    "Outcome",
    "Problem",
    "ReferenceData",
    "ShipmentLog",
    "Snapshot",
    "Status",
    "SyncRequest",
    "Tracking",
    "Trigger",
    "TriggerRule",
    "Waiting",
    "WaitingReason",
    "aliased",
    "code_key",
    "content_hash",
    "currency_exponent",
    "decimals",
    "decode_request",
    "encode_request",
    "excerpt",
    "first_difference",
    "forbidden_in_code",
    "forbidden_in_prose",
    "is_older",
    "is_printable_ascii",
    "is_same_code",
    "normalise",
    "number_key",
    "outcome_id",
    "outcome_key",
    "plain",
    "read_number",
    "request_id",
    "rfc3339",
    "round_half_up",
    "with_code",
    "with_similar_code",
]
