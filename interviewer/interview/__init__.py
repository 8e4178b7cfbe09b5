"""Interviews: planning, policy, the engine, and the workers that run it."""

from interviewer.interview.engine import Interviewer
from interviewer.interview.live import LiveReply
from interviewer.interview.workers import Workers

__all__ = ["Interviewer", "LiveReply", "Workers"]
