"""Debian's Chromium, headless."""

from typing import Final

from playwright.sync_api import Browser, Playwright

PATH: Final = "/usr/bin/chromium"
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launched(playwright: Playwright) -> Browser:
    """A browser with an empty profile, which it has to itself."""
    return playwright.chromium.launch(executable_path=PATH, headless=True, args=list(_FLAGS))
