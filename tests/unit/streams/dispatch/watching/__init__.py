"""What people do in Xero to documents of ours."""
