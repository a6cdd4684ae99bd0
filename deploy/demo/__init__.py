"""The demonstration: a Kafka, a simulator and a worker on this machine, and sample shipments with expected outcomes.

It knows the product by its contracts alone: Kafka topics, HTTP, environment and command line.
"""

from deploy.demo.main import run

__all__ = ["run"]
