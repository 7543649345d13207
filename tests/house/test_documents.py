"""The documents tell the truth about the tree: named paths exist, every command, route and setting is described."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic_settings import BaseSettings

from scripts.lints.tree import ROOT

DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Enforced by"]

#: A path in backticks: has a slash, or ends like a file; what has a space, a scheme or a placeholder is something else.
PATH = re.compile(r"`((?:\.{0,2}[\w.-]+/)+[\w.*-]*|[\w-]+\.(?:md|toml|lock|py))`")
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def prose() -> str:
    files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(file.read_text() for file in files if file.exists())


def named_paths(text: str) -> Iterator[str]:
    """Paths in backticks, but for lines marked as future."""
    for line in text.splitlines():
        if "future" not in line.lower():
            yield from PATH.findall(line)


def exists(path: str) -> bool:
    return any(ROOT.glob(path.rstrip("/"))) if "*" in path else (ROOT / path).exists()


def built(package: str) -> bool:
    return (ROOT / package / "__init__.py").exists()


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/walk.md", "docs/operators.md", "docs/agents.md", "docs/analysts.md"])
def test_every_path_that_a_document_names_exists(document: str) -> None:
    if not all(built(package) for package in ("ingest", "extract", "store", "answer", "service", "api", "cli")):
        pytest.skip("not every package is written yet")
    assert [path for path in named_paths((ROOT / document).read_text()) if not exists(path)] == []


def test_paths_are_told_from_other_words_in_backticks() -> None:
    line = "`ingest/formats.py`, `ingest/parse_*.py`, `store/`, `pyproject.toml`, `/v1/context`, `--as-of DATE`, `text[start:end]`"
    assert list(named_paths(line)) == ["ingest/formats.py", "ingest/parse_*.py", "store/", "pyproject.toml"]
    assert list(named_paths("`ingest/parse_xlsx.py` (future)")) == []


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_a_decision_has_its_four_parts_in_order_and_decides_in_one_sentence(file: Path) -> None:
    text = file.read_text()
    assert re.match(rf"# {int(file.name[:4])}\. \S", text), "the title is '# N. What was decided'"
    assert re.findall(r"^## (.+)$", text, re.M) == HEADINGS
    parts = [part.strip() for part in re.split(r"^## .+$", text, flags=re.M)[1:]]
    assert all(parts), "no part is empty"
    assert len(re.findall(r"[.!?](?=\s|$)", parts[1])) == 1, "the decision is one sentence"


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(file.name[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def commands() -> list[str]:
    """Every command of the command line, groups before their parts: "keys", "keys create"."""
    try:
        door = importlib.import_module("cli.main")
    except ModuleNotFoundError as error:
        pytest.skip(f"cli.main cannot be imported yet: {error}")
    typer = importlib.import_module("typer")
    app = next(value for value in vars(door).values() if isinstance(value, typer.Typer))
    return list(_commands(typer.main.get_command(app), ()))


def _commands(command: object, above: tuple[str, ...]) -> Iterator[str]:
    parts: dict[str, object] = getattr(command, "commands", {})
    for name, part in parts.items():
        yield " ".join((*above, name))
        yield from _commands(part, (*above, name))


def test_every_command_is_described() -> None:
    text = prose()
    missing = [name for name in commands() if not re.search(rf"`(?:groundrule )?{name}\b|groundrule (?:--\S+ \S+ )*{name}\b", text)]
    assert missing == []


def routes() -> set[tuple[str, str]]:
    """(path as written with its router's prefix, file) of every route that is declared in api/."""
    found = set()
    for file in sorted((ROOT / "api").rglob("*.py")):
        tree = ast.parse(file.read_text())
        prefixes = _prefixes(tree)
        for node in ast.walk(tree):
            for decorator in getattr(node, "decorator_list", []):
                if path := _route(decorator, prefixes):
                    found.add((path, file.relative_to(ROOT).as_posix()))
    return found


def _prefixes(tree: ast.Module) -> dict[str, str]:
    """Variable -> the prefix of the APIRouter it holds."""
    prefixes = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
            given = [k.value for k in node.value.keywords if k.arg == "prefix"]
            prefixes[node.targets[0].id] = given[0].value if given and isinstance(given[0], ast.Constant) else ""
    return {name: prefix for name, prefix in prefixes.items() if isinstance(prefix, str)}


def _route(decorator: ast.expr, prefixes: dict[str, str]) -> str | None:
    if not (
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr in METHODS and decorator.args
    ):
        return None
    path = decorator.args[0]
    router = decorator.func.value
    if not (isinstance(path, ast.Constant) and isinstance(path.value, str) and isinstance(router, ast.Name)):
        return None
    return prefixes.get(router.id, "") + path.value


def placeless(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", text)


def test_every_route_is_described() -> None:
    declared = routes()
    if not declared:
        pytest.skip("no route is written yet")
    text = placeless(prose())
    missing = [(path, file) for path, file in sorted(declared) if not re.search(rf"{re.escape(placeless(path))}(?![\w/])", text)]
    assert missing == []


def settings() -> set[str]:
    """Every setting, as it is named in the environment."""
    try:
        module = importlib.import_module("service.settings")
    except ModuleNotFoundError as error:
        pytest.skip(f"service.settings cannot be imported yet: {error}")
    values = list(vars(module).values())
    kinds = [value for value in values if isinstance(value, type) and issubclass(value, BaseSettings) and value is not BaseSettings]
    return {f"GROUNDRULE_{name.upper()}" for kind in kinds for name in _names(kind)}


def _names(kind: type[BaseModel]) -> Iterator[str]:
    """A group's settings have its name before theirs, after two underscores."""
    for name, field in kind.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from (f"{name}__{part}" for part in _names(field.annotation))
        else:
            yield name


def test_every_setting_is_described_for_operators() -> None:
    text = (ROOT / "docs/operators.md").read_text()
    assert sorted(name for name in settings() if f"`{name}`" not in text) == []


@pytest.mark.parametrize(
    "document", ["docs/operators.md", "docs/analysts.md", "docs/agents.md", "docker/compose.yaml", "docker/Dockerfile"]
)
def test_a_document_names_no_setting_that_does_not_exist(document: str) -> None:
    named = set(re.findall(r"\bGROUNDRULE_[A-Z_]+\b", (ROOT / document).read_text()))
    # The agents' guide keeps an address and a key in variables of the reader's shell.
    assert sorted(named - settings() - {"GROUNDRULE_KEY"}) == []


def test_the_readme_has_the_two_commands() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("README.md is not written yet")
    text = readme.read_text()
    assert "scripts/demo" in text
    assert "scripts/test" in text
