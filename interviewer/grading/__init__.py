"""Grades: the evidence check, the score, and the grader that joins them."""

from interviewer.grading.grader import grade

__all__ = ["grade"]
