"""Servers that do not take a parameter, each in the words and the shape that such servers answer with.

They differ in all of it: status 400, 422 or 500; an error object, a flat one, a list of details, a bare sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.replies import Behaviour, Reply, error_body

Like: TypeAlias = Literal["openai", "azure", "vllm", "mistral", "fastapi", "llama.cpp", "lmstudio", "gateway"]


def refuses(parameter: str, like: Like = "openai") -> Behaviour:
    """Does not take ``temperature``, ``seed``, ``max_tokens``, ``max_completion_tokens``, ``stream_options`` …"""
    return _when(
        lambda request: request.body.get(parameter) is not None,
        lambda request: _unknown(parameter, request.body[parameter], like),
    )


def refuses_json_schema(like: Like = "openai") -> Behaviour:
    """Does not take a response format of the type ``json_schema``."""
    return _when(lambda request: request.format == "json_schema", lambda _: _format("json_schema", "json_object", like))


def refuses_json_object(like: Like = "openai") -> Behaviour:
    """Does not take a response format of the type ``json_object``, with a schema or without."""
    return _when(lambda request: request.format == "json_object", lambda _: _format("json_object", "json_schema", like))


def refuses_object_schema(like: Like = "openai") -> Behaviour:
    """Takes ``json_object``, but no schema in it."""
    return _when(
        lambda request: request.format == "json_object" and "schema" in request.body["response_format"],
        lambda request: _unknown("response_format.schema", request.body["response_format"]["schema"], like),
    )


def refuses_response_format(like: Like = "gateway") -> Behaviour:
    """Takes no response format at all."""
    return _when(
        lambda request: request.body.get("response_format") is not None,
        lambda request: _unknown("response_format", request.body["response_format"], like),
    )


def refuses_verbose_json(like: Like = "openai") -> Behaviour:
    """Writes down no times: transcripts come as ``json`` or ``text`` alone."""
    return _when(
        lambda request: request.body.get("response_format") == "verbose_json",
        lambda _: _form_of_sound("verbose_json", ("json", "text"), like),
    )


def refuses_mp3(like: Like = "openai") -> Behaviour:
    """Speaks in WAV alone."""
    return _when(
        lambda request: request.kind == "speech" and request.body.get("response_format") == "mp3",
        lambda _: _form_of_sound("mp3", ("wav",), like),
    )


def _when(applies: Callable[[Recorded], bool], refusal: Callable[[Recorded], Reply]) -> Behaviour:
    return lambda request, proper: refusal(request) if applies(request) else proper()


def _unknown(parameter: str, value: Any, like: Like) -> Reply:
    detail = {"type": "extra_forbidden", "loc": ["body", *parameter.split(".")], "input": value}
    detail["msg"] = "Extra inputs are not permitted"
    if like == "azure":
        return Reply(error_body(f"Unrecognized request argument supplied: {parameter}"), 400)
    if like == "vllm":
        told = str([{**detail, "loc": ("body", *parameter.split("."))}])
        return Reply({"object": "error", "message": told, "type": "BadRequestError", "param": None, "code": 400}, 400)
    if like == "mistral":
        body = {"object": "error", "message": {"detail": [detail]}, "type": "invalid_request_error"}
        return Reply({**body, "param": None, "code": None}, 422)
    if like == "fastapi":
        return Reply({"detail": [detail]}, 422)
    if like == "gateway":
        told = f"The {parameter} parameter is unsupported at the moment. Leave it unset."
        return Reply({"code": "Client specified an invalid argument", "error": told}, 400)
    if like == "llama.cpp":
        return Reply(_llama(f"Unsupported param: {parameter}"), 500)
    if like == "lmstudio":
        return Reply({"error": f"Unrecognized key(s) in object: '{parameter}'"}, 400)
    if parameter == "temperature":
        told = f"Unsupported value: 'temperature' does not support {value} with this model. "
        told += "Only the default (1) value is supported."
        return Reply(error_body(told, param=parameter, code="unsupported_value"), 400)
    if parameter == "max_tokens":
        told = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return Reply(error_body(told, param=parameter, code="unsupported_parameter"), 400)
    return Reply(error_body(f"Unknown parameter: '{parameter}'.", param=parameter, code="unknown_parameter"), 400)


def _format(kind: str, other: str, like: Like) -> Reply:
    if like == "llama.cpp":
        told = f'response_format type must be one of "text" or "{other}", but got: {kind}'
        return Reply(_llama(told), 500)
    if like == "lmstudio":
        return Reply({"error": f"'response_format.type' must be '{other}' or 'text'"}, 400)
    if like in ("fastapi", "vllm", "mistral"):
        detail = {
            "type": "literal_error",
            "loc": ["body", "response_format", "type"],
            "msg": f"Input should be 'text' or '{other}'",
            "input": kind,
        }
        if like == "fastapi":
            return Reply({"detail": [detail]}, 422)
        flat = {"object": "error", "type": "invalid_request_error", "param": None, "code": None}
        return Reply({**flat, "message": {"detail": [detail]}}, 422)
    if like == "gateway":
        told = (
            "The parameter `response_format.type` specified in the request are not valid: "
            f"invalid value: `{kind}`, supported values are: `{other}` and `text`."
        )
        return Reply(error_body(told, "BadRequest", "response_format.type", "InvalidParameter"), 400)
    told = f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
    return Reply(error_body(told, param="response_format"), 400)


def _form_of_sound(asked: str, others: Sequence[str], like: Like) -> Reply:
    if like in ("fastapi", "vllm", "mistral"):
        told = f"Input should be {' or '.join(repr(other) for other in others)}"
        detail = {"type": "literal_error", "loc": ["body", "response_format"], "msg": told, "input": asked}
        return Reply({"detail": [detail]}, 422)
    if like == "llama.cpp":
        return Reply(_llama(f"Unsupported response_format: {asked}"), 500)
    if like in ("lmstudio", "gateway"):
        return Reply({"error": f"response_format {asked} is unsupported"}, 400)
    told = f"response_format '{asked}' is not compatible with this model. Use {' or '.join(others)} instead."
    return Reply(error_body(told, param="response_format", code="unsupported_value"), 400)


def _llama(message: str) -> dict[str, Any]:
    return {"error": {"code": 500, "message": message, "type": "server_error"}}
