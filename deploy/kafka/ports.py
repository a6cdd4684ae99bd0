"""Free ports on loopback, below the range from which the kernel takes the ports of outgoing connections.

A client that reconnects to a closed port of the ephemeral range on loopback can be given that same port as its own,
so that it connects to itself and holds the port: a broker that restarts there finds "Address already in use".
Linux's range starts at 32768 (ip_local_port_range in the kernel's ip-sysctl page).
"""

import random
import socket
from collections.abc import Iterator
from contextlib import closing

LOOPBACK = "127.0.0.1"
_CANDIDATES = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of loopback now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As Java's server sockets do: connections of a former server that still linger are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_ports(rng: random.Random) -> Iterator[int]:
    """Different free ports in random order, so that runs side by side rarely choose the same one."""
    for port in rng.sample(_CANDIDATES, len(_CANDIDATES)):
        if is_free(port):
            yield port
