"""The store: the only place that knows SQL."""

from pathlib import Path

from interviewer.store.database import Database
from interviewer.store.leases import LeaseLost, Retry, Work
from interviewer.store.schema import LOCAL_OWNER
from interviewer.store.store import Store, utc_now

__all__ = ["LOCAL_OWNER", "Database", "LeaseLost", "Retry", "Store", "Work", "open_store", "utc_now"]


def open_store(path: Path) -> Store:
    """Opens (and where needed creates or migrates) the store at ``path``. Raises StoreError, NewerStore."""
    return Store(Database(path))
