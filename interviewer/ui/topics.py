"""The topic tree in a list that one chooses from: a topic is named with those above it, and comes after them."""

from __future__ import annotations

from collections.abc import Collection

from interviewer.bank import Bank


def titled(bank: Bank, topic: str) -> str:
    """A topic's title with those above it: “Models: Linear models”."""
    path = reversed(bank.ancestors.get(topic, (topic,)))
    return ": ".join(bank.topic_title(one) for one in path)


def tree(bank: Bank, used: Collection[str]) -> list[str]:
    """The topics that are used or have used ones below them, each group together and in the bank's order."""
    there = {above for topic in used for above in bank.ancestors.get(topic, ())}
    place = {topic: number for number, topic in enumerate(bank.topics)}
    return sorted(there, key=lambda topic: [place[above] for above in reversed(bank.ancestors[topic])])
