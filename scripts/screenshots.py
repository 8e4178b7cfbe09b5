"""Takes the screenshots of README and docs: ``python -m scripts.screenshots [--only candidates|employers]``.

Starts the app on a free port with a data folder of its own, plays an interview in Chromium, fills another with the
demo, and writes docs/images/*.png. The candidate's lines are below, so that the pictures can be taken again after a
change.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.employer_screenshots import take as take_employers
from scripts.picturing import CHROMIUM, FLAGS, ROOT, opened, served, shoot, told

MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

SETUP = {"question_ids": ("overfitting", "gradient-descent", "ensemble-learning"), "seed": 5}
SEARCH = "great offline, useless with real customers"
LINES = (
    "The model starts learning the training examples by heart, noise included, instead of the pattern behind.",
    "You see it on held-out data: the training loss keeps going down while the validation loss turns and goes up.",
    "I would add weight decay or dropout, or take a smaller model, and more data helps as well.",
    "Gradient descent takes the derivative of the loss with respect to every weight and moves each weight a small step "
    "against it, again and again until the loss stops falling.",
    "The learning rate sets the size of the step. Too large and it jumps over the minimum or diverges, too small and "
    "it takes forever.",
    "I don't know",
    "You can use small random batches instead of the whole data, which is noisier but much cheaper per step.",
    "An ensemble combines several models and takes a vote or an average of what they say.",
    "Bagging trains each one on a different random sample, and boosting trains one after another on what the earlier "
    "ones got wrong.",
    "It helps because the errors of different models partly cancel out.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", choices=("candidates", "employers"))
    chosen = parser.parse_args()
    out: Path = chosen.out
    out.mkdir(parents=True, exist_ok=True)
    if chosen.only != "employers":
        take_candidates(out)
    if chosen.only != "candidates":
        take_employers(out)


def begun(folder: Path) -> str:
    """The ID of an interview that is ready to be played."""
    code = (
        "from interviewer.domain.interview import Setup; from interviewer.runtime import Runtime; import os;"
        f"r = Runtime(); print(r.interviewer.start(Setup(**{SETUP!r})), flush=True); os._exit(0)"
    )
    return told(folder, "-c", code).split()[-1]


def take_candidates(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p, served(Path(folder)) as address:
        interview = begun(Path(folder))
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        wide = opened(browser, 1280, 800, "light")
        wide.goto(address)
        wide.get_by_role("button", name="Start the interview").wait_for()
        shoot(wide, out / "practise.png")
        wide.goto(f"{address}/interview?id={interview}")
        for number, line in enumerate(LINES):
            say(wide, line)
            if number == 2:
                shoot(wide, out / "interview.png")
                narrow = opened(browser, 390, 800, "dark")
                narrow.goto(f"{address}/interview?id={interview}")
                shoot(narrow, out / "interview-narrow-dark.png")
            if wide.get_by_text("The interview is over").count() or wide.get_by_role("link", name="report").count():
                break
        wide.goto(f"{address}/report?id={interview}")
        wide.get_by_role("heading", name="Question by question").wait_for()
        shoot(wide, out / "report.png")
        wide.get_by_text("Question by question").scroll_into_view_if_needed()
        wide.mouse.wheel(0, 420)
        shoot(wide, out / "report-question.png")
        wide.goto(f"{address}/questions")
        wide.get_by_role("searchbox").press_sequentially(SEARCH, delay=20)
        wide.locator(".found", has_text=re.compile(r"^\d\d? questions$")).wait_for()  # no longer all of them
        wide.wait_for_timeout(2500)
        for number in range(2):
            wide.locator("[class*='st-key-add-'] label").nth(number).click()
            wide.wait_for_timeout(1000)
        wide.get_by_role("button", name="Start an interview").wait_for()
        shoot(wide, out / "questions.png")
        browser.close()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p, served(Path(folder)) as address:
        interview = begun(Path(folder))
        browser = p.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MICROPHONE])
        talk_aloud(browser, f"{address}/interview?id={interview}", out / "talk.png")
        page = opened(browser, 1280, 900, "light")
        page.goto(f"{address}/report?id={interview}")
        page.get_by_role("heading", name="How it sounded").scroll_into_view_if_needed()
        page.wait_for_timeout(1500)
        page.mouse.wheel(0, 1150)
        shoot(page, out / "delivery.png")
        browser.close()


def talk_aloud(browser: Browser, address: str, picture: Path) -> None:
    """The same interview spoken: Chromium's made-up microphone, with scripted words where a browser would understand
    them (the tests' stand-ins, since no browser here has speech recognition)."""
    page = opened(browser, 1280, 800, "light")
    page.add_init_script("localStorage.setItem('interviewer-voice', '{\"agreed\": true}');")
    page.add_init_script(path=ROOT / "tests" / "browser" / "voice" / "fakes.js")
    page.goto(address)
    page.locator(".st-key-voice-switch label").first.click()
    page.get_by_role("button", name="Skip the check").click()
    for number, line in enumerate(LINES):
        page.get_by_role("button", name="Speak", exact=True).click()
        page.wait_for_function("fake.live !== null")
        said = (" um " if number % 3 else " basically ").join(line.lower().split(" the ", 1))
        half = said.index(" ", len(said) // 2)
        page.wait_for_timeout(200 * len(said.split()))
        page.evaluate(f"fake.hear({json.dumps(said[:half])})")
        page.evaluate(f"fake.guess({json.dumps(said[half:])})")
        page.wait_for_timeout(200 * len(said.split()))
        if number == 2:
            shoot(page, picture)
        page.evaluate(f"fake.hear({json.dumps(said[half:])})")
        page.get_by_role("button", name="Done", exact=True).click()
        page.get_by_role("textbox", name="What was understood").wait_for()
        page.get_by_role("button", name="Send it", exact=True).click()
        page.get_by_role("textbox", name="What was understood").wait_for(state="detached")
        page.wait_for_timeout(4000)
        if page.get_by_text("The interview is over").count():
            break


def say(page: Page, line: str) -> None:
    """Types a line, sends it, and waits until the interviewer has answered and the page has come to rest."""
    box = page.get_by_test_id("stChatInputTextArea")
    before = page.get_by_text(re.compile("^Interviewer$")).count()
    box.fill(line)
    box.press("Enter")
    deadline = time.monotonic() + 20
    while page.get_by_text(re.compile("^Interviewer$")).count() <= before and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    page.wait_for_timeout(2500)


if __name__ == "__main__":
    main()
