"""What the pages show, worked out from what is stored: pure functions and plain values, no HTTP."""
