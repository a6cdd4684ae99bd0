"""The Apache Kafka that integration tests run on, and its topics."""
