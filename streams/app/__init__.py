"""The one composition root: settings become objects here and nowhere else."""

from streams.app.worker import Role, run_worker

__all__ = ["Role", "run_worker"]
