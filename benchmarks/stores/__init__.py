"""The stores by themselves: how long they take, and what they cost."""
