"""HTML for the task of a coding question: what it hands over in writing. Pure; every text that goes in is escaped."""

from __future__ import annotations

import re

from interviewer.domain.question import Example, Task
from interviewer.ui.markup import escaped

_WRAPPED_FROM = 90
"""Characters from which all lines but the last of a paragraph show that it was only wrapped to be stored."""

_BLANK_LINES = re.compile(r"\n\s*\n")


def sheet(task: Task) -> str:
    """The task as a sheet of paper: brief, constraints, examples."""
    constraints = "".join(f"<li>{escaped(constraint)}</li>" for constraint in task.constraints)
    examples = "".join(map(_example, task.examples))
    return (
        f'<div class="task">{brief(task.brief)}<h4>Constraints</h4><ul>{constraints}</ul>'
        f"<h4>{'Example' if len(task.examples) == 1 else 'Examples'}</h4>{examples}</div>"
    )


def folded(task: Task, *, opened: bool = False, name: str = "fold") -> str:
    """The sheet behind its title, which opens and closes it."""
    return f'<details class="{name}"{" open" if opened else ""}><summary>The task</summary>{sheet(task)}</details>'


def panel(task: Task | None) -> str:
    """What stays beside the conversation: open where there is room for both, folded on a narrow screen.

    The style sheet shows one of the two. Without a task it is nothing that one sees.
    """
    if task is None:
        return "<span></span>"
    return folded(task, opened=True, name="task-panel roomy") + folded(task, name="task-panel narrow")


def brief(text: str) -> str:
    r"""Line by line as it was written; only paragraphs that were wrapped to be stored flow as the width allows.

    >>> brief("a | b\n1 | 2")
    '<pre tabindex="0">a | b&#10;1 | 2</pre>'
    >>> brief("Write f(x).")
    '<p class="brief">Write f(x).</p>'
    """
    return "".join(_block(block.strip("\n")) for block in _BLANK_LINES.split(text.strip("\n")))


def _block(text: str) -> str:
    lines = text.split("\n")
    if len(lines) == 1 or (all(len(line) >= _WRAPPED_FROM for line in lines[:-1]) and " | " not in text):
        return f'<p class="brief">{escaped(" ".join(lines))}</p>'
    return f'<pre tabindex="0">{escaped(text)}</pre>'


def _example(example: Example) -> str:
    why = f'<p class="why">{escaped(example.why)}</p>' if example.why else ""
    return (
        f'<dl class="example"><dt>Given</dt><dd><code>{escaped(example.given)}</code></dd>'
        f"<dt>Expected</dt><dd><code>{escaped(example.expected)}</code></dd></dl>{why}"
    )
