"""A cluster, Xero, machines with disks and workers on them, and what happens to them in one schedule."""

from tests.simulation.world.machines import Machine, World
from tests.simulation.world.worker import Worker

__all__ = ["Machine", "Worker", "World"]
