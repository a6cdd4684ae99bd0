"""Invoices and quotes over the wire: lists, writes, payments, notes, files, and what their customers get."""

from deploy.simulator.http.documents.document_json import document_as_json

__all__ = [
    "document_as_json",
]
