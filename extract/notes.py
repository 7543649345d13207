"""Candidates of a field while they are gathered: who is noted twice is one candidate with two features."""

from __future__ import annotations

from extract.choose import Features
from extract.names import PRONOUNS, is_actor, key_of
from extract.roles import Cast


class Notes:
    """``found``: by key the text to show and the features so far; pronouns and times are never candidates."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.found: dict[str, tuple[str, Features]] = {}

    def note(self, text: str, name: str) -> None:
        """A first name that means one person stands for that person."""
        person = self.cast.person(text)
        key = key_of(person.name if person else text)
        if key and key not in PRONOUNS and is_actor(key):
            self.found.setdefault(key, (person.name if person else text, {}))[1][name] = 1.0
