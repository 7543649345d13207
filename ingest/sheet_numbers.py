"""Numbers of a spreadsheet as it shows them: by their number format, with dates as ISO says and units as printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

#: Formats that files name by number only (ECMA-376 part 1, 18.8.30).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss",
    48: "0.0E+0", 49: "@",
}  # fmt: skip
#: Numbers of date formats whose look depends on the country.
_LOCAL_DATES = frozenset((*range(27, 37), *range(50, 59)))
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.|(E[+-]0+)|([#0?][#0?,.]*(?:\s?\?/\?+)?|General)|(.)', re.IGNORECASE | re.DOTALL)
_CURRENCY = re.compile(r"\$([^-\]]*)")
_DATE_LETTERS = re.compile(r'"[^"]*"|\\.|\[(?!h|m|s)[^\]]*\]|_.|\*.|General', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """``sections``: for positive numbers, negative ones, zero and text, as far as the format has them."""

    sections: tuple[str, ...]
    dates: bool = False
    days: bool = False
    times: bool = False
    seconds: bool = False
    elapsed: bool = False

    @property
    def conceals(self) -> bool:
        """Three empty sections show nothing at all."""
        return len(self.sections) >= 3 and not any(s.strip() for s in self.sections[:3])


@lru_cache(maxsize=512)
def format_of(code: str) -> NumberFormat:
    """What a format code says."""
    sections = tuple(re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code[:300]))
    bare = _DATE_LETTERS.sub("", sections[0]).lower()
    elapsed = bool(re.search(r"\[(?:h+|m+|s+)\]", bare))
    times = elapsed or "h" in bare or "ss" in bare or "s" in bare and ":" in bare
    dates = not elapsed and ("y" in bare or "d" in bare or "m" in bare and not times)
    if "0" in bare.replace("ss.0", "ss").replace(".0", "") and not times and not dates or "#" in bare:
        dates = times = elapsed = False
    return NumberFormat(sections, dates, dates and ("d" in bare or "y" not in bare), times, times and "s" in bare, elapsed)


def code_of(number: int, own: dict[int, str]) -> str:
    """The format code behind a number; ``own``: those that the file defines itself."""
    return own.get(number) or ("yyyy-mm-dd" if number in _LOCAL_DATES else BUILT_IN.get(number, "General"))


def shown(value: float, form: NumberFormat, *, from_1904: bool = False) -> str:
    """The number as a reader of the sheet sees it."""
    if form.dates or form.times:
        return _moment(value, form, from_1904) or plain_number(value)
    section, amount = _section(value, form)
    return _rendered(amount, section)


def plain_number(value: float) -> str:
    """A number without a format, with the 15 digits that a sheet keeps."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return text if "e" not in text or abs(value) < 1e-9 else f"{value:f}".rstrip("0").rstrip(".")


def _section(value: float, form: NumberFormat) -> tuple[str, float]:
    sections = form.sections
    if value < 0 and len(sections) > 1 and sections[1].strip():
        return sections[1], -value
    if value == 0 and len(sections) > 2 and sections[2].strip():
        return sections[2], value
    return sections[0], value


def _rendered(value: float, section: str) -> str:
    before: list[str] = []
    after: list[str] = []
    digits = ""
    percent = False
    for quoted, escaped, bracketed, power, pattern, other in _TOKEN.findall(section):
        words = quoted or escaped
        if bracketed:
            found = _CURRENCY.match(bracketed)
            words = found[1] if found else ""
        elif power:
            digits += power
        elif pattern:
            digits = digits or pattern
        elif other:
            percent = percent or other == "%"
            words = "" if other == "@" else other
        (after if digits else before).append(words)
    number = _figure(value * 100 if percent else value, digits) if digits else ""
    sign = "-" if number.startswith("-") else ""
    # A lone minus sign of the format stands for zero; that of the number is another.
    text = f"{sign}{''.join(before)}{number.removeprefix('-')}{''.join(after)}"
    return " ".join(text.split()) or plain_number(value)


def _figure(value: float, pattern: str) -> str:
    if "E" in pattern.upper() and pattern.lower() != "general":
        decimals = len(pattern.upper().split("E")[0].partition(".")[2])
        return f"{value:.{decimals}E}"
    if pattern.lower() == "general" or "/" in pattern:
        return plain_number(value)
    if value == 0 and "0" not in pattern:
        return ""
    bare = pattern.rstrip(",")
    value /= 1000.0 ** (len(pattern) - len(bare))
    whole, _, fraction = bare.partition(".")
    fraction = re.sub(r"[^0#?]", "", fraction)
    text = f"{value:{',' if ',' in whole else ''}.{len(fraction)}f}"
    for place in reversed(fraction):
        if place == "0" or not text.endswith("0"):
            break
        text = text[:-1]
    text = text.rstrip(".")
    least = whole.replace(",", "").count("0")
    if "," not in whole and least > 1:
        # Leading zeros, as in an article number.
        head, dot, tail = text.lstrip("-").partition(".")
        text = ("-" if value < 0 else "") + head.zfill(least) + dot + tail
    return "0" if text == "-0" else text


def _moment(value: float, form: NumberFormat, from_1904: bool) -> str:
    """A date, a time of day or a length of time; empty where the number is none."""
    if form.elapsed:
        seconds = round(value * 86400)
        hours, rest = divmod(abs(seconds), 3600)
        return f"{'-' if seconds < 0 else ''}{hours}:{rest // 60:02}" + (f":{rest % 60:02}" if form.seconds else "")
    # Day 60 of the older calendar is a 29 February 1900 that never was.
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if value >= 61 else 31)
    try:
        moment = start + timedelta(seconds=round(value * 86400))
    except OverflowError:
        return ""
    clock = moment.strftime("%H:%M:%S" if form.seconds else "%H:%M")
    if not form.dates:
        return clock
    if value < 0:
        return ""
    if not form.days:
        return f"{moment:%Y-%m}"
    return f"{moment:%Y-%m-%d} {clock}" if form.times else f"{moment:%Y-%m-%d}"
