"""A shipment's files beside those that are on its document: what is put there, and why something is not."""

from mappers.existing.attachments.deciding import Decision, Putting, alternative_name, decide, is_in_question
from mappers.existing.attachments.problems import (
    content_problem,
    differs,
    document_gone,
    document_unseen,
    invalid,
    name_taken,
    no_room,
    not_allowed,
    not_consented,
    not_found,
    refused,
    too_large,
    unconfirmed,
    unreachable,
)

__all__ = [
    "Decision",
    "Putting",
    "alternative_name",
    "content_problem",
    "decide",
    "differs",
    "document_gone",
    "document_unseen",
    "invalid",
    "is_in_question",
    "name_taken",
    "no_room",
    "not_allowed",
    "not_consented",
    "not_found",
    "refused",
    "too_large",
    "unconfirmed",
    "unreachable",
]
