"""What a worker's callers wait for: many scrapes at once, and health beside connections that say nothing."""
