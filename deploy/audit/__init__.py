"""Whether a dependency has a known vulnerability: asks pip-audit, and judges what it says."""
