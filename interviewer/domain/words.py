"""The closed vocabularies of the product: one word per thing, in code, files and on screen."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The job that the interview is for."""

    DATA_SCIENTIST = "data_scientist"
    ML_ENGINEER = "ml_engineer"
    AI_RESEARCHER = "ai_researcher"

    @property
    def label(self) -> str:
        return {
            Role.DATA_SCIENTIST: "Data scientist",
            Role.ML_ENGINEER: "Machine-learning engineer",
            Role.AI_RESEARCHER: "AI researcher",
        }[self]


class Seniority(StrEnum):
    """How hard a question is, and for whom an interview is meant."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"

    @property
    def label(self) -> str:
        return {"junior": "Junior", "mid": "Mid", "senior": "Senior"}[self.value]

    @property
    def rank(self) -> int:
        """0, 1 or 2, so that questions can be ordered from easier to harder."""
        return list(Seniority).index(self)


class Stage(StrEnum):
    """The part of an interview that a question belongs to, in the order in which they come."""

    SCREENING = "screening"
    THEORY = "theory"
    CODING = "coding"
    SYSTEM_DESIGN = "system_design"
    BEHAVIOURAL = "behavioural"
    PROJECT_REVIEW = "project_review"
    CLOSING = "closing"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def rank(self) -> int:
        return list(Stage).index(self)


class Format(StrEnum):
    """What kind of answer a question wants."""

    CONCEPT = "concept"
    SCENARIO = "scenario"
    DESIGN = "design"
    CODING = "coding"
    EXPERIENCE = "experience"


class Mode(StrEnum):
    """Practice has hints and sample answers; real has neither."""

    PRACTICE = "practice"
    REAL = "real"

    @property
    def label(self) -> str:
        return {"practice": "Practice", "real": "Real"}[self.value]


class CriterionKind(StrEnum):
    """Core criteria carry an answer to "solid"; strong ones take it beyond."""

    CORE = "core"
    STRONG = "strong"


class Verdict(StrEnum):
    """What an answer did about one criterion."""

    MET = "met"
    PARTIAL = "partial"
    MISSING = "missing"
    CONTRADICTED = "contradicted"
    NOT_ASSESSED = "not_assessed"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")

    @property
    def earns(self) -> bool:
        return self in (Verdict.MET, Verdict.PARTIAL)


class Speaker(StrEnum):
    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


class Intent(StrEnum):
    """What a candidate's turn is meant to do."""

    ANSWER = "answer"
    CLARIFICATION = "clarification"
    REPHRASE = "rephrase"
    HINT = "hint"
    DONT_KNOW = "dont_know"
    SKIP = "skip"
    PAUSE = "pause"
    OFF_TOPIC = "off_topic"
    META = "meta"
    STOP = "stop"
    CONFIRM = "confirm"
    DENY = "deny"
    THINKING = "thinking"
    REQUEST = "request"


class MoveKind(StrEnum):
    """What the interviewer does next.

    ``confirm`` asks once whether the candidate means to end; ``resume`` is what is said when the
    interview goes on after a pause or after a "no, let's go on".
    """

    ASK = "ask"
    PROBE = "probe"
    CHALLENGE = "challenge"
    HINT = "hint"
    CLARIFY = "clarify"
    REPHRASE = "rephrase"
    REDIRECT = "redirect"
    DECLINE = "decline"
    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    ADVANCE = "advance"
    CLOSE = "close"

    @property
    def label(self) -> str:
        return {
            MoveKind.ASK: "Question",
            MoveKind.PROBE: "Follow-up",
            MoveKind.CHALLENGE: "Challenge",
            MoveKind.HINT: "Hint",
            MoveKind.CLARIFY: "Clarification",
            MoveKind.REPHRASE: "In other words",
            MoveKind.REDIRECT: "Back to the question",
            MoveKind.DECLINE: "Not now",
            MoveKind.CONFIRM: "Please confirm",
            MoveKind.PAUSE: "Paused",
            MoveKind.RESUME: "Going on",
            MoveKind.ADVANCE: "Next question",
            MoveKind.CLOSE: "The end",
        }[self]


BAND_WORDS: dict[int, str] = {
    1: "No evidence",
    2: "Fragments",
    3: "Developing",
    4: "Solid",
    5: "Strong",
}

BAND_ANCHORS: dict[int, str] = {
    1: "Nothing that the rubric looks for was said: no answer, off the subject, or only mistakes.",
    2: "Single points are there, without the thread between them.",
    3: "A good part of the core is there; something that matters is missing.",
    4: "The core is there and right. A colleague could rely on this answer.",
    5: "The core and more: limits, trade-offs or experience that go beyond what was asked.",
}


class Bearing(StrEnum):
    """How a quote bears on a criterion: what the second key says of another model's evidence."""

    CLEAR = "clear"
    DOUBTFUL = "doubtful"
    NONE = "none"
