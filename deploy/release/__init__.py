"""Makes a release of the clone it stands in, and publishes nothing: `make release VERSION=1.2.3`."""
