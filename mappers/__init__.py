"""The core: what a shipment means to the books. Pure values and rules; no I/O, no clock, no logging."""
