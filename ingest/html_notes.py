"""Footnotes of a page: which links refer to one, and which elements hold their words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import html

_MARK = re.compile(r"[\[(]?(?:note |n)?(\d{1,3}|[a-z]|[ivxl]{1,5}|[*†‡§#]{1,3})[\])]?", re.IGNORECASE)
_REFERS = re.compile(r"(?i)noteref|footnote-?(?:ref|reference|anchor)|\breference\b|fnref")
_HOLDS = re.compile(r"(?i)^(?:doc-)?(?:footnote|endnote|rearnote)s?$")
_BACK = re.compile(r"[↩↑^⤴︎️\s]+|(?:jump )?back(?: to .{1,20})?|return to text", re.IGNORECASE)
_HOLDERS = frozenset({"p", "li", "div", "td", "aside", "dd", "section"})


@dataclass(frozen=True, slots=True)
class NotePlan:
    """``links``: key of the note that each link refers to; ``notes``: (key, printed mark) of each element that holds one's words."""

    links: dict[html.HtmlElement, str] = field(default_factory=dict)
    notes: dict[html.HtmlElement, tuple[str, str]] = field(default_factory=dict)


def notes_in(root: html.HtmlElement) -> NotePlan:
    """The page's footnotes where they are clear: a short raised or so-named link, to an element of this page."""
    plan = NotePlan()
    places: dict[str, html.HtmlElement] | None = None
    for link in root.iter("a"):
        target = (link.get("href") or "").strip()
        if not target.startswith("#") or len(target) < 2:
            continue
        found = _MARK.fullmatch(" ".join(link.text_content().split()))
        if found is None or not _refers(link):
            continue
        places = _places(root) if places is None else places
        holder = _holder(places.get(target[1:]))
        if holder is not None and holder not in link.iterancestors():
            key, _ = plan.notes.setdefault(holder, (f"note {target[1:]}", found[1]))
            plan.links[link] = key
    for holder in _named(root):
        plan.notes.setdefault(holder, ("", ""))
    return plan


def is_back_link(element: html.HtmlElement) -> bool:
    """Whether this link only leads from a note back to where it is referred to."""
    target = element.get("href") or ""
    if not target.startswith("#"):
        return False
    text = " ".join(element.text_content().split())
    return (element.get("role") or "") == "doc-backlink" or bool(_BACK.fullmatch(text)) or bool(_MARK.fullmatch(text))


def _refers(link: html.HtmlElement) -> bool:
    parent = link.getparent()
    raised = parent is not None and parent.tag == "sup" or next(link.iter("sup"), None) is not None
    around = [link] if parent is None else [link, parent]
    return raised or any(_REFERS.search(" ".join(filter(None, (e.get("role"), e.get("class"), e.get("epub:type"))))) for e in around)


def _places(root: html.HtmlElement) -> dict[str, html.HtmlElement]:
    found: dict[str, html.HtmlElement] = {}
    for element in root.iter():
        if isinstance(element.tag, str):
            for name in (element.get("id"), element.get("name")):
                if name:
                    found.setdefault(name, element)
    return found


def _holder(target: html.HtmlElement | None) -> html.HtmlElement | None:
    """The block that holds the note: the target, or what a target inside a line begins."""
    for element in [target, *target.iterancestors()][:4] if target is not None else []:
        if element is not None and element.tag in _HOLDERS:
            return element
    return None


def _named(root: html.HtmlElement) -> list[html.HtmlElement]:
    return [e for e in root.iter("aside", "p", "div", "li") if _HOLDS.match(e.get("role") or e.get("epub:type") or "")]
