"""Pages for people who play Xero by hand: contacts, items and documents of each organisation, under `/books`."""

from deploy.simulator.control.pages.site import PAGES, routes

__all__ = ["PAGES", "routes"]
