"""The verbs of tariffs: publishing, facts about days, prices of intervals."""

from gridhall.cis.tariffs.actions.facts import record_announcement, record_day_fact
from gridhall.cis.tariffs.actions.prices import create_series, discard_prices, publish_prices, upload_prices
from gridhall.cis.tariffs.actions.publishing import publish, publish_calendar, publish_parsed, publish_shipped

__all__ = [
    "create_series",
    "discard_prices",
    "publish",
    "publish_calendar",
    "publish_parsed",
    "publish_prices",
    "publish_shipped",
    "record_announcement",
    "record_day_fact",
    "upload_prices",
]
