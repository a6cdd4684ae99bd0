"""Puts our readers in the place of aiokafka's, for every consumer of the process, Faust's too."""

import aiokafka.consumer.fetcher

from streams.reading.batches import FetchedBatches
from streams.reading.partition import ReadablePartition


def guard_readers() -> None:
    """Let no record make a consumer raise. aiokafka has no way to be given a reader, so that its module is."""
    names = vars(aiokafka.consumer.fetcher)
    names["MemoryRecords"] = FetchedBatches
    names["PartitionRecords"] = ReadablePartition
