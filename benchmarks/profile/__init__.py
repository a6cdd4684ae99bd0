"""Where a worker's processor time goes in a burst: `python -m benchmarks.profile`."""
