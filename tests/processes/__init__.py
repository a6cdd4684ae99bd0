"""What tests of whole processes claim of the testbed's stack, and the administrator who connects it to Xero."""
