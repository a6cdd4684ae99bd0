"""Puts our readers in the place of aiokafka's, for every consumer of the process, Faust's too."""

import time
from functools import partial

import aiokafka.consumer.fetcher

from streams.reading.batches import FetchedBatches
from streams.reading.partition import MOST_INFLATED, ReadablePartition
from streams.reading.retries import Retries


def guard_readers() -> None:
    """Let no record make a consumer raise. aiokafka has no way to be given a reader, so that its module is."""
    names = vars(aiokafka.consumer.fetcher)
    names["MemoryRecords"] = FetchedBatches
    names["PartitionRecords"] = partial(ReadablePartition, Retries(time.monotonic), MOST_INFLATED)
