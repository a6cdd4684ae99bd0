"""The modules that one invoice passes, from Kafka's bytes to the log over HTTP: `make journey`."""
