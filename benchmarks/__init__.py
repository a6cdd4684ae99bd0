"""What the worker promises about speed and calls, measured: `python -m benchmarks`, described in docs/benchmarks.md."""
