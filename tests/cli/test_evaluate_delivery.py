"""Measuring from a terminal how well delivery is measured."""

from __future__ import annotations

import pytest

from interviewer.cli import evaluate_delivery
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def no_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without a program that speaks."""
    monkeypatch.setattr(evaluate_delivery, "SPEAKER", "no-such-program-that-speaks")


def test_the_figures_are_printed_for_programs(cli: Run) -> None:
    ran = cli("evaluate", "delivery", "--json")
    assert ran.code == 0
    assert set(ran.json["fillers"]) == {"development", "reported", "fresh"}
    assert ran.json["fillers"]["fresh"]["sentences"] >= 300
    assert ran.json["words_per_minute"]["worst_share"] < 0.01
    bursts = {one["snr_db"]: one for one in ran.json["pauses"]}
    assert set(bursts) == {None, 40, 20, 15}
    assert bursts[20]["missed"] == 0
    assert bursts[20]["near"] == 1.0


def test_the_table_says_what_was_not_measured(cli: Run) -> None:
    ran = cli("evaluate", "delivery")
    assert ran.code == 0
    assert "| reported | 3" in ran.out
    assert "bursts alone" in ran.err
