"""What commands share: options for settings, the parts of the program, and printing."""

from __future__ import annotations

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

import typer

from interviewer.errors import SetupError, UsageError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from rich.console import Console

    from interviewer.runtime import Runtime
    from interviewer.settings import Settings

_PANEL = "Settings"

T = TypeVar("T")


class EmbedderChoice(StrEnum):
    AUTO = "auto"
    MINILM = "minilm"
    LEXICAL = "lexical"


DataDir: TypeAlias = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="FOLDER", help="Where interviews, index and weights are kept."),
]
KnowledgeDir: TypeAlias = Annotated[
    Path | None,
    typer.Option("--knowledge-dir", metavar="FOLDER", help="A bank of your own instead of the one shipped."),
]
EmbedderName: TypeAlias = Annotated[
    EmbedderChoice | None,
    typer.Option("--embedder", help="How texts are compared: by sentence encoder, by words, or by what is at hand."),
]

Offline: TypeAlias = Annotated[
    bool,
    typer.Option("--offline", help="Use the offline model, whatever other is set up; nothing is sent anywhere."),
]

_WANTED = {
    "data_dir": "the path of a folder",
    "knowledge_dir": "the path of a folder",
    "embedder": "auto, minilm or lexical",
    "weights_dir": "the path of a folder",
    "host": "an address, such as 127.0.0.1",
    "port": "a whole number from 1 to 65535",
    "pages": "all or candidates",
    "use_model": "true or false",
    "base_url": "an address, such as http://127.0.0.1:11434/v1",
    "api_key": "a text",
    "model": "a name of up to 200 characters",
    "assess_model": "a name of up to 200 characters",
    "speak_model": "a name of up to 200 characters",
    "grade_model": "a name of up to 200 characters",
    "price_in": "a number of US dollars, 0 or more",
    "price_out": "a number of US dollars, 0 or more",
    "price_cached": "a number of US dollars, 0 or more",
    "budget_tokens": "a whole number, 1 or more",
    "budget_dollars": "a number of US dollars above 0",
    "budget_minutes": "a number of minutes above 0",
    "reply_seconds": "a number of seconds from 1 to 600",
    "grade_seconds": "a number of seconds from 1 to 600",
    "use_audio": "true or false",
    "transcribe_model": "a name of up to 200 characters",
    "speech_model": "a name of up to 200 characters",
    "speech_voice": "a name of up to 200 characters",
    "audio_base_url": "an address, such as http://127.0.0.1:8000/v1",
    "audio_api_key": "a text",
    "price_minute": "a number of US dollars, 0 or more",
    "price_characters": "a number of US dollars, 0 or more",
    "transcribe_seconds": "a number of seconds from 1 to 600",
}
"""What each setting has to be, for whoever gave it something else."""

_given: dict[str, Any] = {}
"""The settings given as options of this run, wherever on the command line they stood."""

Function = TypeVar("Function", bound=Callable[..., Any])


def give(**options: Any) -> None:
    """Notes the settings given before the command's name; forgets those of an earlier call."""
    _given.clear()
    _given.update({name: value for name, value in options.items() if value is not None})


def given() -> dict[str, Any]:
    """The settings given on the command line, as text and paths."""
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in _given.items()}


def takes_settings(function: Function) -> Function:
    """Adds the options that override settings to a command; ``settings()`` has them in it."""
    extra = {"data_dir": DataDir, "knowledge_dir": KnowledgeDir, "embedder": EmbedderName}

    @functools.wraps(function)
    def with_settings(**arguments: Any) -> Any:
        _given.update({name: value for name in extra if (value := arguments.pop(name)) is not None})
        return function(**arguments)

    signature = inspect.signature(function, eval_str=True)
    own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in signature.parameters.values()]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in extra.items()
    ]
    with_settings.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    with_settings.__annotations__ = {p.name: p.annotation for p in (*own, *added)}
    return with_settings  # type: ignore[return-value]


def settings(**overrides: Any) -> Settings:
    """The settings in force. Raises SetupError that names what is wrong and where."""
    import tomllib

    from pydantic import ValidationError

    from interviewer.settings import Settings, config_file

    chosen = {**given(), **{name: value for name, value in overrides.items() if value is not None}}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        kind = UsageError if wrong and wrong <= chosen.keys() else SetupError
        raise kind(
            " ".join(_setting_problems(error, chosen)), "“interviewer doctor --help” tells where settings come from."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{config_file()} is not valid TOML: {error}.", "Correct the file, or move it aside."
        ) from error
    except OSError as error:
        raise SetupError(
            f"{config_file()} cannot be read: {error.strerror or error}.", "Make it readable, or move it aside."
        ) from error


def _setting_problems(error: ValidationError, chosen: dict[str, Any]) -> Iterator[str]:
    from interviewer.settings import Settings, config_file

    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        if name not in Settings.model_fields:
            yield f"{config_file()} has a setting {name!r} that does not exist."
        else:
            instead = "" if name.endswith("api_key") else f", not {problem['input']!r}"  # it may be a key
            yield f"{_where_given(name, chosen)} must be {_WANTED[name]}{instead}."


def _where_given(name: str, chosen: dict[str, Any]) -> str:
    """A setting by the name that it was given with."""
    from interviewer.settings import config_file, origin

    place = origin(name, chosen)
    if place == "option":
        return f"--{name.replace('_', '-')}"
    return f"INTERVIEWER_{name.upper()}" if place.startswith("environment") else f"{name} in {config_file()}"


def make_runtime(**overrides: Any) -> Runtime:
    """The parts of the program for the settings in force; its notices go to stderr."""
    from interviewer.runtime import Runtime

    return Runtime(settings(**overrides))


def show_notices(runtime: Runtime) -> None:
    for notice in runtime.notices():
        note(f"Notice: {notice}")


def show_company(runtime: Runtime) -> None:
    """Says where what is said goes to; nothing where it stays on this machine, as ever."""
    endpoint = runtime.endpoint
    if endpoint is not None:
        note(f"{endpoint.model} at {endpoint.label} is used, and what is said is sent there; --offline does without.")


def note(text: str) -> None:
    """A line for the person at the keyboard: on stderr, so that it never mixes with output."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """A value as JSON on stdout, one line unless indented."""
    print(json.dumps(value, ensure_ascii=False, indent=indent), flush=True)


def console(*, stderr: bool = False) -> Console:
    """Rich's console, which leaves colours out where nobody would see them. Texts of ours are not markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


@contextmanager
def progress_bar(what: str, total: int | None, done: int = 0) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing elsewhere; what it gives is called after each step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total, completed=done)
        yield lambda: bar.advance(task)


def progress(items: Sequence[T], what: str) -> Iterator[T]:
    """The items one by one, with a bar on a terminal."""
    with progress_bar(what, len(items)) as advance:
        for item in items:
            yield item
            advance()


@contextmanager
def opened_text(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a UTF-8 text file, without their ends; "-" is stdin. Raises UsageError."""
    name = "standard input" if str(path) == "-" else str(path)
    try:
        if str(path) == "-":
            yield (line.rstrip("\r\n") for line in sys.stdin)
        else:
            with path.open(encoding="utf-8-sig") as stream:
                yield (line.rstrip("\r\n") for line in stream)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8 text.", "Save it as UTF-8 and try again.") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unreadable(name, error) from error


def require_file(path: Path) -> None:
    """Raises UsageError when there is no file that can be read."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise _unreadable(str(path), error) from error


def _unreadable(name: str, error: OSError) -> UsageError:
    return UsageError(f"{name} cannot be read: {error.strerror or error}.", "Check the name of the file.")


def plural(count: int, one: str, many: str | None = None) -> str:
    """
    >>> plural(1, "question"), plural(19, "question")
    ('1 question', '19 questions')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file all or not at all. Raises SetupError where that cannot be done."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        scratch.write_bytes(content)
        os.replace(scratch, path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise SetupError(
            f"{path} cannot be written: {error.strerror or error}.", "Make room or name another file with --out."
        ) from error
