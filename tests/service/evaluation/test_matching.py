"""Which passage a quote lies on, and which record gets which gold."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from service.evaluation.likeness import same_names, same_phrase, value_key
from service.evaluation.matching import match, overlap, words_of
from tests.service.evaluation.planted import elsewhere, found, on_decoy, planted


def test_amounts_stay_whole_words_and_case_does_not_count() -> None:
    assert words_of("EUR 1,500.00 for A_b, eur")["1,500.00"] == 1
    assert words_of("EUR and eur")["eur"] == 2
    assert words_of(None).total() == 0


@pytest.mark.parametrize(
    ("quote", "passage", "same"),
    [
        ("one two three", "one two three", 1.0),
        ("one two three", "one two three four five", 0.75),  # 3 of 5 words covered
        ("one two", "one two three four five", 0.0),  # 2 of 5 are too few
        ("one two three a b c", "one two three", 2 / 3),  # half of the quote lies on it
        ("one two three a b c d", "one two three", 0.0),
        ("", "one", 0.0),
    ],
)
def test_a_quote_lies_on_a_passage_that_it_covers_and_does_not_drown(quote: str, passage: str, same: float) -> None:
    assert overlap(words_of(quote), words_of(passage)) == pytest.approx(same)


def test_records_and_gold_are_paired_within_a_kind(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    records = [found(gold, "r1"), found(gold, "x1"), found(gold, "r2", kind="exception")]
    matching = match(gold, records)
    assert matching.matched == {"rec_r1": "r1", "rec_x1": "x1"}
    assert matching.sort_of("rec_r2") == "spurious"


def test_the_second_record_of_one_gold_is_a_duplicate_whatever_the_order(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    worse = [{"quote": "Every purchase above EUR 500 needs a purchase", "path": "policies/buying.md"}]
    records = [found(gold, "r1"), found(gold, "r1", id="rec_a", evidence=worse), on_decoy(gold, "d1"), elsewhere(gold, 1)]
    for order in permutations(records):
        matching = match(gold, order)
        assert matching.matched == {"rec_r1": "r1"}
        assert matching.duplicates == {"rec_a"}
        assert matching.decoys == {"rec_d1"}
        assert matching.sort_of("rec_else_1") == "spurious"


def test_mail_is_told_apart_by_its_message_and_papers_by_their_path(tmp_path: Path) -> None:
    gold = planted(tmp_path)
    quote = gold.spans[3].text
    places = {
        "same message, other brackets": {"path": "elsewhere.eml", "message_id": "m1@acme.example"},
        "other message, same file": {"path": "mail/kestrel.eml", "message_id": "<m2@acme.example>"},
        "no message, same file": {"path": "mail/kestrel.eml", "message_id": None},
        "below a folder": {"path": "x/mail/kestrel.eml", "message_id": None},
        "end of a name": {"path": "old-mail/kestrel.eml", "message_id": None},
    }
    matched = {name: bool(match(gold, [found(gold, "x1", evidence=[place | {"quote": quote}])]).matched) for name, place in places.items()}
    assert [name for name, yes in matched.items() if not yes] == ["other message, same file", "end of a name"]


def test_fields_are_compared_by_what_they_mean() -> None:
    assert same_phrase("The accounts clerks", "accounts clerk")
    assert not same_phrase("Head of Finance", "Buyer")
    assert not same_phrase(None, "Buyer")
    assert same_names(["Kestrel"], ["Kestrel Metals"])
    assert same_names([], [])
    assert not same_names(["Kestrel"], [])
    assert not same_names(["Kestrel", "Norvik"], ["Kestrel Metals"])
    assert value_key("money", "5,000", "eur") == value_key("money", 5000.0, "EUR")
    assert value_key("duration", 3, "days") == value_key("duration", 3.0, "day")
    assert value_key("percent", 3, "percent") == value_key("percent", 3, "")
    assert value_key("date", "2026-03-01", "") != value_key("date", "2026-03-02", "")
