"""Shows in an HTML mail's tree where mail programs put quotes and signatures, so that its text keeps what its markup said."""

from __future__ import annotations

import re

from lxml import html

from ingest.mail_words import FIELD, FIELD_OF, FORWARD_BANNER, WROTE

#: Private characters that stand alone in a block of their own; they are taken out of what comes in and of what goes on.
OPEN, CLOSE, SIGNED, UNSIGNED = "\ue0f0", "\ue0f1", "\ue0f2", "\ue0f3"
MARKS = re.compile(f"[{OPEN}{CLOSE}{SIGNED}{UNSIGNED}]")

_QUOTES = re.compile(
    r"(?i)\b(?:yahoo_quoted|protonmail_quote|moz-forward-container|moz-cite-prefix|zmail_extra|tutanota_quote|OLK_SRC_BODY_SECTION"
    r"|gmail_quote|quotedMailText|replymessage)\b"
)
_GMAIL = re.compile(r"\bgmail_quote(?:_container)?\b")
_CUES = re.compile(
    r"(?i)\b(?:gmail_quote(?:_container)?|gmail_attr|yahoo_quoted|moz-cite[\w-]*|divRplyFwdMsg|OutlookMessageHeader|protonmail_quote)\b"
)
_SIGNATURE = re.compile(
    r"(?i)\b(?:gmail_signature|moz-signature|protonmail_signature_block|ms-outlook-mobile-signature|x_Signature|Signature)\b"
)
_BORDER = re.compile(r"(?i)border-left(?:-\w+)?\s*:\s*(?!0|none|medium none)")
_CONTAINERS = frozenset({"div", "blockquote", "span", "p", "section", "td", "pre", "article"})
_DATED = re.compile(r"\A(?>.*?\d{4})(?>.*?\d[:.]\d{2})(?>.*?@).*:\s*\Z", re.DOTALL)
#: A signature block of a page's length is a program's mistake or holds the message itself.
_MAX_SIGNATURE = 900
_MAX_MARKED = 4_000


def marked(root: html.HtmlElement) -> None:
    """Changes the tree: quotes and signatures are bracketed by marks, header tables and preformatted text become lines."""
    for pre in list(root.iter("pre")):
        _break_lines(pre)
    for table in list(root.iter("table")):
        _header_lines(table)
    found = [e for e in root.iter(*_CONTAINERS) if isinstance(e.tag, str)][: _MAX_MARKED * 10]
    looked_at = [e for e in found if e.tag == "blockquote" or e.get("class") or e.get("id")][:_MAX_MARKED]
    quotes = [e for e in looked_at if _is_quote(e)]
    signatures = [e for e in found if _is_signature(e)][:_MAX_MARKED]
    for element in quotes:
        _bracket(element, OPEN, CLOSE)
    for element in signatures:
        _bracket(element, SIGNED, UNSIGNED)
    for element in found:
        _forget(element)


def _named(element: html.HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"


def _is_quote(element: html.HtmlElement) -> bool:
    named = _named(element)
    if element.tag == "blockquote":
        return _is_quoting(element, named)
    if _GMAIL.search(named):
        # People answer between the quotes inside this element; only a message passed on fills it.
        return element.find(".//blockquote") is None or _begins_forward(element)
    if "gmail_attr" in named:
        return not _begins_forward(element)
    return bool(_QUOTES.search(named))


def _is_quoting(quote: html.HtmlElement, named: str) -> bool:
    """Whether a block quotation holds another's message; without a sign of that it is only indented."""
    if (quote.get("type") or "").lower() == "cite" or quote.get("cite") or _QUOTES.search(named):
        return True
    style = quote.get("style") or ""
    if _BORDER.search(style):
        return True
    before = _text_before(quote)
    return bool(WROTE.search(before) or _DATED.search(before) or FORWARD_BANNER.match(before.rsplit("\n", 1)[-1]))


def _text_before(element: html.HtmlElement) -> str:
    """The end of the text just before an element, in its parent and that parent's neighbours."""
    around = element
    for _ in range(4):
        parts: list[str] = []
        before = around.getprevious()
        while before is not None and len(parts) < 8 and sum(map(len, parts)) < 400:
            parts.append((before.text_content() if isinstance(before.tag, str) else "") + (before.tail or ""))
            before = before.getprevious()
        parent = around.getparent()
        if before is None and parent is not None:
            parts.append(parent.text or "")
        found = " ".join("".join(reversed(parts)).split())
        if found or parent is None:
            return found[-400:]
        around = parent
    return ""


def _begins_forward(element: html.HtmlElement) -> bool:
    start = " ".join(element.text_content()[:2_000].split())
    return bool(FORWARD_BANNER.match(_first_words(start)))


def _first_words(text: str) -> str:
    """The text up to its first header field, as a banner's line would end there."""
    fields = (m for m in re.finditer(r"(?<=[-:\s])([^\W\d_]{1,12})\s?:\s", text) if m[1].lower() in FIELD_OF)
    return text[: next((m.start() for m in fields), 120)]


def _is_signature(element: html.HtmlElement) -> bool:
    signs = _SIGNATURE.search(_named(element)) or element.get("data-signatureblock") or "signature" in (element.get("data-smartmail") or "")
    return bool(signs) and len(element.text_content()) <= _MAX_SIGNATURE and element.find(".//blockquote") is None


def _bracket(element: html.HtmlElement, before: str, after: str) -> None:
    first, last = html.Element("div"), html.Element("div")
    first.text, last.text = before, after
    first.tail, element.text = element.text, None
    element.insert(0, first)
    element.append(last)


def _forget(element: html.HtmlElement) -> None:
    """Takes away what would make the reader of pages call the element quoted."""
    for name in ("class", "id"):
        if element.get(name) and _CUES.search(element.get(name)):
            element.set(name, _CUES.sub("", element.get(name)))
    if element.tag == "blockquote":
        element.tag = "div"
        element.attrib.pop("type", None)


def _break_lines(pre: html.HtmlElement) -> None:
    """Writes a break for each line break: elsewhere in HTML they mean nothing."""
    for element in list(pre.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.text and "\n" in element.text:
            lines = element.text.split("\n")
            element.text = lines[0]
            element[0:0] = _breaks(lines[1:])
        if element is not pre and element.tail and "\n" in element.tail:
            # One by one behind the element: looking for its place takes as long as there are others before it.
            lines, element.tail = element.tail.split("\n"), None
            for br in reversed(_breaks(lines[1:])):
                element.addnext(br)
            element.tail = lines[0]
    pre.tag = "div"


def _breaks(lines: list[str]) -> list[html.HtmlElement]:
    """A break before each line."""
    found = []
    for line in lines:
        br = html.Element("br")
        br.tail = line
        found.append(br)
    return found


def _header_lines(table: html.HtmlElement) -> None:
    """A table of a message's header fields becomes the lines that other programs write."""
    rows = [[" ".join(c.text_content().split()) for c in tr if c.tag in ("td", "th")] for tr in table.iter("tr")][:20]
    fields = [row for row in rows if len(row) == 2 and (m := FIELD.match(row[0])) and not m[2] and m[1].lower() in FIELD_OF]
    if len(fields) < 2 or len(fields) != len(rows):
        return
    tail = table.tail
    table.clear()
    table.tag, table.tail = "div", tail
    for name, value in fields:
        line = html.Element("div")
        line.text = f"{name} {value}"
        table.append(line)
