"""The Apache Kafka that integration tests run on."""
