"""What is said that so many answers can show is what was simulated, and never more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewer.calibration.detection import KAPPA, RATES, SIZES, detectable

DOCS = Path(__file__).parents[2] / "docs" / "agreement.md"
ROW = re.compile(r"\| (\d), (close|loose) \| ([.\d]+) \| ([.\d]+) \| ([.\d]+) \| ([.\d]+) \|")


def table(title: str) -> dict[tuple[int, str], tuple[float, ...]]:
    """A printed table of the page, by raters and noise: kappa, then a rate for each size."""
    text = DOCS.read_text(encoding="utf-8").split(f"**{title}")[1].split("**\n", 1)[1].split("\n**")[0]
    found = {}
    for line in text.splitlines():
        if row := ROW.match(line):
            found[int(row[1]), row[2]] = tuple(float(row[place]) for place in range(3, 7))
    return found


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Nobody is lenient", "false"),
        ("One is lenient by half a band: how often that one", "half"),
        ("One is lenient by a whole band: how often that one", "whole"),
    ],
)
def test_the_rates_are_those_that_the_simulation_printed(title: str, field: str) -> None:
    printed = table(title)
    assert printed.keys() == RATES.keys()
    for key, (kappa, *rates) in printed.items():
        assert list(getattr(RATES[key], field)) == rates
        assert KAPPA[key[1]] == kappa


def test_the_sizes_are_those_of_the_tables() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert "| raters | kappa | " + " | ".join(f"{size} answers" for size in SIZES) + " |" in text


@pytest.mark.parametrize("candidates", [0, 1, 19])
def test_below_the_smallest_simulation_nothing_is_promised(candidates: int) -> None:
    said = detectable(candidates, 3, 0.9)
    assert f"these are {candidates}" in said
    assert "%" not in said


def test_one_person_cannot_be_found_lenient() -> None:
    assert "two people" in detectable(100, 1, None)


@pytest.mark.parametrize(
    ("candidates", "raters", "kappa", "rates"),
    [
        (20, 2, None, ("34 %", "84 %", "5 %")),
        (39, 2, 0.9, ("69 %", "over 99 %", "4 %")),
        (40, 3, 0.60, ("55 %", "99 %", "4 %")),  # between the two levels of noise: the looser
        (99, 4, None, ("55 %", "99 %", "5 %")),  # four raters: the lower rate of three and five, the higher false alarm
        (500, 9, 0.77, ("over 99 %", "over 99 %", "5 %")),
    ],
)
def test_the_next_smaller_simulation_with_raters_no_closer_is_quoted(
    candidates: int, raters: int, kappa: float | None, rates: tuple[str, str, str]
) -> None:
    said = detectable(candidates, raters, kappa)
    half, whole, false = rates
    assert f"half a band was found in {half} of cases, by a whole band in {whole}" in said
    assert f"called so in {false}" in said


@pytest.mark.parametrize("kappa", [None, 0.2, -0.1])
def test_of_raters_who_agree_less_than_any_that_were_simulated_less_is_promised(kappa: float | None) -> None:
    said = detectable(100, 2, kappa)
    assert "found less often than that" in said
    assert "does not show that all are alike" in said


def test_of_raters_as_close_as_the_simulated_ones_nothing_is_taken_back() -> None:
    assert "less often" not in detectable(40, 3, 0.55)
    assert "who all rate every answer" in detectable(40, 3, 0.55)


def test_where_many_are_missed_it_says_that_silence_shows_nothing() -> None:
    assert "does not show that all are alike" in detectable(20, 2, 0.9)
    assert "does not show that all are alike" not in detectable(100, 3, 0.9)
