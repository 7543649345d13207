"""What stands beside a Word document's text: comments with their authors and threads, footnotes and endnotes with their printed marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from docx.document import Document as WordDocument
from lxml import etree

from ingest.docx_figures import figure
from ingest.docx_xml import W14, W15, number_of, related, value_of, w
from ingest.paragraph import Change

RESOLVED = "resolved"


@dataclass(slots=True)
class Note:
    """A footnote or endnote: its paragraphs, and the mark that is printed for it."""

    element: etree._Element
    mark: str


@dataclass(slots=True)
class Remarks:
    """``changes``: author, day and state of each comment by key. ``replies``: keys of the answers to a comment, in order."""

    changes: dict[str, Change] = field(default_factory=dict)
    replies: dict[str, list[str]] = field(default_factory=dict)
    _comments: dict[str, etree._Element] = field(default_factory=dict)
    _notes: dict[str, etree._Element] = field(default_factory=dict)
    _styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _anchored: set[str] = field(default_factory=set)

    def comment(self, key: str) -> etree._Element | None:
        """The comment, the first time it is asked for."""
        return self._comments.pop(key, None)

    def note(self, key: str) -> Note | None:
        """The note, the first time it is asked for: notes are numbered in the order in which the text refers to them."""
        struck = key.endswith(" deleted")
        key = key.removesuffix(" deleted")
        element = self._notes.pop(key, None)
        if element is None:
            return None
        kind = key.split()[0]
        style, start = self._styles.get(kind, ("decimal", 1))
        if struck:
            return Note(element, "")
        self._counts[kind] = self._counts.get(kind, start - 1) + 1
        return Note(element, figure(self._counts[kind], style))

    def answers(self, key: str) -> list[str]:
        """Keys of replies that the text itself does not refer to."""
        return [r for r in self.replies.get(key, []) if r not in self._anchored]

    @property
    def left(self) -> int:
        """How many comments no place in the text refers to."""
        return len(self._comments)


def remarks_of(word: WordDocument) -> Remarks:
    """The document's comments and notes; parts that are broken are as if they were not there."""
    found = Remarks()
    _take_comments(found, word)
    settings = related(word.part, "settings")
    for kind, style in (("footnote", "decimal"), ("endnote", "lowerRoman")):
        root = related(word.part, f"{kind}s")
        for note in root.iterchildren(w(kind)) if root is not None else ():
            if note.get(w("type")) in (None, "normal"):
                found._notes[f"{kind} {note.get(w('id'))}"] = note
        found._styles[kind] = _style_of(word, settings, kind, style)
    return found


def _take_comments(found: Remarks, word: WordDocument) -> None:
    root = related(word.part, "comments")
    if root is None:
        return
    threads = _threads(word)
    keys: dict[str, str] = {}
    for comment in root.iterchildren(w("comment")):
        key = f"comment {comment.get(w('id'))}"
        for paragraph in comment.iter(w("p")):
            keys[paragraph.get(f"{{{W14}}}paraId", "")] = key
        found._comments[key] = comment
        found.changes[key] = Change(comment.get(w("author"), "").strip(), comment.get(w("date")) or None)
    for paragraph_id, (parent, done) in threads.items():
        if paragraph_id not in keys:
            continue
        key, above = keys[paragraph_id], keys.get(parent)
        if above is not None and above != key:
            found.replies.setdefault(above, []).append(key)
        if done or parent in threads and threads[parent][1]:
            found.changes[key] = Change(found.changes[key].author, found.changes[key].at, RESOLVED)
    found._anchored = {f"comment {r.get(w('id'))}" for r in word.element.iter(w("commentReference"))}


def _threads(word: WordDocument) -> dict[str, tuple[str, bool]]:
    """For the paragraph id of a comment: that of the comment it answers, and whether it is settled."""
    root = related(word.part, "commentsExtended")
    if root is None:
        return {}
    return {
        e.get(f"{{{W15}}}paraId", ""): (e.get(f"{{{W15}}}paraIdParent", ""), e.get(f"{{{W15}}}done") in ("1", "true"))
        for e in root.iter(f"{{{W15}}}commentEx")
    }


def _style_of(word: WordDocument, settings: etree._Element | None, kind: str, default: str) -> tuple[str, int]:
    """(number format, first number) by the first section that states them, then by the settings."""
    stated = list(word.element.body.iter(w(f"{kind}Pr")))
    stated += list(settings.iterchildren(w(f"{kind}Pr"))) if settings is not None else []
    style = next((v for p in stated if (v := value_of(p, "numFmt"))), default)
    start = next((n for p in stated if (n := number_of(value_of(p, "numStart"))) is not None), 1)
    return style, start
