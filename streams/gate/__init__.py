"""The gate: from status changes to requests for accounting."""
