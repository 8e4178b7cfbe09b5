"""The door to models: the protocol, and who is behind it."""

from interviewer.models.base import InterviewModel, ModelInfo

__all__ = ["InterviewModel", "ModelInfo"]
