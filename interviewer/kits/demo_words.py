"""What is said in the demo: a question of an employer's own with made-up answers to it, and replies to follow-ups.

All of it was made up for the demo, answers and rubric by the same hand: no applicant ever said it.
"""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.domain.question import Clarification, Criterion, Misconception, Question, Rubric
from interviewer.domain.words import CriterionKind, Format, Role, Seniority, Stage, Verdict

MET, PARTIAL, MISSING, WRONG = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED

OWN = Question(
    id="own-monday-morning",
    prompt="On Monday morning, support says that the ranking of their tickets has been useless since the weekend. "
    "Nobody has released anything. What do you do in your first hour?",
    topic="production",
    stage=Stage.SYSTEM_DESIGN,
    seniority=Seniority.MID,
    roles=(Role.ML_ENGINEER, Role.DATA_SCIENTIST),
    format=Format.SCENARIO,
    minutes=6,
    approach="Say what you would do first, second and third, and why in this order. An hour is short: it is about "
    "finding out how bad it is, keeping the harm small and narrowing the cause down, not about the perfect repair.",
    clarifications=(
        Clarification(
            asks=("What does the model do?", "What is it that is ranked?", "What kind of model is it?"),
            answer="It says of every e-mail that comes in how soon somebody should look at it.",
        ),
        Clarification(
            asks=("Is there an older version?", "Can I roll back?", "What was there before?"),
            answer="The last three versions are kept, and before the model there was a simple rule.",
        ),
    ),
    rubric=Rubric(
        criteria=(
            Criterion(
                id="size_it",
                text="Says they would first find out by figures or examples how bad it is, since when or for whom",
                statements=(
                    "First I look at the figures to see whether it really got worse, and since when.",
                    "I'd ask for three or four bad examples and look whether all queues are affected or only one.",
                    "Before I touch anything I want to know how large the problem is and when it began.",
                    "I pull up the dashboard for the weekend and find the hour at which the quality dropped.",
                    "Let me see concrete tickets that were ranked wrongly, and count how many there are.",
                    "Is it all customers or one language, and did it begin on Friday night or on Sunday?",
                ),
                contradictions=(
                    "I would not look at figures, if support complains that is enough to start repairing.",
                    "How bad it is or since when does not matter in the first hour.",
                    "It does not matter how many tickets are affected.",
                ),
                probe="How would you find out what you are dealing with?",
            ),
            Criterion(
                id="limit_harm",
                text="Proposes to keep the harm small before the cause is known, such as by an older version or a rule",
                statements=(
                    "I'd switch back to the last version that worked while we look for the reason.",
                    "Until we know more, tickets are sorted by the old rule, so that urgent ones are seen.",
                    "First stop the bleeding: turn the model off and let people sort by time and keywords.",
                    "Roll back now, understand later, because every hour urgent tickets are lying around.",
                    "I put in a simple fallback so that nobody waits for us.",
                    "We fall back to plain order of arrival, with outages on top, until it is repaired.",
                ),
                contradictions=(
                    "I would leave it running as it is until we have found the reason.",
                    "Going back to an older version is never allowed before the cause is known.",
                    "There is no hurry, support can live with the bad order for a few days.",
                ),
                probe="What about the tickets that come in while you are looking?",
            ),
            Criterion(
                id="inputs_first",
                text="Says they would look at what goes into the model, such as empty fields or broken jobs upstream",
                statements=(
                    "If nobody released anything, then the data changed, so I look at the inputs first.",
                    "I compare the features of today with those of last week: which are empty, which look different?",
                    "Maybe a job that fills a table failed at the weekend and the model sees old or empty values.",
                    "Perhaps the mail system sends another format now, and a field arrives empty.",
                    "I'd check whether the share of missing values went up, column by column.",
                    "Somebody upstream may have renamed a column or a category without telling us.",
                ),
                contradictions=(
                    "Since nobody released anything the inputs cannot have changed.",
                    "The data are not where I would look, they are the same as ever.",
                    "The model's weights must have changed over the weekend by themselves.",
                ),
                probe="Nobody released anything, you were told. What can have changed all the same?",
            ),
            Criterion(
                id="say_so",
                text="Says they would tell those who are affected what is known or when they hear more",
                kind=CriterionKind.STRONG,
                statements=(
                    "I tell support what we know, what they should do meanwhile, and when they hear from me again.",
                    "A short message to everyone affected, and the next one in half an hour.",
                    "Let people know at once that we are on it, and that they should sort by hand till then.",
                    "I'd open an incident channel so that nobody has to ask twice.",
                    "One of us writes an update every thirty minutes, even if there is nothing new.",
                ),
                contradictions=(
                    "I would not tell anybody before it is repaired.",
                    "Telling support only makes them nervous, so I keep it to myself.",
                ),
                probe="Who would hear from you in that hour, and what?",
            ),
            Criterion(
                id="learn",
                text="Proposes how it is noticed earlier next time, such as by an alarm or a check of the inputs",
                kind=CriterionKind.STRONG,
                statements=(
                    "Afterwards there should be an alarm on the inputs, so that we notice before support does.",
                    "I write down what happened and when, and we go through it in the week.",
                    "A check that refuses a table with half of its values missing would have caught this.",
                    "We need monitoring for the share of empty fields and for the order that comes out.",
                    "From then on a test runs on every load of data and rings when something looks odd.",
                ),
                contradictions=(
                    "Once it runs again there is nothing more to do.",
                    "Alarms are not needed, support will tell us the next time as well.",
                ),
                probe="And when it runs again?",
            ),
        ),
        misconceptions=(
            Misconception(
                id="retrain_at_once",
                beliefs=(
                    "I would retrain the model at once on the newest data, that repairs it.",
                    "Just train it again over lunch and the ranking is fine.",
                    "The first thing is always to start a new training run.",
                ),
                criterion="inputs_first",
                challenge="Suppose one of the inputs has been empty since Friday. What would training again do?",
                correction="Training again on inputs that are broken makes a model that is used to them being "
                "broken. Find out first what changed.",
            ),
        ),
    ),
    sample_answer="I'd ask for a few bad examples and look at the figures: since when, how bad, all queues or one? "
    "While I look, tickets go by the old rule, so that nothing urgent lies around, and support hears that from me at "
    "once, with a time for the next news. As nobody released anything, I look at what goes in: is a field empty, did "
    "a job fail on Saturday, does a system send another format? When it runs again, I write down what happened, and "
    "the inputs get an alarm.",
)
"""The employer's own question. It has no sources and no study list."""


@dataclass(frozen=True)
class Written:
    """An answer with the band and the verdicts that it was written to have. ``id`` names it within its question."""

    id: str
    band: int
    text: str
    verdicts: dict[str, Verdict]


def _written(name: str, band: int, verdicts: tuple[Verdict, ...], text: str) -> Written:
    ids = [criterion.id for criterion in OWN.rubric.criteria]
    return Written(name, band, text, dict(zip(ids, verdicts, strict=True)))


OWN_ANSWERS = (
    _written(
        "own-whole",
        5,
        (MET, MET, MET, MET, MET),
        "Okay. I'd have support send me a handful of the worst ones, and next to that I open the chart for the "
        "weekend and look for the hour where it went down, and whether it's one language or everything. Meanwhile we "
        "put the rule from before back in, so nothing urgent is buried, and I write to the support lead that we've "
        "done that and that there's news at ten. Then, well, code didn't change so something it eats did. I'd go "
        "through the columns, today against last Monday, and see which one is suddenly blank, and whether some "
        "nightly job fell over. And on Tuesday we sit down, write up the timeline and put an alarm on blank columns.",
    ),
    _written(
        "own-brisk",
        5,
        (MET, MET, MET, MET, MISSING),
        "Ten minutes: examples and the curve, when did it start, who is hit. Then back to last week's version, and a "
        "note to support what we did and when the next note comes. The rest of the hour goes into the inputs, null "
        "rates and formats by field against last week, and the logs of Saturday's jobs.",
    ),
    _written(
        "own-solid",
        4,
        (MET, MET, MET, MISSING, MISSING),
        "First I want to see it myself. So a couple of tickets that were sorted badly, and the weekly numbers, to "
        "know if it started on Friday or on Sunday. As it hurts people, I'd fall back to sorting by the old rule "
        "right away. And then I look for what changed in the data, because if there was no release it must come from "
        "outside, maybe the mail gateway sends the subject in another field now and we get it empty.",
    ),
    _written(
        "own-solid-plain-words",
        4,
        (MET, PARTIAL, MET, MET, MISSING),
        "I look how big is the problem, I count the wrong ones of today and compare with the last week. I say to the "
        "support team that we know it and they get the next message in half hour. Then I check the tables that come "
        "from other teams, maybe one load was not finished in the night and we have old values. If it takes too "
        "long, we could maybe think about some simpler order.",
    ),
    _written(
        "own-data-only",
        3,
        (MISSING, MISSING, MET, MISSING, MET),
        "It's the data, I'd bet on it. Somebody renamed a category or a feed broke. I'd compare the distributions "
        "from before the weekend with the ones now, feature by feature, until I find the one that's off. We once had "
        "exactly this with a time zone. And then a check goes into the pipeline that stops the load when a column "
        "looks like that, so we're not told by support again.",
    ),
    _written(
        "own-rollback-only",
        3,
        (MET, MET, MISSING, MISSING, MISSING),
        "I'd get the list of complaints and check against the metric whether the drop is real, and on which day it "
        "was. If it is, I switch to the version before, that's what we keep it for. Then there's time, and we can "
        "look into the reasons with the whole team in the afternoon.",
    ),
    _written(
        "own-examples",
        2,
        (MET, MISSING, MISSING, MISSING, MISSING),
        "I would talk to the support people and look at some of the tickets with them, how many are wrong and since "
        "which day they see it. You have to take the users seriously. Often it helps to sit next to them for a while "
        "and see how they work, what they click, what they'd want on top.",
    ),
    _written(
        "own-announce",
        2,
        (MISSING, MISSING, MISSING, MET, MISSING),
        "The main thing is communication. I'd write to support at once that we've got it, I'd call a meeting with "
        "the team and the product manager, hand out the tasks, and send round an update every half an hour so "
        "everyone knows where we are.",
    ),
    _written(
        "own-retrain",
        1,
        (WRONG, MISSING, WRONG, MISSING, WRONG),
        "Models get stale, that's normal. I'd start a training run on the newest data straight away, that repairs "
        "it. I wouldn't spend time on figures or on the inputs, since nobody changed anything they're the same as "
        "ever. And when the new model is out the topic is closed, there is nothing more to do.",
    ),
    _written(
        "own-wait",
        1,
        (MISSING, WRONG, MISSING, WRONG, MISSING),
        "I'd keep calm. One weekend says little. I'd leave it running and look at it again on Thursday, by then "
        "there are more tickets. I wouldn't tell support anything before that, it only makes people nervous.",
    ),
)
"""Answers to the employer's own question, in every band."""


@dataclass(frozen=True)
class Replies:
    """What may be said to a question's follow-up: ``good`` meets the criterion, ``vague`` says nothing of it."""

    criterion: str
    good: tuple[str, ...]
    vague: tuple[str, ...]


REPLIES: dict[str, Replies] = {
    "binary-classification-metrics": Replies(
        "cost_driven_choice",
        good=(
            "What a mistake costs, each way. If a miss costs far more than a false alarm, I'd weigh recall more.",
            "I'd ask who pays for a false alarm and who for a miss, and how much, and choose the metric by that.",
            "Well, which error hurts more in that business. For a screening test a miss is worse, for a spam filter "
            "a false alarm is.",
        ),
        vague=(
            "I'd have to know more about it, I think.",
            "That depends.",
            "Everything, really. It's always good to know.",
        ),
    ),
    "hyperparameter-tuning": Replies(
        "judged_on_held_out",
        good=(
            "I score each one on validation data that it wasn't trained on, and keep the one that's best there.",
            "By cross-validation. The average over the folds decides, not the score on the training data.",
            "Each setting is trained on one part and measured on another that was held out, and the best one stays.",
        ),
        vague=("The one that works best.", "I'd take the one that looks right.", "Hmm, by trying, I suppose."),
    ),
    "train-good-production-bad": Replies(
        "leakage",
        good=(
            "Yes, if a column was filled in after the outcome was known, the model could see the answer. I'd ask of "
            "every feature when it's known.",
            "It could. The same customer may be in both splits, or a feature may give the label away.",
            "Sure, leakage. Something that we don't have yet at the time of the prediction makes it look too good.",
        ),
        vague=(
            "I don't think so. A good score is a good score.",
            "Maybe. You never know.",
            "Possibly, I'd look at it.",
        ),
    ),
    "business-project": Replies(
        "measured_result",
        good=(
            "We measured it for eight weeks against a group without it. It was about a fifth better, so it was kept.",
            "It's in daily use, and the number that they cared about went from eleven to seven per cent in a quarter.",
            "In the test on half of the cases it saved some forty hours a week, and then it was switched on for all.",
        ),
        vague=("People liked it, I think.", "It went well.", "I left the team before that, so I can't say."),
    ),
    OWN.id: Replies(
        "limit_harm",
        good=(
            "Those go by the old rule until we know more, so that the urgent ones are on top.",
            "I'd switch back to the last version for that time. It's safe, and it takes a minute.",
            "We turn the model off and sort by time, with everything that says outage first, till it's repaired.",
        ),
        vague=("They'd have to wait a bit.", "Hmm. That's for support to say.", "One thing after the other."),
    ),
}
"""For each question of the kit the criterion whose probe is asked of everyone, and what may be replied to it."""

UNKNOWING = "I don't know."

WHY: dict[str, str] = {
    "binary-classification-metrics": "Most of our models say yes or no; who builds them proposes how they are judged.",
    "hyperparameter-tuning": "Training time is our largest bill; we need people who spend it on purpose.",
    "train-good-production-bad": "It happened to us twice last year; the first two days decide how expensive it gets.",
    "business-project": "The work begins with people who do not know what a model is; we want to hear it done once.",
    OWN.id: "Whoever joins is on call in every sixth week, and this is what that looks like.",
}
"""How each question belongs to the made-up job."""

COMMENTS = (
    ("Demo rater A", "I gave no credit for the remark in passing; it says that, but not what follows from it."),
    ("Demo rater B", "For me it counts: they say it in their own words, and it is right."),
)

SETTLED = (
    "Read aloud together: the point is made, though late. We agreed that an answer to the follow-up counts in full."
)
OVERRIDDEN = (
    "The grader took a point for missed that is made with an example. Two of us read it, and both would rely on this "
    "answer."
)
