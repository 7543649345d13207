"""What the lints look at: the repository's files, parsed once, and the one shape in which they report."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Packages that are installed and imported at run time.
RUNTIME = ("domain", "ingest", "extract", "store", "answer", "service", "api", "cli")

#: Folders that hold no file of ours, wherever they are.
SKIPPED = frozenset({"__pycache__", "node_modules", "build", "dist", "venv"})

#: Kept as it came, for the data that came with it; what it may do is checked, how it is written is not.
AS_RECEIVED = ("training/authoring/",)

#: Text beyond this size is data.
LARGEST_TEXT = 2_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """``path`` is relative to the repository; ``line`` counts from 1, 0 for the file as a whole."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class File:
    """One file of the repository; ``path`` has forward slashes and is relative to its root."""

    path: str
    text: str

    @property
    def package(self) -> str:
        """The top folder, or "" for a file at the root."""
        return self.path.partition("/")[0] if "/" in self.path else ""

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_runtime(self) -> bool:
        return self.is_python and self.package in RUNTIME

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def code_lines(self) -> frozenset[int]:
        """Numbers of the lines that hold code: no blank lines, comments or docstrings."""
        lines: set[int] = set()
        beside = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in beside:
                lines.update(range(token.start[0], token.end[0] + 1))
        return frozenset(lines - self._docstring_lines())

    def _docstring_lines(self) -> set[int]:
        lines: set[int] = set()
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                and ast.get_docstring(node, clean=False) is not None
            ):
                first = node.body[0]
                lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
        return lines


@dataclass(frozen=True, slots=True)
class Imported:
    """``module`` is the dotted name as imported; ``lazy``: inside a function, or for the type checker only."""

    module: str
    line: int
    lazy: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports(tree: ast.Module) -> Iterator[Imported]:
    """Every absolute import of a module."""
    yield from _imports(tree, lazy=False)


def _imports(node: ast.AST, *, lazy: bool) -> Iterator[Imported]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Imported(alias.name, child.lineno, lazy) for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.level == 0 and child.module:
            yield Imported(child.module, child.lineno, lazy)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types_only(child)
            yield from _imports(child, lazy=lazy or inside)


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def read(root: Path = ROOT) -> list[File]:
    """Every text file below a root, by path; hidden folders, caches and binary files are left out."""
    files = []
    for path in sorted(_walk(root)):
        if path.stat().st_size > LARGEST_TEXT:
            continue
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            files.append(File(path.relative_to(root).as_posix(), text))
    return files


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        hidden = entry.name.startswith(".") and entry.name != ".ci"
        if entry.is_symlink() or entry.name in SKIPPED or entry.name.endswith(".egg-info"):
            continue
        if entry.is_dir():
            if not hidden and not (entry / "pyvenv.cfg").exists():
                yield from _walk(entry)
        else:
            yield entry
