"""The walls of the house (DESIGN §2): arrows point down, each outside library has one room, files stay readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import interviewer

PACKAGE = Path(interviewer.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)
LONGEST = 450

LAYERS = [
    {"domain", "errors"},
    {"records", "resources", "settings", "folding"},
    {"bank", "embedding", "delivery"},
    {"index", "models", "store", "contracts"},
    {"interview", "grading", "calibration", "report", "kits"},
    {"runtime"},
    {"cli", "ui", "__main__"},
]
"""From the ground up. A part may use its own layer (without going in circles) and every layer below."""

ONLY_IN = {
    "chromadb": ["interviewer.index"],
    "openai": ["interviewer.models.openai"],
    "httpx2": ["interviewer.models.openai"],
    "httpcore2": ["interviewer.models.openai"],
    "sqlalchemy": ["interviewer.store"],
    "alembic": ["interviewer.store"],
    "streamlit": ["interviewer.ui", "interviewer.cli"],
    "typer": ["interviewer.cli"],
    "xlsxwriter": ["interviewer.kits"],
}
"""Who may import an outside library: the modules whose names begin so."""

PURE = {
    "interviewer.interview.policy": {"domain"},
    "interviewer.interview.kit_policy": {"domain", "interview"},
    "interviewer.interview.kit_setup": {"domain", "errors"},
    "interviewer.interview.plan": {"domain", "errors"},
    "interviewer.interview.speaking": {"folding"},
    "interviewer.delivery.fillers": {"delivery", "domain"},
    "interviewer.delivery.measure": {"delivery", "domain"},
    "interviewer.delivery.pauses": {"delivery", "domain"},
    "interviewer.delivery.tips": {"delivery", "domain"},
    "interviewer.grading.scoring": {"domain"},
    "interviewer.grading.evidence": {"domain", "folding"},
}
"""Pure code takes values and returns values: the parts of ours that it may know."""

OUTSIDE_WORLD = {
    "os",
    "io",
    "socket",
    "subprocess",
    "threading",
    "time",
    "random",
    "logging",
    "pathlib",
    "shutil",
    "sqlite3",
}


def module_of(path: Path) -> str:
    parts = list(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """The modules that a file imports, wherever in it, with their lines. ``from a import b`` may mean a.b: both."""
    module = module_of(path)
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
            source = base if node.level else node.module or ""
            yield node.lineno, source
            for alias in node.names:
                if _is_module(f"{source}.{alias.name}"):
                    yield node.lineno, f"{source}.{alias.name}"


def _is_module(name: str) -> bool:
    place = PACKAGE.parent.joinpath(*name.split("."))
    return name.startswith("interviewer.") and (place.with_suffix(".py").is_file() or (place / "__init__.py").is_file())


def part_of(module: str) -> str | None:
    """The part of the house that one of our modules belongs to; None for the package itself and for others."""
    parts = module.split(".")
    return parts[1] if parts[0] == "interviewer" and len(parts) > 1 else None


def layer_of(part: str) -> int:
    return next(level for level, parts in enumerate(LAYERS) if part in parts)


def files() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", [pytest.param(path, id=module_of(path)) for path in FILES])


def test_every_part_has_its_place() -> None:
    parts = {part for path in FILES if (part := part_of(module_of(path))) is not None}
    assert parts <= set().union(*LAYERS), "a new part of the house needs its place in LAYERS"


@files()
def test_arrows_point_down(path: Path) -> None:
    own = part_of(module_of(path))
    if own is None:
        return
    upward = [
        f"line {line}: {name}"
        for line, name in imports_of(path)
        if (part := part_of(name)) is not None and layer_of(part) > layer_of(own)
    ]
    assert upward == []


@pytest.mark.parametrize(("library", "rooms"), ONLY_IN.items())
def test_an_outside_library_has_one_room(library: str, rooms: list[str]) -> None:
    elsewhere = [
        f"{module_of(path)}, line {line}"
        for path in FILES
        for line, name in imports_of(path)
        if name.split(".")[0] == library and not module_of(path).startswith(tuple(rooms))
    ]
    assert elsewhere == []


@files()
def test_the_domain_knows_nothing_of_ours(path: Path) -> None:
    if part_of(module_of(path)) == "domain":
        assert {part_of(name) for _, name in imports_of(path) if name.startswith("interviewer")} <= {"domain"}


@pytest.mark.parametrize(("module", "knows"), PURE.items())
def test_pure_code_knows_no_store_no_model_and_no_clock(module: str, knows: set[str]) -> None:
    path = PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py")
    imported = {name for _, name in imports_of(path)}
    assert {part_of(name) for name in imported if name.startswith("interviewer")} <= knows
    outside = OUTSIDE_WORLD - ({"random"} if module.endswith("plan") else set())  # a seeded draw is a value, too
    assert not {name.split(".")[0] for name in imported} & outside
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"now", "today", "utcnow"}


def test_parts_do_not_go_in_circles() -> None:
    arrows: dict[str, set[str]] = {}
    for path in FILES:
        own = part_of(module_of(path))
        if own is not None:
            found = {part for _, name in imports_of(path) if (part := part_of(name)) is not None and part != own}
            arrows.setdefault(own, set()).update(found)
    circles = [
        f"{one} and {other}" for one in arrows for other in arrows[one] if one < other and one in arrows.get(other, ())
    ]
    assert circles == []


@files()
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST


@files()
def test_a_file_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body or path.name == "__main__.py"
