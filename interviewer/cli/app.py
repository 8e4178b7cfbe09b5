"""The list of commands, and what happens to the errors that they raise.

Exit codes: 0 done; 1 it could not be done; 2 it was asked for wrongly; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from interviewer import __version__
from interviewer.cli import (
    ask,
    bank,
    calibrate,
    demo,
    doctor,
    evaluate,
    evaluate_agreement,
    evaluate_delivery,
    evaluate_grading,
    evaluate_robustness,
    grade,
    kit,
    model,
    report,
    run,
    schema,
    search,
    setup,
)
from interviewer.cli.common import DataDir, EmbedderName, KnowledgeDir, give, note
from interviewer.errors import InterviewerError, UsageError

FAILED, MISUSED, STOPPED = 1, 2, 130

app = typer.Typer(
    name="interviewer",
    help="A mock interviewer for machine-learning interviews: asks, listens, probes, and grades with evidence.",
    epilog="Settings: an option on the command line comes first, then an environment variable (INTERVIEWER_…), then "
    "the file config.toml, then the default. “interviewer doctor” shows what is in force.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, ask, search, bank, grade, calibrate, report, demo, setup, model, doctor, schema):
    app.command(command.NAME, help=command.HELP)(command.command)
app.command("kits", help=kit.KITS_HELP)(kit.kits)
app.command("results", help=kit.RESULTS_HELP)(kit.results)
evaluate.app.command("grading")(evaluate_grading.command)
evaluate.app.command("agreement")(evaluate_agreement.command)
evaluate.app.command("robustness")(evaluate_robustness.command)
evaluate.app.command("delivery")(evaluate_delivery.command)
app.add_typer(evaluate.app)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"interviewer {__version__}")
        raise typer.Exit


@app.callback()
def _everything(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of an unexpected error.")] = False,
    data_dir: DataDir = None,
    knowledge_dir: KnowledgeDir = None,
    embedder: EmbedderName = None,
) -> None:
    if debug:
        os.environ["INTERVIEWER_DEBUG"] = "1"
    give(data_dir=data_dir, knowledge_dir=knowledge_dir, embedder=embedder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code. Errors become sentences; nobody sees a stack trace."""
    # What is piped is data for other programs: UTF-8 whatever the console's code page is.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", **({} if stream.isatty() else {"encoding": "utf-8"}))
    try:
        done = app(list(arguments) if arguments is not None else None, prog_name="interviewer", standalone_mode=False)
        sys.stdout.flush()
        if done == STOPPED:
            note("Stopped.")
        return done if isinstance(done, int) else 0
    except BrokenPipeError:
        return _hushed()
    except typer.Abort:
        note("Stopped.")
        return STOPPED
    except KeyboardInterrupt:
        note("Stopped.")
        return STOPPED
    except InterviewerError as error:
        if _debugging():
            raise
        note(str(error))
        if error.remedy:
            note(error.remedy)
        return MISUSED if isinstance(error, UsageError) else FAILED
    except typer.TyperException as error:  # a wrong option, a missing argument
        note(_sentence(error.format_message()))
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
            return error.exit_code
        note(f"“{context.command_path if context else 'interviewer'} --help” shows how it is used.")
        return error.exit_code
    except Exception as error:
        if _debugging():
            raise
        note(f"Something went wrong inside Interviewer ({type(error).__name__}: {error}).")
        note("Nothing that was stored is lost. The same command with INTERVIEWER_DEBUG=1 shows the details to report.")
        return FAILED


def _debugging() -> bool:
    return os.environ.get("INTERVIEWER_DEBUG", "") not in ("", "0")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _hushed() -> int:
    """The reader has gone (``| head``): there is nobody to tell, and nothing is to be flushed to them at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
