"""A tab of the app without a browser: Streamlit's AppTest, with addresses."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

APP = Path(__file__).parents[2] / "app.py"


class Pages:
    """An open tab. ``at`` goes to an address as a browser would."""

    def __init__(self) -> None:
        self.test = AppTest.from_file(APP, default_timeout=30)

    def at(self, path: str = "", **query: str) -> AppTest:
        if path:
            self.test.run()
            # AppTest can only switch to pages that are files; an address is the hash of its path.
            self.test._page_hash = calc_hash(path)
        self.test.query_params.clear()
        self.test.query_params.update(query)
        self.test.run()
        self.test._page_hash = ""
        return self.test


def text(test: AppTest) -> str:
    """Everything that a page shows in HTML, titles and notes."""
    kinds = ("html", "title", "header", "markdown")
    return "\n".join(str(getattr(element, "value", "")) for kind in kinds for element in test.get(kind))
