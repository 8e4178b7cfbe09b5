"""Everything that can go wrong with an endpoint, by name, and which calls get what they want in spite of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interviewer.domain.usage import Purpose
from interviewer.models.openai.fake import KEY, Behaviour, Reply, faults
from interviewer.models.openai.fake.replies import LONGEST, error_body

QUERY = "query-secret-81f3a9"
"""What some gateways take instead of a key: it stands in the base URL."""

FORMS = frozenset((Purpose.ASSESS, Purpose.GRADE))
TEXT = frozenset((Purpose.ACKNOWLEDGE,))
STREAM = frozenset((Purpose.SPEAK,))
ALL = FORMS | TEXT | STREAM
NOWHERE: frozenset[Purpose] = frozenset()


@dataclass(frozen=True)
class Fault:
    """``fine`` are the calls of which something comes all the same; ``slow`` ones hold a call up to its deadline.

    A stream may say whatever it likes as long as it comes to its end; an acknowledgement is shown or not.
    """

    make: Callable[..., Behaviour]
    given: tuple[Any, ...] = ()
    fine: frozenset[Purpose] = NOWHERE
    slow: bool = False

    def __call__(self) -> Behaviour:
        return self.make(*self.given)


def repeats(code: int) -> Behaviour:
    """An endpoint that says back all that it was sent, key and address too."""
    told = f"The key {KEY} at /v1?sig={QUERY} may not be used."
    headers = (("X-Your-Key", KEY), ("X-Your-Address", QUERY))
    return lambda request, proper: Reply(error_body(f"{told} {request.text}", code=KEY), code, headers)


SENTENCE = "Let me think about that for a moment."

FAULTS = {
    # The endpoint says no.
    "key unknown": Fault(faults.unauthorised),
    "key may not": Fault(faults.forbidden),
    "no such model": Fault(faults.missing_model),
    "too many": Fault(faults.too_many),
    "too many, at once again": Fault(faults.too_many, (0,)),
    "too many, in an hour again": Fault(faults.too_many, (3600,)),
    "too many, nonsense": Fault(faults.too_many, ("soon",)),
    "quota spent": Fault(faults.quota_spent),
    "server error": Fault(faults.server_error),
    "bad gateway": Fault(faults.bad_gateway),
    "unavailable": Fault(faults.unavailable),
    "unavailable, at once again": Fault(faults.unavailable, (0,)),
    "overloaded": Fault(faults.overloaded),
    "unheard-of status": Fault(faults.status, (418,)),
    "repeats the key, 400": Fault(repeats, (400,)),
    "repeats the key, 401": Fault(repeats, (401,)),
    "repeats the key, 500": Fault(repeats, (500,)),
    "repeats the key, 200": Fault(repeats, (200,)),
    # The connection is slow, or breaks.
    "slow": Fault(faults.slow_first_byte, (0.02,), ALL),
    "slow in between": Fault(faults.slow_pieces, (0.001,), ALL),
    "slower than anybody waits": Fault(faults.slow_first_byte, (LONGEST,), slow=True),
    "stalls at the start": Fault(faults.stall, ("start",), slow=True),
    "stalls after the headers": Fault(faults.stall, ("headers",), slow=True),
    "stalls in the middle": Fault(faults.stall, ("middle",), slow=True),
    "trickles": Fault(faults.trickle, (0.02,), slow=True),
    "trickles in its headers": Fault(faults.trickle_headers, (0.02,), slow=True),
    "endless": Fault(faults.endless, (0.02,), slow=True),
    "cut at the start": Fault(faults.cut, ("start",)),
    "cut after the headers": Fault(faults.cut, ("headers",)),
    "cut in the middle": Fault(faults.cut, ("middle",)),
    "reset at the start": Fault(faults.reset, ("start",)),
    "reset after the headers": Fault(faults.reset, ("headers",)),
    "reset in the middle": Fault(faults.reset, ("middle",)),
    "ends early": Fault(faults.ends_early, fine=ALL),  # a stream only, and everything was said
    "error in the stream": Fault(faults.error_in_stream),
    # The reply cannot be read.
    "invalid UTF-8": Fault(faults.invalid_utf8),
    "a web page": Fault(faults.html),
    "not JSON": Fault(faults.not_json),
    "nothing": Fault(faults.empty_body),
    "compressed": Fault(faults.compressed),
    "huge": Fault(faults.huge),
    # The reply can be read and is not what was asked for.
    "no choices": Fault(faults.empty_choices),
    "no words": Fault(faults.empty_text),
    "refusal": Fault(faults.refusal),
    "filtered": Fault(faults.content_filter),
    "truncated": Fault(faults.truncated),
    "says something else": Fault(faults.says, (SENTENCE,), STREAM),
    "prose around": Fault(faults.prose_around, fine=FORMS | STREAM),
    "fenced": Fault(faults.fenced, fine=FORMS | STREAM),
    "doubled keys": Fault(faults.doubled_keys, fine=STREAM),
    "not a number": Fault(faults.not_a_number, fine=STREAM),
    "wrong schema": Fault(faults.wrong_schema, fine=STREAM),
    "takes no notice of the format": Fault(faults.ignores_response_format, fine=ALL),
    "unknown fields": Fault(faults.extra_fields, fine=ALL),
    "does not count": Fault(faults.no_usage, fine=ALL),
    # The endpoint does not take a parameter.
    "no temperature": Fault(faults.refuses, ("temperature", "openai"), ALL),
    "no seed": Fault(faults.refuses, ("seed", "mistral"), ALL),
    "no new bound": Fault(faults.refuses, ("max_tokens", "vllm"), ALL),
    "no counting": Fault(faults.refuses, ("stream_options", "azure"), ALL),
    "no schema": Fault(faults.refuses_json_schema, ("lmstudio",), ALL),
    "no object": Fault(faults.refuses_json_object, (), ALL),
    "no schema in an object": Fault(faults.refuses_object_schema, (), ALL),
    "no format": Fault(faults.refuses_response_format, ("gateway",), ALL),
}
