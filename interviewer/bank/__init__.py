"""Loads and validates knowledge/."""

from interviewer.bank.bank import (
    Bank,
    load_bank,
    load_calibration,
    load_items,
    load_second_readings,
    load_split,
)

__all__ = ["Bank", "load_bank", "load_calibration", "load_items", "load_second_readings", "load_split"]
