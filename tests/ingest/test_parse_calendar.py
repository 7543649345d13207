"""Calendar entries in words."""

from __future__ import annotations

import pytest

from domain.errors import DamagedSource, LimitExceeded
from ingest.parse_calendar import event_drafts, parse_calendar, spoken_recurrence, spoken_time

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:16010101T030000
RRULE:FREQ=SECONDLY
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Weighing of the
  crates
DTSTART;TZID="Europe/Berlin":20260112T090000
DTEND;TZID="Europe/Berlin":20260112T100000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;UNTIL=20260331T000000Z
LOCATION:Yard\\, berth 7
ORGANIZER;CN="Brand, Ivo":mailto:ivo@quay.example
ATTENDEE;CN=Dana;PARTSTAT=ACCEPTED:mailto:dana@quay.example
ATTENDEE:mailto:ana@quay.example
DESCRIPTION:Two seals on each crate.\\n\\nNo ticket\\; no exit.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Regatta
DTSTART;VALUE=DATE:20260501
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""


def test_an_entry_is_read_as_a_person_would() -> None:
    (found,) = parse_calendar(EVENT.replace("\n", "\r\n").encode(), "yard.ics")
    assert found.text == (
        "Weighing of the crates\n"
        "When: Monday, 12 January 2026, 09:00 (Europe/Berlin) to Monday, 12 January 2026, 10:00 (Europe/Berlin)\n"
        "Repeats: every 2 weeks on Monday and Friday until Tuesday, 31 March 2026\n"
        "Where: Yard, berth 7\n"
        "Organiser: Brand, Ivo <ivo@quay.example>\n"
        "Attendees: Dana <dana@quay.example> (accepted); ana@quay.example\n\n"
        "Two seals on each crate.\n\nNo ticket; no exit.\n\n"
        "Cancelled: Regatta\nWhen: Friday, 1 May 2026"
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;COUNT=5", "every day, 5 times"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=15", "every year on day 15 in January and July"),
        ("FREQ=NEVER", ""),
        ("", ""),
    ],
)
def test_recurrence_in_words(rule: str, words: str) -> None:
    assert spoken_recurrence(rule) == words


def test_moments_that_are_none_are_shown_as_they_are() -> None:
    assert spoken_time("20261399T990000", "") == "20261399T990000"
    assert spoken_time("20260112T090000Z", "x") == "Monday, 12 January 2026, 09:00 (UTC)"


def test_what_is_no_calendar_or_too_much_of_one_is_refused() -> None:
    with pytest.raises(DamagedSource):
        list(parse_calendar(b"SUMMARY:x", "yard.ics"))
    with pytest.raises(LimitExceeded):
        list(parse_calendar(b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 3_000, "yard.ics"))
    assert event_drafts("BEGIN:VCALENDAR\nBEGIN:VEVENT") != [] and event_drafts("x") == []
