"""Makes HTML and SVG as a tree, so that nothing which a document says can ever become markup."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

Part = Element | str | None

#: Characters that turn the direction of text, so that a quote could show other words than it holds.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
#: Control characters, which have no meaning in HTML; tab and line ends stay.
_MUTED = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0), *_TURNING, 0xFFFE, 0xFFFF} - {0x09, 0x0A, 0x0D}, "")


def harmless(text: str) -> str:
    """Without characters that act on a reader's view, and without halves of surrogate pairs, which no file can hold."""
    return text.translate(_MUTED).encode("utf-8", "replace").decode("utf-8")


def element(tag: str, *parts: Part, **attributes: str | float) -> Element:
    """Parts that are text become text. ``class_`` is class, ``text_anchor`` text-anchor; None is left out."""
    made = Element(tag, {_named(name): _shown(value) for name, value in attributes.items()})
    add(made, *parts)
    return made


def add(parent: Element, *parts: Part) -> None:
    for part in parts:
        if isinstance(part, Element):
            parent.append(part)
        elif part is not None and len(parent):
            parent[-1].tail = (parent[-1].tail or "") + harmless(part)
        elif part is not None:
            parent.text = (parent.text or "") + harmless(part)


def _named(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _shown(value: str | float) -> str:
    return harmless(value) if isinstance(value, str) else f"{value:.6g}"


def page(title: str, style: str, policy: str, body: Element) -> str:
    """A whole document. ``style`` and ``policy`` are ours: they are the only text that is not escaped."""
    root = Element("html", {"lang": "en"})
    head = SubElement(root, "head")
    head.append(Element("meta", {"charset": "utf-8"}))
    head.append(Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}))
    for name, content in (("viewport", "width=device-width, initial-scale=1"), ("color-scheme", "light dark"), ("referrer", "no-referrer")):
        head.append(Element("meta", {"name": name, "content": content}))
    head.append(element("title", title))
    sheet = SubElement(head, "style")
    sheet.text = style
    root.append(body)
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"
