"""Quantities that are not counted by AWS but that usage is derived with: rates of events and shares of messages."""

from decimal import Decimal

from pricing.meters.meter import Quantity

SHARE = "share"
"""Unit of a number from 0 to 1."""
EVENT_RATE = "event per recipient"
_ONE = Decimal(1)

MATCHED = "sns.filter.matched_share"
BOUNCES, COMPLAINTS = "ses.bounce_rate", "ses.complaint_rate"
OPENS, CLICKS, OTHERS = "ses.open_rate", "ses.click_rate", "ses.other_event_rate"

QUANTITIES = (
    Quantity(
        MATCHED,
        SHARE,
        "Mean share of a topic's messages that a filter policy lets through; with it the deliveries of filtered "
        "subscriptions follow from the publishes.",
        most=_ONE,
    ),
    Quantity(
        BOUNCES, SHARE, "Share of recipients whose mail bounces; gives the bounce notifications of topics.", most=_ONE
    ),
    Quantity(
        COMPLAINTS, SHARE, "Share of recipients who complain; gives the complaint notifications of topics.", most=_ONE
    ),
    Quantity(OPENS, EVENT_RATE, "Opens per recipient; gives the open events that are published to topics."),
    Quantity(CLICKS, EVENT_RATE, "Clicks per recipient; gives the click events that are published to topics."),
    Quantity(
        OTHERS,
        EVENT_RATE,
        "Events per recipient of all other types that a destination publishes (rejects, rendering failures, delivery "
        "delays, subscription changes).",
    ),
)
