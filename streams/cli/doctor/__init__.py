"""`shipledger doctor`: whether everything the worker needs is there and in order."""

from streams.cli.doctor.command import doctor, examine
from streams.cli.doctor.finding import Finding
from streams.cli.doctor.taxes import tax_lines
from streams.cli.doctor.xero import connection

__all__ = ["Finding", "connection", "doctor", "examine", "tax_lines"]
