"""Which sources are labelled how: set when files are read, changed later, and never by somebody who may not read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from domain.access import LABEL_FORM, Caller, Scope, is_label
from domain.errors import Forbidden, InvalidQuestion, NotFound
from domain.label_port import REMOVED, Labelling, removed_name
from service.records import MAX_PAGE, check_limit, first_page
from service.seen import everything, may_read
from service.wiring import App, now


@dataclass(frozen=True, slots=True)
class Labelled:
    path: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelPage:
    items: tuple[Labelled, ...]
    next_cursor: str | None


def check_labels(caller: Caller, labels: Collection[str] | None) -> None:
    """Raises InvalidQuestion for what is no label, Forbidden for one that the caller may not read."""
    for label in labels or ():
        if not is_label(label):
            raise InvalidQuestion(f"{LABEL_FORM}; {label[:63]!r} is none")
    if caller.labels is not None and (labels is None or not caller.labels.issuperset(labels)):
        raise Forbidden("nobody gives or takes a label that their own key does not have")


def list_labels(app: App, caller: Caller, *, cursor: str | None = None, limit: int = 100) -> LabelPage:
    """One page by path of the labelled sources that the caller may read. ``cursor``: the last path of the page before."""
    caller.need(Scope.READ)
    caller.need(Scope.ADMIN)
    check_limit(limit)
    held = sorted(app.ledger.labels(caller.workspace).items())
    mine = (
        Labelled(path, tuple(sorted(some)))
        for path, some in held
        if not path.startswith(REMOVED) and caller.reads(some) and (cursor is None or path > cursor)
    )
    items, more = first_page(mine, limit)
    return LabelPage(items, items[-1].path if more else None)


def relabel(app: App, caller: Caller, paths: Collection[str], *, add: frozenset[str], remove: frozenset[str]) -> tuple[Labelled, ...]:
    """Gives labels to sources and takes them away, all of it or nothing; how these are labelled then.

    Raises NotFound where a path has no source that the caller may read, InvalidQuestion and Forbidden as check_labels.
    """
    caller.need(Scope.READ)
    caller.need(Scope.ADMIN)
    check_labels(caller, add | remove)
    if not paths or not add | remove:
        raise InvalidQuestion("name at least one path, and a label to add or to remove")
    for path in sorted(set(paths)):
        if not may_read(app, caller, path) or not app.ledger.versions(caller.workspace, path):
            raise NotFound(f"nothing was ingested at the path {path!r}")
    app.ledger.label_sources(caller.workspace, Labelling(frozenset(paths), add, remove), actor=caller.name, at=now())
    held = app.ledger.labels(caller.workspace)
    return tuple(Labelled(path, tuple(sorted(held.get(path, ())))) for path in sorted(set(paths)))


def label_arriving(app: App, caller: Caller, paths: Collection[str], given: frozenset[str] = frozenset()) -> None:
    """Labels files before they are read, so that nothing of them is seen by the wrong people in between.

    ``given`` go to all of them, those of the settings to the paths that match; a path
    that was removed gets those again that it had. Only ever adds: taking away is ``relabel``'s.
    """
    caller.need(Scope.WRITE)
    check_labels(everything(caller), given)  # a label that is added shows nothing to anyone
    wanted: dict[frozenset[str], set[str]] = {}
    held = app.ledger.labels(caller.workspace)
    for path in paths:
        if labels := given | matching(app.settings.labels, path) | held.get(removed_name(path), frozenset()):
            wanted.setdefault(labels, set()).add(path)
    for labels, some in sorted(wanted.items(), key=lambda it: sorted(it[0])):
        app.ledger.label_sources(caller.workspace, Labelling(frozenset(some), labels), actor=caller.name, at=now())


def matching(patterns: Mapping[str, frozenset[str]], path: str) -> frozenset[str]:
    """``patterns``: by pattern of paths, with * for any characters, slashes too, ? for one, and [abc] for one of these."""
    return frozenset(label for pattern, labels in patterns.items() if fnmatchcase(path, pattern) for label in labels)


def labelled(app: App, caller: Caller) -> tuple[Labelled, ...]:
    """All of list_labels."""
    found: list[Labelled] = []
    cursor: str | None = None
    while True:
        page = list_labels(app, caller, cursor=cursor, limit=MAX_PAGE)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return tuple(found)
