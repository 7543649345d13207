"""Which files a run takes up, and under which names: a folder's files, and a Maildir's messages under names that outlive their flags."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import NotFound

#: Files that operating systems and version control leave beside documents.
LEFT_OUT = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_LEFT_OUT_FOLDERS = frozenset({".git", ".svn", ".hg", "__MACOSX"})
#: What mail servers keep beside a Maildir's messages.
_CONTROL = ("dovecot", "courierimap", "maildirfolder", "subscriptions", "sieve", ".uid", ".dovecot")


@dataclass(frozen=True, slots=True)
class Found:
    """``path``: what the source is called, relative to the folder given, with forward slashes."""

    file: Path
    path: str


def found_files(paths: Sequence[Path]) -> list[Found]:
    """Every file with its path relative to the folder given; a file given by itself is named by its own name.

    Links that lead out of the folder are left out. Raises NotFound for a path that is not there.
    """
    found: dict[str, Found] = {}
    for path in paths:
        if path.is_dir():
            for item in _under(path):
                found.setdefault(item.path, item)
        elif path.is_file():
            found.setdefault(path.name, Found(path, path.name))
        else:
            raise NotFound(f"there is no file or folder {path}")
    return list(found.values())


def _under(root: Path) -> Iterator[Found]:
    inside = root.resolve()
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        mailbox = {"cur", "new"} <= set(folders)
        folders[:] = sorted(f for f in folders if f not in _LEFT_OUT_FOLDERS and not (mailbox and f == "tmp"))
        for name in sorted(names):
            file = here / name
            if name in LEFT_OUT or mailbox and name.lower().startswith(_CONTROL):
                continue
            if file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(inside)):
                yield Found(file, _named(root, file))


def _named(root: Path, file: Path) -> str:
    """A Maildir message moves from new to cur and gets flags behind ":2,"; its name before them stays (https://cr.yp.to/proto/maildir.html)."""
    folder = file.parent
    if folder.name in ("cur", "new") and (folder.parent / "cur").is_dir() and (folder.parent / "new").is_dir():
        file = folder.parent / file.name.partition(":2,")[0]
        if not file.is_relative_to(root):
            return file.name
    return file.relative_to(root).as_posix()
