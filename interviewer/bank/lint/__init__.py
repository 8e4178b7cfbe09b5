"""The rubric linter: what a careful reader would send back to the writer of a record."""

from interviewer.bank.lint.finding import Finding, Rule
from interviewer.bank.lint.linter import Judge, Linter

__all__ = ["Finding", "Judge", "Linter", "Rule"]
