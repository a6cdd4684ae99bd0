"""What people did, by time: of what was sent, and changed in Xero, as logs tell it; of the rest as a record says it."""

from streams.projection.acts.act_pages import acts_page
from streams.projection.acts.entries import ToldAct, entries_of_act
from streams.projection.acts.of_log import change_acts
from streams.projection.acts.of_records import act_of_pause, act_of_redrive

__all__ = ["ToldAct", "act_of_pause", "act_of_redrive", "acts_page", "change_acts", "entries_of_act"]
