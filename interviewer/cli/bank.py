"""``interviewer bank``: the questions, as a list, as JSON, or one of them to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from interviewer.cli.common import console, make_runtime, plural, print_json, progress, takes_settings

if TYPE_CHECKING:
    from interviewer.bank import Bank
    from interviewer.contracts import BankQuestion
    from interviewer.domain.question import Question
    from interviewer.runtime import Runtime

NAME = "bank"
HELP = """List the questions of the bank, or show one with its rubric.

Examples:

\b
  interviewer bank
  interviewer bank overfitting
  interviewer bank --json > questions.json
  interviewer bank --check --knowledge-dir my-bank
  interviewer bank --lint
  interviewer bank overfitting --lint
"""


@takes_settings
def command(
    question_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Show this question only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print an array for programs (schema: bank).")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Read everything in the bank and say whether it is valid.")
    ] = False,
    lint: Annotated[
        bool,
        typer.Option("--lint", help="Look for weak rubrics; with --json, print the findings (schema: lint)."),
    ] = False,
) -> int:
    runtime = make_runtime()
    bank = runtime.bank
    if check:
        from interviewer.bank import load_calibration

        answers = sum(len(one.answers) for one in load_calibration(bank).values())
        print(
            f"The bank in {bank.folder} is valid: {plural(len(bank.questions), 'question')}, "
            f"{plural(len(bank.guides), 'guide')}, {plural(len(bank.topics), 'topic')}, "
            f"{plural(answers, 'calibration answer')}."
        )
        return 0
    questions = [bank.question(question_id)] if question_id is not None else list(bank.questions.values())
    if lint:
        return _lint(runtime, questions, as_json)
    if as_json:
        print_json([as_contract(question).model_dump(mode="json") for question in questions], indent=1)
    elif question_id is not None:
        _show(bank, questions[0])
    else:
        _list(bank, questions)
    return 0


def _lint(runtime: Runtime, questions: list[Question], as_json: bool) -> int:
    """Prints what the linter finds as it finds it; 1 when there is anything, so that a script can stop."""
    findings = []
    out = console()
    for question in progress(questions, "Reading rubrics"):
        for finding in runtime.linter.lint([question]):
            findings.append(finding)
            if not as_json:
                out.print(f"{finding.question}, {finding.where}: {finding.rule}", style="bold")
                out.print(f"  “{_shortened(finding.text)}”")
                out.print(f"  {finding.why}")
    if as_json:
        print_json([finding.model_dump(mode="json") for finding in findings], indent=1)
    else:
        rubrics = plural(len(questions), "rubric")
        out.print(f"{plural(len(findings), 'finding')} in {rubrics}." if findings else f"Nothing found in {rubrics}.")
    return int(bool(findings))


def _shortened(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def as_contract(question: Question) -> BankQuestion:
    from interviewer.contracts import BankCriterion, BankQuestion, BankRubric

    return BankQuestion(
        id=question.id,
        prompt=question.prompt,
        topic=question.topic,
        stage=question.stage,
        seniority=question.seniority,
        roles=list(question.roles),
        format=question.format,
        minutes=question.minutes,
        sources=item_refs(question),
        rubric=BankRubric(
            hash=question.rubric.hash,
            criteria=[
                BankCriterion(id=c.id, text=c.text, kind=c.kind, weight=c.weight) for c in question.rubric.criteria
            ],
        ),
    )


def item_refs(question: Question) -> list[Any]:
    from interviewer.contracts import ItemRef

    return [ItemRef(source=ref.source, item=ref.item) for ref in question.sources]


def _list(bank: Bank, questions: list[Question]) -> None:
    out = console()
    for question in sorted(questions, key=lambda q: (q.stage.rank, q.topic, q.seniority.rank, q.id)):
        out.print(question.id, style="bold")
        out.print(question.prompt)
        out.print(_in_short(bank, question), style="dim")
        out.print()
    out.print(f"{plural(len(questions), 'question')} in {bank.folder}. “interviewer bank ID” shows one in full.")


def _in_short(bank: Bank, question: Question) -> str:
    return (
        f"{question.stage.label} · {question.seniority.label} · {bank.topic_title(question.topic)} · "
        f"{plural(question.minutes, 'minute')}"
    )


def _show(bank: Bank, question: Question) -> None:
    out = console()
    out.print(question.prompt, style="bold")
    out.print(f"{_in_short(bank, question)} · {', '.join(role.label for role in question.roles)}")
    _paragraph("Other wordings", *question.variants)
    for criterion in question.rubric.criteria:
        out.print()
        out.print(f"[{criterion.kind}, weight {criterion.weight:g}] {criterion.text}", style="bold")
        out.print(f"  {criterion.id}", style="dim")
        for statement in criterion.statements:
            out.print(f"  – {statement}")
        if criterion.probe:
            out.print(f"  Probe: {criterion.probe}")
        for number, hint in enumerate(criterion.hints, 1):
            out.print(f"  Hint {number}: {hint}")
    for misconception in question.rubric.misconceptions:
        out.print()
        out.print(f"Misconception: {misconception.beliefs[0]}", style="bold")
        out.print(f"  Challenge: {misconception.challenge}")
        out.print(f"  Correction: {misconception.correction}")
    for clarification in question.clarifications:
        _paragraph(f"If asked “{clarification.asks[0]}”", clarification.answer)
    _paragraph("How to approach it", question.approach)
    _paragraph("A sample answer", question.sample_answer)
    _paragraph("To study", *question.study)
    _paragraph("Sources", *(f"{ref.source}, {ref.item}" for ref in question.sources))
    _paragraph("Rubric", question.rubric.hash)


def _paragraph(heading: str, *lines: str) -> None:
    if lines:
        out = console()
        out.print()
        out.print(heading, style="bold")
        for line in lines:
            out.print(f"  {line}")
