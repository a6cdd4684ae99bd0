"""What docs/schemas says of the topics: a JSON Schema for each kind of record, and one AsyncAPI document of all."""
