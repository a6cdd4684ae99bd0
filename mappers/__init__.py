"""What a shipment means in accounting: the values and rules of the product, without I/O, clock or logging."""
