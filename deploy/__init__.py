"""What runs beside the product on one machine: Kafka for development, the simulator, the demo, the testbed."""
