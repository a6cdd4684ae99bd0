"""What people do in Xero to documents of ours, with a real broker and whole workers."""
