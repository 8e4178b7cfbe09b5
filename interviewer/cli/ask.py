"""``interviewer ask``: an interview in the terminal, or played from a file."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.common import Offline, make_runtime, opened_text, show_company, show_notices, takes_settings
from interviewer.domain.words import Mode, Role, Seniority, Stage
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from interviewer.domain.company import Company
    from interviewer.domain.interview import Setup
    from interviewer.runtime import Runtime

NAME = "ask"
HELP = """Be interviewed in the terminal, or play a script.

A script is a text file with the candidate's turns, one a line.

/hint, /skip, /idk (I don't know), /again (say it differently), /pause and /end do what the page's buttons do. The
interview is stored like any other: it can be gone on with here (--resume ID) or in the browser, and has a report.

Examples:

\b
  interviewer ask
  interviewer ask --role data_scientist --seniority junior --count 3 --mode real
  interviewer ask --about "more on transformers" --minutes 30
  interviewer ask --resume Kd8sJ2nQpL0aXy7c
  interviewer ask --script answers.txt --questions overfitting,gradient-descent --seed 7 --json
"""


@takes_settings
def command(
    script: Annotated[
        Path | None,
        typer.Option(
            "--script", metavar="FILE", help="Play the candidate's lines from a file; empty lines are skipped."
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="With --script: print every event as a line for programs (schema: ask-event)."),
    ] = False,
    questions: Annotated[
        str | None, typer.Option("--questions", metavar="ID,ID…", help="Ask these questions, in this order.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", metavar="N", min=1, max=30, help="How many questions.")
    ] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", metavar="N", min=5, max=240, help="How long, at most.")
    ] = None,
    role: Annotated[Role, typer.Option(help="The job that the interview is for.")] = Role.ML_ENGINEER,
    seniority: Annotated[Seniority, typer.Option(help="How hard the questions are.")] = Seniority.MID,
    stage: Annotated[
        list[Stage] | None, typer.Option(metavar="STAGE", help="Only this stage; may be given several times.")
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(metavar="TOPIC", help="Only this topic; may be given several times.")
    ] = None,
    about: Annotated[
        str | None,
        typer.Option("--about", metavar="WISH", help="What you would like to be asked, in your own words."),
    ] = None,
    company: Annotated[
        str | None, typer.Option("--company", metavar="NAME", help="The company that you prepare for.")
    ] = None,
    company_text: Annotated[
        Path | None,
        typer.Option("--company-text", metavar="FILE", help="With --company: what it says of itself, as plain text."),
    ] = None,
    mode: Annotated[Mode, typer.Option(help="practice has hints and sample answers, real has none.")] = Mode.PRACTICE,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="N", min=0, max=2**31 - 1, help="The same seed asks the same in the same words."
        ),
    ] = None,
    resume: Annotated[str | None, typer.Option("--resume", metavar="ID", help="Go on with a stored interview.")] = None,
    offline: Offline = False,
) -> None:
    from interviewer.cli import play, talk

    if as_json and script is None:
        raise UsageError("--json goes with --script.", "Without a script, answers are typed and read here.")
    runtime = make_runtime(use_model=False if offline else None)
    show_notices(runtime)
    show_company(runtime)
    chosen = Choice(
        questions,
        count,
        minutes,
        role,
        seniority,
        tuple(stage or ()),
        tuple(topic or ()),
        mode,
        request=about or "",
        company=read_company(company, company_text),
    )
    try:
        if script is None:
            given = seed if seed is not None else secrets.randbelow(2**31)
            talk.converse(runtime, resume or runtime.begin(make_setup(runtime, chosen, given)))
            return
        with opened_text(script) as lines:
            interview_id = resume or runtime.begin(reproducible(runtime, make_setup(runtime, chosen, seed or 0)))
            events = play.play(runtime, interview_id, lines)
            (play.show_events if as_json else talk.show_transcript)(events)
    finally:
        runtime.workers.close()


@dataclass(frozen=True)
class Choice:
    """What was asked for on the command line."""

    questions: str | None
    count: int | None
    minutes: int | None
    role: Role
    seniority: Seniority
    stages: tuple[Stage, ...]
    topics: tuple[str, ...]
    mode: Mode
    request: str = ""
    company: Company | None = None


def read_company(name: str | None, file: Path | None) -> Company | None:
    """The company to prepare for. Raises UsageError for a text without a name, and for what is too long."""
    from pydantic import ValidationError

    from interviewer.domain.company import MAX_COMPANY_CHARACTERS, Company

    if name is None:
        if file is not None:
            raise UsageError("--company-text goes with --company.", "Name the company as well.")
        return None
    text = ""
    if file is not None:
        with opened_text(file) as lines:
            text = "\n".join(lines)
    try:
        return Company(name=name, text=text)
    except ValidationError:
        raise UsageError(
            "That name or text of a company cannot be taken.",
            f"A name has up to 120 characters, a text up to {MAX_COMPANY_CHARACTERS:,}.",
        ) from None


def make_setup(runtime: Runtime, choice: Choice, seed: int) -> Setup:
    """The interview's set-up. Raises UsageError for questions and topics that the bank does not have."""
    from interviewer.domain.interview import MAX_REQUEST_CHARACTERS, Setup
    from interviewer.interview.plan import DEFAULT_QUESTIONS

    ids = tuple(part.strip() for part in (choice.questions or "").split(",") if part.strip())
    if choice.questions is not None and not ids:
        raise UsageError("--questions names no question.", "“interviewer bank” lists their IDs.")
    for question_id in ids:
        runtime.bank.question(question_id)
    if len(choice.request) > MAX_REQUEST_CHARACTERS:
        raise UsageError(f"--about has more than {MAX_REQUEST_CHARACTERS} characters.", "A few words are enough.")
    for topic in choice.topics:
        if topic not in runtime.bank.topics:
            raise UsageError(f"The bank has no topic {topic!r}.", f"Topics are: {', '.join(runtime.bank.topics)}.")
    unlimited = choice.count is None and choice.minutes is None and not ids
    return Setup(
        role=choice.role,
        seniority=choice.seniority,
        stages=choice.stages,
        topics=choice.topics,
        mode=choice.mode,
        questions=DEFAULT_QUESTIONS if unlimited else choice.count,
        minutes=choice.minutes,
        question_ids=ids,
        request=choice.request,
        company=choice.company,
        seed=seed,
    )


def reproducible(runtime: Runtime, setup: Setup) -> Setup:
    """The same set-up with its questions fixed, whatever was asked in earlier interviews here."""
    questions = runtime.interviewer.questions(setup, recent=())
    return setup.model_copy(update={"question_ids": tuple(question.id for question in questions)})
