"""The offline model."""

from interviewer.models.offline.model import OfflineModel

__all__ = ["OfflineModel"]
