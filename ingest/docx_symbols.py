"""Signs that Word stores as positions in a symbol typeface, as the characters they look like."""

from __future__ import annotations

_SYMBOL = {
    0x22: "∀", 0x24: "∃", 0x2D: "−", 0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x65: "ε", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x44: "Δ",
    0x53: "Σ", 0x57: "Ω", 0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xAC: "←", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷",
    0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD6: "√", 0xE2: "®", 0xE3: "©", 0xE4: "™",
}  # fmt: skip
_WINGDINGS = {
    0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xDF: "←", 0xE0: "→",
    0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0x28: "☎", 0x2A: "✉",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x30: "☐"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
_PRIVATE = range(0xF000, 0xF100)


def symbol(code: str, font: str) -> str:
    """The character of a ``w:sym``: ``code`` is its place in hexadecimal digits. Empty where nobody can tell what it shows."""
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    known = _FONTS.get(font.lower())
    if known is None:
        return chr(place) if place in range(0x20, 0xD800) else ""
    return known.get(place & 0xFF) or (chr(place & 0x7F) if known is _SYMBOL and 0x20 <= place & 0xFF < 0x7F else "")


def readable(text: str, font: str) -> str:
    """Plain text in which symbols stand at private places, as some programs write them."""
    if text.isascii() or not any(ord(c) in _PRIVATE for c in text):
        return text
    return "".join(symbol(f"{ord(c):X}", font if font.lower() in _FONTS else "Symbol") if ord(c) in _PRIVATE else c for c in text)
