"""``interviewer run``: the app in a browser."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from interviewer.cli.common import given, make_runtime, note, settings, show_notices, takes_settings
from interviewer.errors import SetupError, UsageError

NAME = "run"
HELP = """Open the app in a browser. It runs on this machine, for this machine; Ctrl-C stops it.

Examples:

\b
  interviewer run
  interviewer run --port 8600 --no-browser
  interviewer run --pages candidates --port 8700 --no-browser
"""

TRIES = 50
"""Ports that are tried, counting up, when the usual one is taken."""

ASK_SECONDS = 1.0
"""How long whoever has the port may take to say who it is."""

_WILDCARDS = ("0.0.0.0", "::")
_NOT_OURS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


@takes_settings
def command(
    host: Annotated[
        str | None, typer.Option("--host", help="Bind to this address; anything but 127.0.0.1 lets others in.")
    ] = None,
    port: Annotated[  # text: the settings say what is wrong with it, in the same words wherever it is given
        str | None, typer.Option("--port", metavar="N", help="Use this port, and no other if it is taken.")
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option(
            "--pages",
            metavar="WHICH",
            help="“candidates” opens interviews by link and nothing else: for a second process on the same store that "
            "candidates may reach, while the other pages stay with you. “all” is the usual.",
        ),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    chosen = settings(host=host, port=port, pages=pages)
    address = _address(chosen.host, explicit=host is not None, by_link=chosen.pages == "candidates")
    free = free_port(address, chosen.port)
    if free != chosen.port:
        _taken(address, chosen.port, free, insists=port is not None)
    # The pages read the settings again, in this process.
    for name, value in given().items():
        os.environ[f"INTERVIEWER_{name.upper()}"] = str(value)
    if pages is not None:
        os.environ["INTERVIEWER_PAGES"] = chosen.pages
    _prepare()
    _serve(address, free, browser=not no_browser and _has_display())


def _taken(host: str, port: int, free: int, *, insists: bool) -> None:
    """Says who has the port. Raises SetupError when this port and no other was asked for."""
    running = running_at(host, port)
    if not insists:
        who = f"Interviewer seems to be running already at {running}" if running else f"Port {port} is in use"
        note(f"{who}{'' if running else ' by another program'}, so this is on port {free}.")
    elif running:
        raise SetupError(
            f"Interviewer seems to be running already at {running}.",
            f"Open it there, or take another port: interviewer run --port {free}",
        )
    else:
        raise SetupError(
            f"Port {port} is in use by another program.",
            f"Stop that program, or take another port: interviewer run --port {free}",
        )


def running_at(host: str, port: int) -> str | None:
    """Where Interviewer seems to run already: what is behind this taken port answers as our pages do.

    Another program made with Streamlit would answer so, too; hence "seems".
    """
    shown = _shown(host)
    connection = http.client.HTTPConnection(shown.strip("[]"), port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        return f"http://{shown}:{port}" if answer.status == 200 and answer.read(16).strip() == b"ok" else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _shown(host: str) -> str:
    """The address as it stands in the one of a page."""
    return "localhost" if host in _WILDCARDS else f"[{host}]" if ":" in host else host


def _prepare() -> None:
    from interviewer.cli.setup import prepare

    runtime = make_runtime()
    show_notices(runtime)
    prepare(runtime)
    runtime.store.database.close()
    runtime.index.close()


def _address(host: str, *, explicit: bool, by_link: bool = False) -> str:
    from interviewer.settings import is_loopback

    if is_loopback(host):
        return host
    if not explicit:
        raise UsageError(
            f"The settings say to bind to {host}, which lets other machines in; there is no sign-in.",
            f"If that is meant, say so on the command line: interviewer run --host {host}",
        )
    is_free(host, 0)  # an address that is not ours is refused before anybody is warned of it
    reached = f"bound to {host}, the app can be reached from other machines."
    if by_link:
        note(
            f"Note: {reached} It opens interviews by link and nothing else: whoever has a link can take its interview, "
            "and whoever has the address of an interview from a kit can go on with it."
        )
    else:
        note(f"Warning: {reached} There is no sign-in: whoever reaches it can read, change and delete all interviews.")
    return host


def is_free(host: str, port: int) -> bool:
    """Whether the app could listen there now. Raises SetupError for an address that is not this machine's."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise _no_address(host) from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there, it would let two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno in _NOT_OURS:
                raise _no_address(host) from error
            return False
    return True


def free_port(host: str, start: int) -> int:
    """The first free port from ``start`` on. Raises SetupError when there is none near."""
    last = min(start + TRIES, 65536)
    for port in range(start, last):
        if is_free(host, port):
            return port
    raise SetupError(
        f"The ports {start} to {last - 1} are all in use.", "Name another one: interviewer run --port NUMBER"
    )


def _no_address(host: str) -> SetupError:
    return SetupError(f"{host} is not an address of this machine.", "Leave out --host to use 127.0.0.1.")


def _serve(host: str, port: int, *, browser: bool) -> None:
    """Hands the app to Streamlit, in this process, until it is stopped."""
    import interviewer

    script = Path(interviewer.__file__).parent / "ui" / "main.py"
    if not script.is_file():
        raise SetupError("The app's pages are missing from this installation.", "Install Interviewer again.")
    print(f"Interviewer is at http://{_shown(host)}:{port} (Ctrl-C stops it).", flush=True)

    from streamlit import config
    from streamlit.web import bootstrap

    options = streamlit_options(host, port, browser=browser)
    config._main_script_path = str(script)
    bootstrap.load_config_options(options)
    bootstrap.run(str(script), False, [], options)


def streamlit_options(host: str, port: int, *, browser: bool) -> dict[str, Any]:
    """What Streamlit is told, as its options by their dotted names; these win over any file of Streamlit's."""
    from interviewer.settings import is_loopback

    options: dict[str, Any] = {
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "logger.hideWelcomeMessage": True,
        "logger.level": "warning",
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        **_look(),
        "server.address": host,
        "server.headless": not browser,
        "server.port": port,
    }
    if is_loopback(host):
        # A page elsewhere whose name is made to point here (DNS rebinding) is turned away.
        options["server.allowedHosts"] = ["localhost", "127.0.0.1", "::1"]
    return options


def _look() -> dict[str, Any]:
    """The app's own file of options, ``theme.toml``, laid out as Streamlit's config.toml."""
    import tomllib

    import interviewer

    path = Path(interviewer.__file__).parent / "ui" / "theme.toml"
    return _flat(tomllib.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """
    >>> _flat({"theme": {"font": "serif", "dark": {"textColor": "#eee"}}})
    {'theme.font': 'serif', 'theme.dark.textColor': '#eee'}
    """
    flat: dict[str, Any] = {}
    for name, value in table.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _has_display() -> bool:
    """Whether there is a screen that a browser could open on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
