"""What people who look at the pages cost those who wait for Xero."""
