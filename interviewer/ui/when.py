"""Dates and spans of time as people say them, in the browser's time zone."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

# Not strftime's names: those change with the server's locale, and the pages are in English.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def zone() -> tzinfo | None:
    """The browser's time zone; None, which stands for the server's own, where it is not known."""
    name = st.context.timezone
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def moment(at: datetime, now: datetime, where: tzinfo | None = None) -> str:
    """
    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    >>> [moment(now - timedelta(hours=h), now, UTC) for h in (2, 20, 200)]
    ['today, 10:00', 'yesterday, 16:00', '22 February 2026, 04:00']
    """
    here, today = at.astimezone(where), now.astimezone(where).date()
    if here.date() == today:
        return f"today, {here:%H:%M}"
    if here.date() == today - timedelta(days=1):
        return f"yesterday, {here:%H:%M}"
    return f"{here.day} {_MONTHS[here.month - 1]} {here:%Y, %H:%M}"


def count(number: int, noun: str) -> str:
    """
    >>> count(1, "question"), count(5, "minute")
    ('1 question', '5 minutes')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
