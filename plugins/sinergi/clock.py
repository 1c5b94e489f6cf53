"""The city's clock."""

from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Jakarta")  # Palangka Raya keeps western Indonesian time
