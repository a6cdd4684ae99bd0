"""What the worker asks of the machine that it runs on."""

from streams.app.machine.allocator import give_memory_back
from streams.app.machine.descriptors import open_limit, raise_descriptor_limit

__all__ = ["give_memory_back", "open_limit", "raise_descriptor_limit"]
