"""By which authority servers prove who they are."""

from config.authority.authority import AuthorityFile, trusting

__all__ = ["AuthorityFile", "trusting"]
