"""What went wrong, as one of our errors: a calm sentence, what to do about it, and whether asking again may help.

The sentences are ours. What an endpoint says of itself is read to tell one fault from another but never repeated: it
may quote the key, the prompt or the reply.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from interviewer.errors import ModelError, ModelMisbehaved, ModelRefused, ModelRejected, ModelUnavailable
from interviewer.models.openai.deadline import WireError
from interviewer.models.openai.endpoint import Endpoint

OFTEN = 3
"""How often one call is tried again after a fault that may pass by itself."""


@dataclass(frozen=True)
class Fault:
    """``error`` is what to raise.

    ``again`` says how often asking once more may help, ``wait`` how many seconds the endpoint wants us to wait before.
    ``billed``: the endpoint may have worked, and charge for it, though nothing of use came back. ``unclear``: it may be
    about something in the request that one can do without. ``late``: it took too long. ``unbounded``: the bound on the
    reply's length was passed over.
    """

    error: ModelError
    again: int = 0
    wait: float | None = None
    billed: bool = False
    unclear: bool = False
    late: bool = False
    unbounded: bool = False


class Failed(Exception):
    """Carries a fault from where it is seen to where it is dealt with."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault.error))
        self.fault = fault


_SETTINGS = "Look at the model's settings; “Test the connection” tries them."
_LATER = "It is tried again later; nothing needs to be done."


def of_wire(error: WireError, endpoint: Endpoint, seconds: float) -> Fault:
    """No answer. ``seconds`` is how long it was waited for."""
    host = endpoint.label
    match error.kind:
        case "address":
            return _unavailable(
                f"The address {host} cannot be found.", "Check the network connection and the base URL.", OFTEN
            )
        case "refused":
            return _unavailable(f"Nothing answers at {host}.", "Start the server, or correct the base URL.", OFTEN)
        case "connect":
            return _unavailable(f"{host} did not take a connection in time.", "Check the network connection.", OFTEN)
        case "secure":
            return _rejected(
                f"No secure connection to {host} can be made.",
                "Check whether the base URL begins with http:// or https://.",
            )
        case "untrusted":
            return _rejected(
                f"This machine does not trust the certificate of {host}.",
                "Check the base URL; for a certificate of your own, let SSL_CERT_FILE name the authority's file.",
            )
        case "proxy":
            return _rejected(
                f"The proxy on the way to {host} does not let us through.",
                "Check HTTPS_PROXY, or name the host in NO_PROXY.",
            )
        case "late":
            fault = _unavailable(f"{host} did not finish within {_in_words(seconds)}.", _LATER)
            return Fault(fault.error, billed=True, late=True)
        case "large":
            return Fault(ModelMisbehaved(f"The reply from {host} was longer than any reply may be."), billed=True)
        case "encoded":
            return Fault(ModelMisbehaved(f"The reply from {host} was compressed, though none should be."), billed=True)
        case "closed":
            return _unavailable("The connection to the model was closed while it answered.", _LATER)
        case "stopped":
            return _unavailable("The reply was stopped.", _LATER)
        case "cut":
            fault = _unavailable(f"The connection to {host} broke off.", _LATER)
            return Fault(fault.error, again=OFTEN, billed=True)


def of_status(
    status: int, headers: Mapping[str, str], body: Any, endpoint: Endpoint, model: str, does: str = "answers chats"
) -> Fault:
    """An answer that is no success.

    ``headers`` have names in lower case, ``body`` is parsed JSON or None, ``does`` says what it was asked for.
    """
    host = endpoint.label
    code, words = said(body)
    everything = f"{code} {words}"
    if status in (400, 413, 422) and _TOO_LONG.search(everything):
        return _rejected(
            f"What {model} was to read is longer than it can take.", "Choose a model with a larger context window."
        )
    if _FILTERED.search(code) or (status == 400 and _FILTERED.search(words)):
        return Fault(ModelRefused(f"A filter in front of {model} declined to answer."))
    if status == 401 or (status in (400, 403) and _BAD_KEY.search(everything)):
        if not endpoint.api_key.get_secret_value():
            return _rejected(
                f"{host} wants a key, and none is set.", "Set the key, in the settings or as OPENAI_API_KEY."
            )
        return _rejected(f"{host} does not accept the key.", "Check the key, and set it anew.")
    if status == 402 or (status in (403, 429) and _NO_CREDIT.search(everything) and "resource_exhausted" not in code):
        return _rejected(f"The account at {host} has no credit left.", "Look at the account's billing; then ask again.")
    if status in (400, 403, 404) and _NO_MODEL.search(everything):
        return _rejected(f"{host} has no model called “{model}” for this key.", "Correct the model's name.")
    if status == 403:
        return _rejected(f"{host} does not let this key use “{model}”.", "Check what the key may do.")
    if status in (404, 405) or 300 <= status < 400:
        return _rejected(
            f"At this address {host} has nothing that {does}.", "Check the base URL; it usually ends in /v1."
        )
    wait = retry_after(headers)
    again = 0 if headers.get("x-should-retry", "").lower() == "false" else OFTEN
    if status == 429:
        error = ModelUnavailable(f"{host} has had too many requests for now.", _LATER, retry_after=wait)
        return Fault(error, again=again, wait=wait)
    if status in (408, 409, 425) or (status >= 500 and status not in (501, 505)):
        error = ModelUnavailable(f"{host} has a problem of its own (status {status}).", _LATER, retry_after=wait)
        return Fault(error, again=again, wait=wait, unclear=True)
    return Fault(ModelRejected(f"{host} did not take the request (status {status}).", _SETTINGS), unclear=True)


def of_event(body: Any, endpoint: Endpoint, model: str) -> Fault:
    """An error told in the middle of a stream."""
    code, words = said(body)
    error = body.get("error") if isinstance(body, dict) else None
    number = str(error.get("code", "")) if isinstance(error, dict) else ""
    if number.isdigit() and 400 <= int(number) <= 599:
        return of_status(int(number), {}, body, endpoint, model)
    if _FILTERED.search(f"{code} {words}"):
        return Fault(ModelRefused(f"A filter in front of {model} declined to answer."), billed=True)
    if "rate_limit" in code or _NO_CREDIT.search(code):
        return of_status(429, {}, body, endpoint, model)
    gave_up = ModelUnavailable(f"{endpoint.label} gave up in the middle of the reply.", _LATER)
    return Fault(gave_up, again=OFTEN, billed=True)


def unreadable(endpoint: Endpoint, content_type: str) -> Fault:
    """A success that is no completion."""
    if content_type in ("text/html", "application/xhtml+xml"):
        error = ModelMisbehaved(
            f"A web page came back from {endpoint.label} instead of a reply.",
            "Check the base URL, and whether a proxy or a sign-in page stands in between.",
        )
        return Fault(error, again=1)
    return Fault(ModelMisbehaved(f"The reply from {endpoint.label} could not be read."), again=1, billed=True)


def empty(model: str) -> Fault:
    return Fault(ModelMisbehaved(f"{model} gave an empty reply."), again=1, billed=True)


def cut_off(model: str) -> Fault:
    error = ModelMisbehaved(
        f"The reply of {model} was cut off before its end.",
        "If this happens often, choose a model that thinks less aloud.",
    )
    return Fault(error, billed=True)


def unbounded(model: str) -> Fault:
    return Fault(ModelMisbehaved(f"The reply of {model} was longer than was asked for."), billed=True, unbounded=True)


def refused(model: str) -> Fault:
    return Fault(ModelRefused(f"{model} declined to answer."), billed=True)


def filtered(model: str) -> Fault:
    return Fault(ModelRefused(f"A filter in front of {model} held its reply back."), billed=True)


def shapeless(model: str) -> ModelMisbehaved:
    return ModelMisbehaved(f"The reply of {model} is not what it was asked for, even after a second try.")


def unexpected(endpoint: Endpoint) -> Fault:
    """For what should not happen: nobody sees a stack trace, and the interview goes on."""
    return Fault(ModelMisbehaved(f"The exchange with {endpoint.label} went wrong in an unforeseen way."))


def said(body: Any) -> tuple[str, str]:
    """The code and the words of an error, in lower case, from the shapes that servers use."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(body, list) and body and isinstance(body[0], dict):  # Gemini's
        error = body[0].get("error", body[0])
    if isinstance(error, str):
        return "", error[:2000].lower()
    if not isinstance(error, dict):
        return "", ""
    codes = [str(error[name]) for name in ("code", "type", "status") if isinstance(error.get(name), (str, int))]
    number = next((code for code in codes if code.isdigit()), None)
    words = [text for name in ("message", "detail", "error") if isinstance(text := error.get(name), str)]
    inner = error.get("message")
    for problem in _list(error.get("detail")) + _list(inner.get("detail") if isinstance(inner, dict) else None):
        if isinstance(problem, dict):
            where = ".".join(str(part) for part in _list(problem.get("loc")))
            words.append(f"{where} {problem.get('msg', '')}")
    if isinstance(error.get("param"), str):
        words.insert(0, f"'{error['param']}'")
    named = " ".join(code for code in codes if not code.isdigit())
    return (named or number or "").lower(), " ".join(words)[:2000].lower()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that an endpoint asks us to wait; None where it says nothing sensible."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    try:
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time())
    except (KeyError, ValueError, OverflowError):
        return None


def _unavailable(message: str, remedy: str, again: int = 0) -> Fault:
    return Fault(ModelUnavailable(message, remedy), again=again)


def _rejected(message: str, remedy: str) -> Fault:
    return Fault(ModelRejected(message, remedy))


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds >= 2 else "the time set for it"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_TOO_LONG = re.compile(
    r"context.?length|context.?window|context.?size|maximum context|prompt is too long|too many tokens"
)
_FILTERED = re.compile(r"content.?filter|content.?policy|content.?management|responsible.?ai|safety.?system|prohibited")
_BAD_KEY = re.compile(r"api.?key|invalid.?key|unauthori[sz]ed|invalid_auth|authentication")
_NO_CREDIT = re.compile(
    r"insufficient.?quota|exceeded your current quota|billing|credit balance|no credit|out of credit"
)
_NO_MODEL = re.compile(
    r"model_?not_?found|unknown.?model|invalid.?model|no such model|deploymentnotfound"
    r"|model\b.{0,200}\b(not found|does not exist|not exist|is not available|not supported on)"
)
