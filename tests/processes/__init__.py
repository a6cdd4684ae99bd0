"""Real worker processes for tests: started, watched over HTTP, killed by their recorded process id."""
