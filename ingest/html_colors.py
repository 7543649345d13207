"""Colours as pages write them, as six hexadecimal digits, and whether two of them can be told apart."""

from __future__ import annotations

import re
from functools import lru_cache

#: Not to be told: a picture, a gradient, a name that is not known.
UNKNOWN = "?"
#: Nothing is painted.
CLEAR = "clear"
#: Colours whose parts (0 to 255) differ by no more than this cannot be told apart.
_ALIKE = 18
_NAMES = {
    "white": "ffffff", "black": "000000", "red": "ff0000", "green": "008000", "blue": "0000ff", "yellow": "ffff00", "gray": "808080",
    "grey": "808080", "silver": "c0c0c0", "navy": "000080", "snow": "fffafa", "ivory": "fffff0", "whitesmoke": "f5f5f5",
    "ghostwhite": "f8f8ff", "floralwhite": "fffaf0", "lime": "00ff00", "aqua": "00ffff", "cyan": "00ffff", "orange": "ffa500",
    "maroon": "800000", "purple": "800080", "teal": "008080", "olive": "808000", "fuchsia": "ff00ff", "magenta": "ff00ff",
    "lightgray": "d3d3d3", "lightgrey": "d3d3d3", "darkgray": "a9a9a9", "darkgrey": "a9a9a9", "gainsboro": "dcdcdc", "azure": "f0ffff",
    "mintcream": "f5fffa", "beige": "f5f5dc", "linen": "faf0e6", "pink": "ffc0cb", "gold": "ffd700", "brown": "a52a2a",
    "darkblue": "00008b",
}  # fmt: skip
_RGB = re.compile(r"rgba?\((\d{1,3})[, ]+(\d{1,3})[, ]+(\d{1,3})(?:[,/ ]+(\d*\.?\d+)(%?))?\)")
_HSL = re.compile(r"hsla?\([\d.]+(?:deg)?[, ]+[\d.]+%[, ]+([\d.]+)%(?:[,/ ]+(\d*\.?\d+)(%?))?\)")
_HEX = re.compile(r"#?([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![0-9a-z])")
_FAINT = 0.03


@lru_cache(maxsize=2048)
def color_of(value: str) -> str | None:
    """The colour of a CSS value or attribute, CLEAR, UNKNOWN, or None where it says nothing of its own ("inherit", "none")."""
    value = value.strip().lower()
    if value in ("inherit", "initial", "none", "unset", "currentcolor", ""):
        return None
    if "url(" in value or "gradient(" in value or "var(" in value:
        return UNKNOWN
    if found := _RGB.search(value):
        return CLEAR if _faint(found[4], found[5]) else "".join(f"{min(int(found[n]), 255):02x}" for n in (1, 2, 3))
    if found := _HSL.search(value):
        if _faint(found[2], found[3]):
            return CLEAR
        light = float(found[1])
        return "ffffff" if light >= 98 else "000000" if light <= 2 else UNKNOWN
    return _plain(value)


def _plain(value: str) -> str | None:
    for word in value.split():
        if word == "transparent":
            return CLEAR
        if word in _NAMES:
            return _NAMES[word]
        found = _HEX.fullmatch(word)
        if found and (word[0] == "#" or len(word) == 6):
            digits = found[1]
            if len(digits) in (3, 4):
                digits = "".join(c * 2 for c in digits)
            return CLEAR if digits[6:] in ("00", "01") else digits[:6]
    return None if " " in value else UNKNOWN


def _faint(alpha: str | None, percent: str | None) -> bool:
    return alpha is not None and float(alpha) / (100 if percent else 1) <= _FAINT


def alike(color: str | None, ground: str) -> bool:
    """Whether words in the colour cannot be read on the ground; False where either is not known."""
    if color is None or len(color) != 6 or len(ground) != 6:
        return False
    return all(abs(int(color[n : n + 2], 16) - int(ground[n : n + 2], 16)) <= _ALIKE for n in (0, 2, 4))
