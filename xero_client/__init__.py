"""The only package that knows Xero's wire and xero-python."""
