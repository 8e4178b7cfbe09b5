"""``interviewer demo``: fills this installation with a made-up kit, so that every page has something to show."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.common import make_runtime, note, plural, progress, progress_bar, show_notices, takes_settings
from interviewer.errors import InterviewerError, UnknownInterview, UnknownKit, UsageError

if TYPE_CHECKING:
    from interviewer.runtime import Runtime
    from interviewer.store import Store

NAME = "demo"
HELP = """Fill this installation with a demo, so that every page has something to show.

It has a few practice interviews, and a kit with candidates, raters, a settled disagreement and a rubric that is being
changed. Everything in it is made up: the answers were written for the question bank, the ratings are drawn around bands
that are known, and nobody gave them. The offline model grades; nothing is sent anywhere. --remove takes all of it out
again, and nothing else.

Examples:

\b
  interviewer demo
  interviewer demo --data-dir demo-data
  interviewer demo --remove
"""

RECORD = "demo.json"


@dataclass
class Record:
    """What was made, kept beside the store: so that it can be taken out again, and nothing else."""

    path: Path
    kit: list[str] = field(default_factory=list)
    interview: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Record:
        """Raises InterviewerError for a file that is none."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, [str(one) for one in found["kit"]], [str(one) for one in found["interview"]])
        except FileNotFoundError:
            return cls(path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InterviewerError(
                f"{path} cannot be read, so what belongs to the demo is not known.",
                "Delete the kit that begins with “Demo:” and the practice interviews on their pages, then this file.",
            ) from error

    def add(self, kind: str, made: str) -> None:
        getattr(self, kind).append(made)
        rest = {name: value for name, value in asdict(self).items() if name != "path"}
        # Whole or not at all: what is half written could not be taken out again.
        begun = self.path.with_suffix(".part")
        begun.write_text(json.dumps(rest, indent=1), encoding="utf-8")
        os.replace(begun, self.path)

    def still_there(self, store: Store) -> tuple[list[str], list[str]]:
        """The kits and the interviews of the demo that have not been deleted meanwhile."""
        return [one for one in self.kit if _has_kit(store, one)], [
            one for one in self.interview if _has_interview(store, one)
        ]

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


@takes_settings
def command(
    remove: Annotated[bool, typer.Option("--remove", help="Take the demo out again, and nothing else.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False,
) -> None:
    runtime = make_runtime(use_model=False)
    record = Record.read(runtime.settings.data_dir / RECORD)
    try:
        if remove:
            _remove(runtime, record, sure=yes)
        else:
            _fill(runtime, record)
    finally:
        runtime.store.database.close()


def _fill(runtime: Runtime, record: Record) -> None:
    from interviewer.cli.demo_filling import Filling

    kits, interviews = record.still_there(runtime.store)
    if kits or interviews:
        raise UsageError(
            f"The demo is here already: {_what(kits, interviews)}.",
            "To have it anew, take it out first: interviewer demo --remove",
        )
    record.forget()
    record = Record(record.path)
    show_notices(runtime)
    filling = Filling(runtime, datetime.now(UTC), record.add)
    note("Filling in the demo: interviews, grades, ratings. This takes about a minute.")
    try:
        with progress_bar("Demo", filling.total) as advance:
            for _ in filling.steps():
                advance()
    except BaseException:
        note("The demo was not finished; what was made of it is taken out again.")
        _delete(runtime.store, *record.still_there(runtime.store))
        record.forget()
        raise
    address = f"http://{runtime.settings.host}:{runtime.settings.port}"
    print(f"{_what(record.kit, record.interview)} are in {runtime.settings.database_path}.")
    print("All of it is made up. The raters' ratings are drawn at random around known bands; nobody gave them.")
    print("\nTo look at it: interviewer run, and then")
    for path, about in PAGES:
        print(f"  {address}/{path.format(kit=filling.kit_id)}  {about}")
    print(f"\nA candidate's link, to try it from the other side:\n  {address}/join?t={filling.link}")
    print("\nTo take it out again: interviewer demo --remove")


PAGES = (
    ("kits", "the kit, and the ways to all of its pages"),
    ("results?id={kit}", "candidates side by side"),
    ("rate?id={kit}", "the rating room"),
    ("agreement?id={kit}", "how far people agree, with each other and with the machine"),
    ("disagreements?id={kit}", "where they do not"),
    ("workshop?id={kit}", "a rubric that is being changed"),
    ("stability?id={kit}", "what must not change a grade"),
    ("past", "practice interviews"),
)


def _remove(runtime: Runtime, record: Record, *, sure: bool) -> None:
    kits, interviews = record.still_there(runtime.store)
    if not kits and not interviews:
        record.forget()
        print("There is no demo here.")
        return
    if not sure:
        if not sys.stdin.isatty():
            raise UsageError("Removing the demo asks first, and nobody is there to ask.", "Add --yes.")
        note(
            f"This deletes for good: {_what(kits, interviews)}, with all links, answers, ratings and drafts of the kit."
        )
        typer.confirm("Remove the demo?", abort=True, err=True)
    clean = _delete(runtime.store, kits, interviews)
    record.forget()
    print(f"Removed: {_what(kits, interviews)}.")
    if not clean:
        note("Another process was reading meanwhile; its pages are overwritten the next time something is deleted.")


def _delete(store: Store, kits: list[str], interviews: list[str]) -> bool:
    """Deletes them for good; False where a reader keeps old pages alive for a while."""
    clean = True
    for one in kits:
        clean = store.kits.delete(one) and clean
    for one in progress(interviews, "Removing"):
        clean = store.delete(one) and clean
    return clean


def _what(kits: list[str], interviews: list[str]) -> str:
    parts = [plural(len(kits), "kit")] if kits else []
    if interviews:
        parts.append(plural(len(interviews), "practice interview"))
    return " and ".join(parts)


def _has_kit(store: Store, kit_id: str) -> bool:
    try:
        store.kits.get(kit_id)
    except UnknownKit:
        return False
    return True


def _has_interview(store: Store, interview_id: str) -> bool:
    try:
        store.get(interview_id)
    except UnknownInterview:
        return False
    return True
