"""Scores and cuts as triggers: thresholds, rates in kHz, efficiencies, menus."""

from codesign.trigger.counts import ScoreCounts
from codesign.trigger.efficiency import efficiency, turn_on
from codesign.trigger.menu import Menu, decisions, read_menu
from codesign.trigger.rates import RateCounter
from codesign.trigger.versions import paired_loss
from codesign.trigger.working_point import tpr_at_fpr, working_point

__all__ = [
    "Menu",
    "RateCounter",
    "ScoreCounts",
    "decisions",
    "efficiency",
    "paired_loss",
    "read_menu",
    "tpr_at_fpr",
    "turn_on",
    "working_point",
]
