"""What the board is called to the auth manager."""

from __future__ import annotations

VIEW = "Papan Kiriman"


def view_of(sender_id: str) -> str:
    """Name the view whose POST permission lets a sender deliver."""
    return f"{VIEW}:{sender_id}"
