"""A worker, its broker's topics and a simulator on this machine, as tests and benchmarks use them."""

from deploy.testbed.builders import encode, make_company, make_event, make_line, make_request, make_shipment
from deploy.testbed.events import company_profile, event
from deploy.testbed.half_open import half_open
from deploy.testbed.ports import free_port
from deploy.testbed.stack import Stack, running_stack
from deploy.testbed.topics import fresh_topics
from deploy.testbed.worker import TOKEN, WorkerProcess

__all__ = [
    "TOKEN",
    "Stack",
    "WorkerProcess",
    "company_profile",
    "encode",
    "event",
    "free_port",
    "fresh_topics",
    "half_open",
    "make_company",
    "make_event",
    "make_line",
    "make_request",
    "make_shipment",
    "running_stack",
]
