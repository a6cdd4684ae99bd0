"""One batch from the ready queue to every shipment's answer: look-up, write, recovery, backoff."""

from streams.dispatch.batch.backoff import DISCONNECTED, OUT_OF_QUOTA, Backoff
from streams.dispatch.batch.conflicts import NumberConflicts
from streams.dispatch.batch.existing_documents import ExistingDocuments
from streams.dispatch.batch.history_notes import HistoryNotes
from streams.dispatch.batch.inherited import InheritedBatch, InheritedBatches, UnplannableResolver, UnplannableWrite
from streams.dispatch.batch.lookup import ExistingLookup
from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.batch.pipeline import BatchPipeline
from streams.dispatch.batch.ready_queue import MOST_ROUNDS, NextBatch, PlannedWrite, ReadyQueue, WriteMode
from streams.dispatch.batch.recovery import UnknownEffectResolver
from streams.dispatch.batch.write import BatchWriter

__all__ = [
    "DISCONNECTED",
    "MOST_ROUNDS",
    "OUT_OF_QUOTA",
    "Backoff",
    "BatchPipeline",
    "BatchWriter",
    "ExistingDocuments",
    "ExistingLookup",
    "HistoryNotes",
    "InheritedBatch",
    "InheritedBatches",
    "NextBatch",
    "NumberConflicts",
    "OrganisationCalls",
    "PlannedWrite",
    "ReadyQueue",
    "UnknownEffectResolver",
    "UnplannableResolver",
    "UnplannableWrite",
    "WriteMode",
]
