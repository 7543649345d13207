"""The lines of a mail body, plain or HTML, with how deep each is quoted: what all rules about quoting look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.document import BlockKind
from ingest.canonical import PARAGRAPH_GAP, Draft
from ingest.mail_html import CLOSE, MARKS, OPEN, SIGNED, UNSIGNED

_QUOTE = re.compile(r"\s{0,3}(?:[A-Z]{0,4}>|\|\s?>)(?:\s?>)*[ ]?")
#: A line that a mailbox disguised because it looked like the beginning of a message.
_ESCAPED = re.compile(r">From \S")
RULE = re.compile(r"[-=_*~. \u2014\u2013\u2500\u2550]{3,}")


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` without the marks of quoting, which are ``mark``; ``depth``: how many of them. ``blank``: an empty line stands before it.

    ``draft``: the block of an HTML body that this is. ``signed``: the mail program says that it is the signature.
    """

    text: str
    depth: int = 0
    blank: bool = True
    mark: str = ""
    indented: bool = False
    draft: Draft | None = None
    signed: bool = False

    @property
    def seen(self) -> bool:
        """Whether a reader sees it as words of the message."""
        return self.draft is None or self.draft.kind not in (BlockKind.HIDDEN, BlockKind.FURNITURE)


def plain_lines(text: str) -> list[Line]:
    """The lines that are not empty; ruled lines count as empty."""
    found: list[Line] = []
    blank = True
    for raw in text.split("\n"):
        line = _line(raw.rstrip(), blank)
        bare = line.text.strip()
        if not bare or RULE.fullmatch(bare) and bare != "--":
            blank = True
            continue
        found.append(line)
        blank = False
    return [_unescaped(found, n) for n in range(len(found))]


def _line(raw: str, blank: bool) -> Line:
    mark = _QUOTE.match(raw)
    rest = raw[mark.end() :] if mark else raw
    return Line(rest.strip(), mark[0].count(">") if mark else 0, blank, mark[0].strip() + " " if mark else "", rest[:2].isspace())


def _unescaped(lines: Sequence[Line], n: int) -> Line:
    line = lines[n]
    if line.depth != 1 or not _ESCAPED.match(line.mark.strip() + line.text):
        return line
    around = [lines[k].depth for k in (n - 1, n + 1) if 0 <= k < len(lines)]
    return replace(line, depth=0, mark="") if not any(around) else line


def html_lines(drafts: Sequence[Draft]) -> list[Line]:
    """The blocks of an HTML body whose tree ``mail_html.marked`` went over."""
    found: list[Line] = []
    depth, signed = 0, 0
    for draft in drafts:
        depth += draft.text.count(OPEN)
        signed += draft.text.count(SIGNED)
        text = MARKS.sub("", draft.text).strip()
        if text:
            found.append(_html_line(draft if text == draft.text else replace(draft, text=text, marks=()), depth, signed > 0))
        depth = max(0, depth - draft.text.count(CLOSE))
        signed = max(0, signed - draft.text.count(UNSIGNED))
    return [line for line in found if not RULE.fullmatch(line.text)]


def _html_line(draft: Draft, depth: int, signed: bool) -> Line:
    mark = _QUOTE.match(draft.text)
    depth += mark[0].count(">") if mark else 0
    depth = max(depth, 1) if draft.kind is BlockKind.QUOTED else depth
    text = draft.text[mark.end() :] if mark else draft.text
    return Line(text, depth, draft.gap == PARAGRAPH_GAP, mark[0] if mark else "", draft=draft, signed=signed)


def lifted(lines: Sequence[Line], depth: int) -> list[Line]:
    """The lines as the author of a message that was passed on wrote them: ``depth`` marks of quoting fewer."""
    done = []
    for line in lines:
        left = max(0, line.depth - depth)
        mark = "> " * left if line.mark else ""
        draft = line.draft
        if draft is not None:
            kind = BlockKind.PARAGRAPH if draft.kind is BlockKind.QUOTED else draft.kind
            draft = replace(draft, kind=kind, text=mark + line.text)
        done.append(replace(line, depth=left, mark=mark, draft=draft))
    return done
