"""Free ports for worker processes: below 32768, where no client's own port can be in the way."""

import random

from deploy.kafka import free_ports


def free_port() -> int:
    """A port that is free now."""
    return next(free_ports(random.SystemRandom()))
