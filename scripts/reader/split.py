"""Which development questions teach what: the readers learn from two thirds of them, verdicts from the rest.

A verdict weighs what the readers say of an answer, so it must be fitted on questions that they have not seen.
"""

from __future__ import annotations

import hashlib

from interviewer.bank import Bank, load_split


def _order(bank: Bank) -> list[str]:
    development, _ = load_split(bank)
    return sorted(development, key=lambda name: hashlib.sha256(name.encode()).hexdigest())


def taught(bank: Bank) -> list[str]:
    """The questions that the readers learn from."""
    return _order(bank)[len(_order(bank)) // 3 :]


def weighed(bank: Bank) -> list[str]:
    """The questions that verdicts are fitted on."""
    return _order(bank)[: len(_order(bank)) // 3]
