"""``interviewer evaluate grading``: how far the grader can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.common import (
    make_runtime,
    note,
    print_json,
    progress,
    show_company,
    show_notices,
    takes_settings,
)
from interviewer.cli.evaluate import AsJson, Half, Part
from interviewer.errors import UsageError

if TYPE_CHECKING:
    from interviewer.calibration.tables import Table
    from interviewer.calibration.trials import Case, Trial
    from interviewer.models.base import InterviewModel
    from interviewer.runtime import Runtime

SECTIONS = (
    "agreement",
    "kinds",
    "credit",
    "confidence",
    "invariance",
    "laws",
    "second-key",
    "probes",
    "readers",
)


ONCE = ("agreement", "kinds", "credit", "confidence", "second-key", "readers")
"""The tables that need no more than one grade of each answer: what a model that is paid for is asked."""


@takes_settings
def command(
    half: Half = Part.TEST,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SECTION", help=f"One table (may be repeated): {', '.join(SECTIONS)}."),
    ] = None,
    resamples: Annotated[
        int, typer.Option("--resamples", min=100, max=20_000, help="Bootstrap resamples for the intervals.")
    ] = 1000,
    as_json: AsJson = False,
    model_name: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Measure this model at the endpoint that is set up, instead of the offline one. Every answer is sent "
            "there, and paid for.",
        ),
    ] = None,
) -> None:
    """How far the offline grader agrees with the authors of the calibration answers, and where it does not.

    The readers were fitted on the development half; only the test half says how they do on questions that they have
    not seen. “Authors”, not “people in general”: a band is what one writer meant an answer to be worth.
    """
    from interviewer.calibration.trials import cases, try_all
    from interviewer.models.offline import OfflineModel
    from interviewer.resources import prompts_dir

    unknown = sorted(set(only or ()) - set(SECTIONS))
    if unknown:
        raise UsageError(f"There is no section {unknown[0]!r}.", f"There are: {', '.join(SECTIONS)}.")
    if model_name is not None:
        runtime = make_runtime(model=model_name, grade_model=model_name, use_model=True)
        show_notices(runtime)
        graded = _of_a_real_model(runtime, progress(cases(runtime.bank, half.value), "Grading answers"))
        model, trials = runtime.model, graded
        only = [name for name in only or ONCE if name in ONCE]
    else:
        runtime = make_runtime()
        show_notices(runtime)
        model = OfflineModel(runtime.embedder, prompts_dir())
        trials = list(try_all(model, progress(cases(runtime.bank, half.value), "Grading answers")))
    tables = []
    for name, make in _sections(runtime, model, trials, resamples):
        if not only or name in only:
            tables.append(make())
            if not as_json:
                typer.echo(tables[-1].markdown() + "\n")
    if as_json:
        print_json(
            {"grader": model.info.model_dump(mode="json"), "half": half.value, "tables": [t.content() for t in tables]}
        )


def _of_a_real_model(runtime: Runtime, chosen: Iterable[Case]) -> list[Trial]:
    """The trials of the model that is set up, checked as in an interview; what it did not grade is named and left out.

    Raises UsageError when there is no endpoint, ModelError when it graded nothing.
    """
    from interviewer.calibration.trials import Trial
    from interviewer.domain.grade import Grade
    from interviewer.errors import ModelUnavailable
    from interviewer.grading.grader import grade
    from interviewer.grading.judge import answer_to

    show_company(runtime)
    if runtime.endpoint is None:
        raise UsageError("No endpoint is set up, so there is no such model to ask.", "“interviewer model” says how.")
    trials: list[Trial] = []
    for case in chosen:
        request = answer_to(case.question.prompt, case.question.rubric, case.answer.text)
        result = grade(runtime.model, request, runtime.key)
        if isinstance(result, Grade):
            trials.append(Trial(case, result))
        else:
            note(f"Left out: an answer to {case.question.id} ({result.reason})")
    if not trials:
        raise ModelUnavailable("Not one answer could be graded.", "“interviewer model” tests the connection.")
    return trials


def _sections(
    runtime: Runtime, model: InterviewModel, trials: list[Trial], resamples: int
) -> Iterator[tuple[str, Callable[[], Table]]]:
    from interviewer.bank import load_second_readings
    from interviewer.calibration import measures
    from interviewer.calibration.trials import cases
    from interviewer.models.offline.second_key import SecondKey

    def development() -> list[Case]:
        return cases(runtime.bank, "development")

    yield "agreement", lambda: measures.agreement(trials, development(), runtime.embedder, resamples=resamples)
    yield "kinds", lambda: measures.by_kind(trials)
    yield "credit", lambda: measures.credits(trials)
    yield "confidence", lambda: measures.confidence(trials)
    yield "invariance", lambda: measures.invariance(model, trials)
    yield "laws", lambda: measures.laws(model, trials)
    yield "second-key", lambda: measures.second_key(SecondKey(runtime.embedder), trials)
    yield "probes", lambda: measures.probes(model, trials)
    yield "readers", lambda: measures.readers(trials, load_second_readings(runtime.bank), resamples=resamples)
