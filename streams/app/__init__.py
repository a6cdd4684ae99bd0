"""The one composition root: settings become objects here and nowhere else."""

from streams.app.connections import token_sources
from streams.app.reconnects import tame_clients
from streams.app.worker import run_worker

__all__ = ["run_worker", "tame_clients", "token_sources"]
