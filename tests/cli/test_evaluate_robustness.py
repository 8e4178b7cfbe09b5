"""What attacks can do to a grade, asked for on the command line."""

from __future__ import annotations

from interviewer.calibration.robustness import SECTIONS
from interviewer.cli.evaluate_robustness import SECTIONS as LISTED
from tests.cli.conftest import Run


def test_the_command_prints_what_it_measured(cli: Run) -> None:
    assert tuple(SECTIONS) == LISTED
    ran = cli("evaluate", "robustness", "--only", "irrelevant", "--answers", "10", "--json")
    assert ran.code == 0
    (table,) = ran.json["tables"]
    assert table["name"] == "irrelevant"
    assert all(row["tried"] > 0 for row in table["rows"])


def test_a_section_that_does_not_exist_is_named(cli: Run) -> None:
    ran = cli("evaluate", "robustness", "--only", "luck")
    assert (ran.code, "luck" in ran.err) == (2, True)
