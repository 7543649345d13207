"""Calendar entries (iCalendar) in words: what, when, where, who asks, who comes, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import LINE_GAP, PARAGRAPH_GAP, Draft, Parsed, clean, fix, invisible_note, one_line
from ingest.decode import decoded

_LINE = re.compile(r"([A-Za-z][\w-]*)((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([\w-]+)=(\"[^\"]*\"|[^;:]*)")
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?$")
_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_MAX_EVENTS = 2_000
_MAX_PEOPLE = 200
_UNITS = {
    "SECONDLY": "second",
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday"}
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second last"}
_SAYS = {"CANCEL": "Cancelled", "REPLY": "Answer", "COUNTER": "Counter-proposal"}
_MONTHS = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of a calendar, all of it in words already."""

    summary: str = ""
    start: str = ""
    end: str = ""
    where: str = ""
    organiser: str = ""
    attendees: tuple[str, ...] = ()
    recurs: str = ""
    state: str = ""
    description: str = ""


@dataclass(slots=True)
class _Entry:
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)


def parse_calendar(data: bytes, path: str) -> Iterator[Parsed]:
    """One document with a group of paragraphs for each entry; raises DamagedSource and LimitExceeded."""
    raw = decoded(data)
    if "BEGIN:VCALENDAR" not in raw.upper():
        raise DamagedSource("this is no calendar file, or its beginning is damaged")
    events = _events(raw)
    if not events:
        raise DamagedSource("no text found: the calendar has no entry")
    text, blocks = fix([draft for event in events for draft in drafts_of_event(event)])
    yield Parsed(text, blocks, title=events[0].summary if len(events) == 1 else "", notes=invisible_note(raw))


def event_drafts(text: str) -> list[Draft]:
    """The blocks for the entries of a calendar that came inside a message; none for one that cannot be read."""
    return [draft for event in _events(text) for draft in drafts_of_event(event)]


def drafts_of_event(event: Event) -> list[Draft]:
    """A heading and a paragraph for each thing that is known."""
    title = f"{event.state}: {event.summary}" if event.state and event.summary else event.summary or event.state or "Calendar entry"
    when = f"{event.start} to {event.end}" if event.start and event.end and event.end != event.start else event.start
    facts = (
        ("When", when),
        ("Repeats", event.recurs),
        ("Where", event.where),
        ("Organiser", event.organiser),
        ("Attendees", "; ".join(event.attendees)),
    )
    drafts = [Draft(BlockKind.HEADING, title, level=1)]
    drafts += [Draft(BlockKind.PARAGRAPH, f"{name}: {value}", gap=LINE_GAP) for name, value in facts if value]
    gap = PARAGRAPH_GAP
    for line in event.description.split("\n"):
        if line.strip():
            drafts.append(Draft(BlockKind.PARAGRAPH, line.strip(), gap=gap))
        gap = LINE_GAP if line.strip() else PARAGRAPH_GAP
    return drafts


def _events(text: str) -> list[Event]:
    entries, method = _entries(text)
    return [_event(entry, method) for entry in entries]


def _entries(text: str) -> tuple[list[_Entry], str]:
    """The entries, those of alarms and time zones left out, and the calendar's method."""
    found: list[_Entry] = []
    stack: list[str] = []
    method = ""
    for line in _unfolded(text):
        match = _LINE.match(line[:100_000])
        if match is None:
            continue
        name, value = match[1].upper(), match[3].strip()
        if name == "BEGIN":
            stack.append(value.upper())
            if value.upper() in _ENTRIES:
                found.append(_Entry())
            if len(found) > _MAX_EVENTS or len(stack) > _MAX_EVENTS:
                raise LimitExceeded(f"the calendar has more than {_MAX_EVENTS:,} entries")
        elif name == "END":
            if value.upper() in stack:
                del stack[len(stack) - 1 - stack[::-1].index(value.upper()) :]
        elif stack and stack[-1] in _ENTRIES and found:
            _keep(found[-1], name, match[2], value)
        elif name == "METHOD":
            method = value.upper()
    return found, method


def _unfolded(text: str) -> Sequence[str]:
    return re.sub(r"\n[ \t]", "", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")


def _keep(entry: _Entry, name: str, parameters: str, value: str) -> None:
    if name == "ATTENDEE":
        if len(entry.people) < _MAX_PEOPLE:
            entry.people.append(_person(parameters, value))
    else:
        entry.fields.setdefault(name, (parameters, value))


def _event(entry: _Entry, method: str) -> Event:
    def words(name: str) -> str:
        return _unescaped(entry.fields.get(name, ("", ""))[1])

    def moment(name: str) -> str:
        parameters, value = entry.fields.get(name, ("", ""))
        return spoken_time(value, _parameter(parameters, "TZID"))

    cancelled = method == "CANCEL" or words("STATUS").upper() == "CANCELLED"
    return Event(
        summary=one_line(words("SUMMARY")),
        start=moment("DTSTART") or moment("DUE"),
        end=moment("DTEND"),
        where=one_line(words("LOCATION")),
        organiser=_person(*entry.fields["ORGANIZER"]) if "ORGANIZER" in entry.fields else "",
        attendees=tuple(p for p in entry.people if p),
        recurs=spoken_recurrence(words("RRULE")),
        state="Cancelled" if cancelled else _SAYS.get(method, ""),
        description=clean(words("DESCRIPTION")),
    )


def _unescaped(value: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def _parameter(parameters: str, name: str) -> str:
    return next((m[2].strip('"') for m in _PARAMETER.finditer(parameters) if m[1].upper() == name), "")


def _person(parameters: str, value: str) -> str:
    address = re.sub(r"(?i)^mailto:", "", value.strip())
    name = one_line(_parameter(parameters, "CN"))
    shown = f"{name} <{address}>" if name and name != address and "@" in address else name or address
    answer = _parameter(parameters, "PARTSTAT").lower().replace("-", " ")
    return f"{shown} ({answer})" if shown and answer in ("accepted", "declined", "tentative") else shown


def spoken_time(value: str, zone: str) -> str:
    """ "12 January 2026, 09:00 (Europe/Berlin)" for 20260112T090000; the value itself where it is no moment."""
    found = _MOMENT.match(value.strip())
    if found is None:
        return one_line(value)[:100]
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return one_line(value)[:100]
    shown = f"{day:%A}, {day.day} {_MONTHS[day.month]} {day.year}"
    if found[4] is None:
        return shown
    where = "UTC" if found[6] else one_line(zone)[:80]
    return f"{shown}, {found[4]}:{found[5]}" + (f" ({where})" if where else "")


def spoken_recurrence(rule: str) -> str:
    """ "every 2 weeks on Monday and Friday until 31 March 2026" for a recurrence rule; "" for none that is known."""
    parts = {k.upper(): v for k, _, v in (p.partition("=") for p in rule.split(";")[:20])}
    unit = _UNITS.get(parts.get("FREQ", "").upper())
    if unit is None:
        return ""
    every = parts.get("INTERVAL", "1")
    words = f"every {unit}" if not every.isdigit() or int(every) < 2 else f"every {every[:4]} {unit}s"
    days = [d for d in (_spoken_day(p) for p in parts.get("BYDAY", "").split(",")[:10]) if d]
    words += f" on {_joined(days)}" if days else ""
    dates = [p for p in parts.get("BYMONTHDAY", "").split(",")[:31] if p.lstrip("-").isdigit()]
    words += f" on {'the last day' if dates == ['-1'] else 'day ' + _joined(dates)}" if dates else ""
    months = [_MONTHS[int(m)] for m in parts.get("BYMONTH", "").split(",")[:12] if m.isdigit() and 1 <= int(m) <= 12]
    words += f" in {_joined(months)}" if months else ""
    if parts.get("COUNT", "").isdigit():
        words += f", {parts['COUNT'][:6]} times"
    return words + (f" until {spoken_time(parts['UNTIL'][:8], '')}" if parts.get("UNTIL") else "")


def _spoken_day(part: str) -> str:
    found = re.match(r"([+-]?\d{1,2})?([A-Z]{2})$", part.strip().upper())
    if found is None or found[2] not in _DAYS:
        return ""
    place = _PLACES.get(int(found[1]), f"{found[1]}th") if found[1] else ""
    return f"the {place} {_DAYS[found[2]]}" if place else _DAYS[found[2]]


def _joined(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
