"""Trying a draft of a rubric on stored answers: they are scored under it, and the difference that it makes is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from interviewer.calibration.held_out import LEAST_SHARE, MOST_SHARE, SHARE, Halves, repeats, split
from interviewer.calibration.raters import FEWEST
from interviewer.calibration.rescoring import Difference, Key, comparable, compare
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Interview
from interviewer.domain.kit import Kit, KitVersion
from interviewer.domain.question import Question, Rubric, content_hash
from interviewer.domain.rating import Rating, RubricDraft
from interviewer.grading.exchange import answered, exchange_request, finished
from interviewer.kits.agreement import counting, rewritten
from interviewer.report.wording import joined
from interviewer.runtime import Runtime
from interviewer.ui import markup, scoring
from interviewer.ui import workshop_parts as parts
from interviewer.ui.scoring import Scorer
from interviewer.ui.when import count

AT_ONCE = 20
"""Answers shown before one asks for more."""

_GRADES = "workshop-grades"
_KEY = "workshop-score"

Made = dict[tuple[str, int, str, str], Grade | Ungraded]
"""By interview, exchange, rubric, and model with version and settings: what was scored in this tab."""


@dataclass(frozen=True)
class Ready:
    """What publishing a draft takes: the grade of every stored answer under it, and how many of those are missing.

    ``others`` are answers whose grade until now is by somebody else than the scorer, ``by_others`` says by whom.
    """

    draft: RubricDraft
    scorer: Scorer
    grades: list[tuple[str, int, Grade | Ungraded]]
    missing: int
    ungraded: int
    others: int
    by_others: str


@dataclass
class Bench:
    """The answers to one question, with what there is of grades under both rubrics by one scorer."""

    draft: RubricDraft
    published: Question
    scorer: Scorer
    interviews: list[Interview]
    stored: dict[str, Grade | Ungraded]
    made: Made

    @property
    def number(self) -> int:
        return self.draft.number

    def name(self, interview_id: str, rubric: Rubric) -> tuple[str, int, str, str]:
        by = content_hash(self.scorer.info.model_dump(mode="json"))
        return (interview_id, self.number, rubric.hash, by)

    def under(self, interview_id: str, question: Question) -> Grade | Ungraded | None:
        """The grade of an answer under a rubric: the stored one where it is the same scorer's, else what was made."""
        stored = self.stored.get(interview_id)
        if comparable(stored, question.rubric.hash, self.scorer.info):
            return stored
        return self.made.get(self.name(interview_id, question.rubric))

    def todo(self) -> list[tuple[Interview, Question]]:
        """What is to be scored so that all answers have a grade under both rubrics, the draft's first."""
        questions = (self.draft.question, self.published)
        return [
            (one, question) for question in questions for one in self.interviews if self.under(one.id, question) is None
        ]

    def score(self, one: tuple[Interview, Question]) -> None:
        interview, question = one
        grade = self.scorer.judge(exchange_request(interview, self.number, question))
        self.made[self.name(interview.id, question.rubric)] = grade

    def graded(self, question: Question, interviews: Sequence[str]) -> dict[Key, Grade | Ungraded]:
        found = {}
        for interview_id in interviews:
            grade = self.under(interview_id, question)
            if grade is not None:
                found[interview_id, self.number] = grade
        return found


def before_publishing(kit_id: str) -> None:
    """A callback: scores what is missing, and then asks."""
    st.session_state[f"publishing:{kit_id}"] = True
    scoring.start(_KEY)


def publishing(kit_id: str) -> bool:
    """Whether the scoring that runs is for a draft that is to be published after it."""
    return bool(st.session_state.get(f"publishing:{kit_id}"))


def asked(kit_id: str) -> None:
    st.session_state.pop(f"publishing:{kit_id}", None)


def draw(runtime: Runtime, kit: Kit, draft: RubricDraft, published: Question, versions: Sequence[KitVersion]) -> Ready:
    """Draws it all, and gives what publishing takes. ``versions`` are the kit's, oldest first."""
    rubrics = [version.content.questions[draft.number - 1].question.rubric for version in versions]
    st.header("What it changes", anchor=False)
    here = [one for one in scoring.stored(runtime, kit.id) if finished(one, draft.number) is not None]
    bench = Bench(
        draft=draft,
        published=published,
        scorer=scoring.chosen(runtime, "workshop-scorer", "scores the answers"),
        interviews=here,
        stored={one.id: grade for one in here if (grade := _stored(runtime, one.id, draft.number)) is not None},
        made=st.session_state.setdefault(_GRADES, {}),
    )
    with_words = [one for one in here if answered(one, draft.number)]
    names = {one.id: f"Answer {place}" for place, one in enumerate(with_words, start=1)}
    if not with_words:
        st.html(
            '<p class="plain">Nobody has answered this question yet. Once there are answers, they are scored under '
            "the draft here, and you see who would move, and why, before anything counts.</p>"
        )
        scoring.go_through(_KEY, bench.todo(), bench.score, "Scoring")  # what was skipped is graded, too
        return _ready(bench)
    halves = split(kit.id, [one.id for one in with_words], _share(kit, draft))
    _scoring(bench, len(with_words))
    if copied := repeats(draft.question, rubrics[0], with_words, draft.number):
        st.html(parts.repeats(copied, frozenset(halves.working), names))
    ratings = comparable_ratings(runtime, versions, kit.id, draft.number)
    scored = bench.graded(draft.question, [*halves.working, *halves.held_out])
    if scored:
        _working(bench, halves, ratings, names)
        _held_out(runtime, bench, halves, ratings, len({rubric.hash for rubric in rubrics}) > 1)
    return _ready(bench)


def comparable_ratings(runtime: Runtime, versions: Sequence[KitVersion], kit_id: str, number: int) -> list[Rating]:
    """The ratings that count, as the page Agreement compares them: no verdict on a criterion in words of before."""
    submitted = [one for one in runtime.store.ratings.of(kit_id) if one.exchange == number]
    return [rewritten(versions, one) for one in counting(runtime.store.ratings.raters(kit_id), submitted)]


def _stored(runtime: Runtime, interview_id: str, number: int) -> Grade | Ungraded | None:
    return runtime.store.grades(interview_id).get(number)


def _share(kit: Kit, draft: RubricDraft) -> float:
    """How many answers are held out; the session keeps it."""
    name = f"workshop-share:{kit.id}"
    with st.popover("How many are held out", icon=":material/tune:"):
        st.html(
            '<p class="plain">Whoever changes a rubric while looking at answers makes it fit these answers. So a '
            "share of them is held out: you see only totals of it, and they say more about the next candidates.</p>"
        )
        share = st.slider(
            "Held out, in per cent",
            round(100 * LEAST_SHARE),
            round(100 * MOST_SHARE),
            value=round(100 * SHARE),
            step=10,
            key=name,
        )
        st.html(
            markup.note(
                "Which answers these are, the kit’s and the interview’s IDs decide, so it stays the same when more "
                "come. A larger share takes answers over that you may have seen already; those are no longer quite "
                "held out. So are answers that you have read on other pages."
            )
        )
    return share / 100


def _scoring(bench: Bench, answers: int) -> None:
    """What is to be scored, by whom and what that takes; the button; the progress."""
    todo = bench.todo()
    anew = sum(question is bench.published for _, question in todo)
    failed = [
        key
        for key, grade in bench.made.items()
        if isinstance(grade, Ungraded)
        and key[1:] in {bench.name("", q.rubric)[1:] for q in (bench.draft.question, bench.published)}
    ]
    if not todo and not failed:
        st.html(
            f'<p class="plain" role="status">{_all(answers)} scored under the draft, by '
            f"{markup.escaped(bench.scorer.name)}.</p>"
        )
        return
    if not scoring.running(_KEY):
        told = f"{bench.scorer.calls(len(todo))}"
        if anew:
            told += (
                f" {count(anew, 'answer')} {'is' if anew == 1 else 'are'} also scored under the published rubric, as "
                "the grade that is stored was made by another model, version or rubric: the difference must be due to "
                "the rubric alone."
            )
        st.html(markup.note(told))
        if not bench.scorer.info.offline:
            st.html(
                markup.note(
                    "A model may grade the same answer differently the next time, and some of the difference will be "
                    "that; “Stability” says how much."
                )
            )
        label = f"Score {count(answers, 'answer')} under the draft"
        if failed and not todo:
            label = f"Try {count(len(failed), 'answer')} again that could not be graded"
        elif len(todo) - anew < answers:
            label = "Score the answers that are left"

        def begin() -> None:
            for key in failed:
                bench.made.pop(key, None)
            scoring.start(_KEY)

        st.button(label, key="score", icon=":material/play_arrow:", on_click=begin)
    scoring.go_through(_KEY, todo, bench.score, "Scoring")


def _all(answers: int) -> str:
    return "The answer is" if answers == 1 else f"All {answers} answers are"


def _ready(bench: Bench) -> Ready:
    grades: list[tuple[str, int, Grade | Ungraded]] = []
    others: list[str] = []
    missing = 0
    for one in bench.interviews:
        grade = bench.under(one.id, bench.draft.question)
        if grade is None:
            missing += 1
            continue
        before = bench.stored.get(one.id)
        if isinstance(before, Grade) and before.provenance.model != bench.scorer.info.name:
            others.append(before.provenance.model)
            if bench.scorer.info.offline:
                # As where the offline model stands in for a real one: its grades are never mixed unmarked with others.
                grade = grade.model_copy(update={"flags": tuple(dict.fromkeys((*grade.flags, "stood_in")))})
        grades.append((one.id, bench.number, grade))
    return Ready(
        draft=bench.draft,
        scorer=bench.scorer,
        grades=grades,
        missing=missing,
        ungraded=sum(isinstance(grade, Ungraded) for _, _, grade in grades),
        others=len(others),
        by_others=joined(sorted({"the offline model" if name == "offline" else name for name in others})),
    )


# --- the difference -----------------------------------------------------------------------------------------


def _difference(bench: Bench, interviews: Sequence[str], ratings: Sequence[Rating]) -> Difference:
    """The difference on some of the answers; counted once for the same grades and ratings."""
    before, after = (bench.graded(question, interviews) for question in (bench.published, bench.draft.question))
    both = sorted(key for key in before if key in after)
    of = [one for one in ratings if (one.interview_id, one.exchange) in before]
    print_ = content_hash(
        [
            [bench.published.rubric.hash, bench.draft.question.rubric.hash, bench.scorer.info.model_dump(mode="json")],
            [[*key, _brief(before[key]), _brief(after[key])] for key in both],
            sorted(one.model_dump_json(include={"interview_id", "rater", "band", "verdicts"}) for one in of),
        ]
    )
    kept: dict[str, Difference] = st.session_state.setdefault("workshop-differences", {})
    if print_ not in kept:
        while len(kept) > 5:
            kept.pop(next(iter(kept)))
        with st.spinner("Comparing …"):
            kept[print_] = compare(before, after, of, bench.published.rubric, bench.draft.question.rubric)
    return kept[print_]


def _brief(grade: Grade | Ungraded) -> list[str | float]:
    if isinstance(grade, Ungraded):
        return [grade.reason]
    return [grade.score, *(verdict.verdict.value for verdict in grade.verdicts)]


def _working(bench: Bench, halves: Halves, ratings: Sequence[Rating], names: dict[str, str]) -> None:
    found = _difference(bench, halves.working, ratings)
    st.html('<h3 class="aside">The answers that you work with</h3>')
    if not halves.working:
        st.html(
            '<p class="plain">None: the answers that there are were all drawn to be held out. With more answers, or a '
            "smaller share held out, there will be some.</p>"
        )
        return
    st.html(parts.gist(found))
    st.html(parts.criteria(found.criteria))
    st.html(parts.people(found))
    _answers(bench, found, ratings, names)


def _answers(bench: Bench, found: Difference, ratings: Sequence[Rating], names: dict[str, str]) -> None:
    """The answers themselves, those that move furthest first."""
    moved = sorted(
        found.moves, key=lambda move: (-abs(move.bands), -abs(move.shift), -sum(map(parts.steps, move.verdicts)))
    )
    st.html('<h4 class="aside">Answer by answer, what moves furthest first</h4>')
    name = f"workshop-shown-answers:{bench.draft.id}"
    shown: int = st.session_state.setdefault(name, AT_ONCE)
    interviews = {one.id: one for one in bench.interviews}
    by_answer: dict[str, list[Rating]] = {}
    for rating in ratings:
        by_answer.setdefault(rating.interview_id, []).append(rating)
    st.html(
        "".join(
            parts.moved_answer(
                names[move.interview_id],
                move,
                exchange_request(interviews[move.interview_id], bench.number).turns,
                by_answer.get(move.interview_id, []),
            )
            for move in moved[:shown]
        )
    )
    if len(moved) > shown and st.button(f"Show {len(moved) - shown} more", key="more-answers", type="tertiary"):
        st.session_state[name] = len(moved)
        st.rerun()


def _held_out(runtime: Runtime, bench: Bench, halves: Halves, ratings: Sequence[Rating], changed_before: bool) -> None:
    """Totals of the answers that were held out, behind a button that says that looking counts.

    A look is at these answers, scored so: with others held out, or by another scorer, it is a further one. What
    differs between two looks may be a single answer.
    """
    st.html('<h3 class="aside">The answers that are held out</h3>')
    if not halves.held_out:
        st.html(
            '<p class="plain">None: the answers that there are were all drawn to be worked with. With more answers, '
            "or a larger share held out, there will be some.</p>"
        )
        return
    looks = bench.draft.looks
    look = content_hash([list(bench.name("", bench.draft.question.rubric)), sorted(halves.held_out)])
    name = f"workshop-looked:{bench.draft.id}"
    seen: set[str] = st.session_state.setdefault(name, set())
    if look not in seen:
        if bench.graded(bench.draft.question, halves.held_out).keys() != {(i, bench.number) for i in halves.held_out}:
            st.html(markup.note("They are scored with the others; then their totals can be looked at."))
            return
        before = (
            "Nobody has looked at them for this draft yet."
            if not looks
            else f"They were looked at {'once' if looks == 1 else f'{looks} times'} for this draft."
        )
        if changed_before:
            before += " This rubric was changed before: who looked at answers then knows something of these."
        st.html(
            f'<p class="plain">{count(len(halves.held_out), "answer")}, of which you see totals only. {before} Every '
            "look tells you a little of what they are like, so look when you think that the draft is done.</p>"
        )
        if st.button("Look at the totals (it counts)", key="look", icon=":material/visibility:"):
            runtime.store.rubrics.looked(bench.draft.id)
            seen.add(look)
            st.rerun()
        return
    if looks > 1:
        st.html(
            markup.problem(
                f"This is look number {looks} at the same answers for this draft.",
                "A draft that was changed after a look is tuned on them, too: these figures are no longer "
                "independent, and the next candidates will tell more.",
            )
        )
    found = _difference(bench, halves.held_out, ratings)
    if found.candidates < FEWEST:
        st.html(parts.counts_only(found))
        st.html(
            markup.note(
                f"More cannot be said of answers of {count(found.candidates, 'candidate')}; it takes {FEWEST} to say "
                "anything of the next ones."
            )
        )
        return
    st.html(parts.gist(found))
    st.html(parts.people(found))
    st.html(markup.note(f"Looked at {'once' if looks == 1 else f'{looks} times'} for this draft."))
