"""Why an edition is suspended, moved, resized, called off or opened again; vendors are told in the words of each code."""

from enum import StrEnum


class EditionReason(StrEnum):
    """The reasons there are; their texts stand with the notices, `other` has none: its paper says why."""

    COVID_19 = "covid_19"
    EPIDEMIC = "epidemic"
    EPIDEMIC_UNDER_CONTROL = "epidemic_under_control"
    WEATHER = "weather"
    VENUE_NOT_AVAILABLE = "venue_not_available"
    SAFETY = "safety"
    BUDGET = "budget"
    STATE_EVENT = "state_event"
    TOO_FEW_VENDORS = "too_few_vendors"
    MORE_VENDORS = "more_vendors"
    OTHER = "other"
