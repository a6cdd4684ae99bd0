"""The consumers of docs/consumers.md, run as they stand there."""
