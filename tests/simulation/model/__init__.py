"""The dispatcher against a small model of what must come of anything that people, Xero and machines do to it."""
