"""Settings from the environment and the company profile: read once, checked whole, frozen."""
