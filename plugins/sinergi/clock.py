"""The city's clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Jakarta")  # Palangka Raya keeps western Indonesian time


def today() -> date:
    """Give the day that it is in the city."""
    return datetime.now(ZONE).date()
