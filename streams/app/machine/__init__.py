"""What the worker asks of the machine, and of Python, that it runs on."""

from streams.app.machine.allocator import give_memory_back
from streams.app.machine.descriptors import open_limit, raise_descriptor_limit
from streams.app.machine.garbage import collect_seldom
from streams.app.machine.waiting import waited_for_processor

__all__ = ["collect_seldom", "give_memory_back", "open_limit", "raise_descriptor_limit", "waited_for_processor"]
