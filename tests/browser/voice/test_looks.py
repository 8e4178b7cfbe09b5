"""How it looks: one quiet row at 1280 and 390 pixels, in light and in dark, to be read by everyone."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.driving import DESKTOP, PHONE
from tests.browser.test_look import OVERFLOW
from tests.browser.voice.conftest import NewVoice

CONTRAST = """(button) => {
  // [red, green, blue, alpha], each from 0 to 1; mixed colours are computed as color(srgb …)
  const parts = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+(?:e-?\\d+)?/g).map(Number);
    return colour.startsWith("color") ? [r, g, b, a] : [r / 255, g / 255, b / 255, a];
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = button;
  const under = () => parts(getComputedStyle(behind).backgroundColor);
  while (under()[3] === 0) behind = behind.parentElement ?? behind.getRootNode().host;
  const ground = under();
  const [r, g, b, a] = parts(getComputedStyle(button).color);
  const ink = [r, g, b].map((c, n) => c * a + ground[n] * (1 - a));
  const [low, high] = [light(ink), light(ground)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""

LONG = "I would first look at the confusion matrix and then at the costs of each kind of error, because " * 4


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_nothing_scrolls_sideways_and_everything_can_be_read(voice: NewVoice, size: ViewportSize, scheme: str) -> None:
    tab = voice(size=size, scheme=scheme, fakes={"local": "downloadable"}, choices={"agreed": False})
    tab.rests()

    def look(what: str) -> None:
        assert tab.page.evaluate(OVERFLOW) == 0, what
        for button in tab.page.locator(".voice button:visible").all():
            assert button.evaluate(CONTRAST) >= 4.5, button.text_content()
            box = button.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size["width"]
            assert box["height"] >= 36

    look("rest")
    tab.press("Speak")
    look("asking")
    tab.press("Use it anyway")
    tab.until(lambda: tab.fake("live !== null"))
    tab.fake(f"hear('{LONG}')")
    tab.fake("guess('and then')")
    expect(tab.page.locator("[data-part=interim]")).to_be_visible()
    tab.until(lambda: tab.page.get_by_role("meter", name="Microphone level").is_visible())
    look("listening")
    tab.page.keyboard.press("Escape")
    tab.sees("Not sent:")
    look("aside")
    tab.press("Voice")
    look("options")
    box = tab.page.locator("[data-part=options]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= size["width"]


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_the_check_fits_as_well(voice: NewVoice, size: ViewportSize, scheme: str) -> None:
    tab = voice(size=size, scheme=scheme, check=1)
    tab.press("Start the check")
    tab.until(lambda: tab.fake("live !== null"))
    tab.fake("hear('One two three.')")
    tab.press("That is enough")
    tab.sees("Understood: One two three.")
    assert tab.page.evaluate(OVERFLOW) == 0


def test_what_a_screen_reader_is_told(voice: NewVoice) -> None:
    tab = voice()
    tab.rests()
    status = tab.page.locator("[data-part=status]")
    expect(status).to_have_attribute("role", "status")
    expect(status).to_have_text("")
    speak = tab.page.get_by_role("button", name="Speak", exact=True)
    expect(speak).to_have_attribute("aria-pressed", "false")
    tab.speaks("Words.")
    expect(status).to_have_text("Listening.")
    done = tab.page.get_by_role("button", name="Done", exact=True)
    expect(done).to_have_attribute("aria-pressed", "true")
    tab.press("Done")
    expect(status).to_have_text("Stopped. Understood: Words.")
    unnamed = tab.page.locator(".voice").evaluate(
        "(root) => [...root.querySelectorAll('.sign')].filter((sign) => sign.ariaHidden !== 'true').length"
    )
    assert unnamed == 0
