"""Tables as text: separators, quotes, headers, and files that want to do harm."""

from __future__ import annotations

import pytest

from domain.document import BlockKind
from domain.errors import LimitExceeded
from tests.ingest.files import block, blocks, passage, read


def test_cells_know_their_row_and_column() -> None:
    (document,) = read(b"Vessel,Fee\nTrawler,EUR 12 a night\nFerry,EUR 40\n", "fees.csv")
    fee = block(document, "EUR 12 a night")
    assert (fee.kind, fee.row, fee.column) == (BlockKind.TABLE_CELL, "Trawler", "Fee")
    assert passage(document, "EUR 40").lead_in == "Ferry | Fee"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_what_divides_the_lines_evenly(separator: str) -> None:
    text = f'Vessel{separator}Note\nTrawler{separator}"Paid, not; owed"\nFerry{separator}None\n'
    assert block(read(text.encode(), "a.csv")[0], "Paid, not; owed").column == "Note"


def test_the_separator_that_excel_states_is_believed_and_not_read() -> None:
    (document,) = read(b"sep=;\nVessel;Fee\nFerry;4,5\n", "a.csv")
    assert blocks(document) == ["Vessel", "Fee", "Ferry", "4,5"]


def test_two_hundred_sentences_come_back_as_they_were_written() -> None:
    rules = [f"Vessel {n} pays EUR {n}.50, unless the master says otherwise." for n in range(200)]
    data = "Berth,Rule\n" + "".join(f'B{n},"{rule}"\n' for n, rule in enumerate(rules))
    (document,) = read(data.encode("utf-16"), "rules.csv")
    assert all((b := block(document, rule)).row == f"B{n}" and b.column == "Rule" for n, rule in enumerate(rules))


def test_formulas_are_text() -> None:
    assert '=cmd|"/c calc"!A1' in blocks(read(b'a,b\n1,"=cmd|""/c calc""!A1"\n', "a.csv")[0])


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    data = 'Vessel,Fee\n"Trawler,12\n' + "Ferry,40\n" * 300
    assert block(read(data.encode(), "a.csv")[0], "40").column == "Fee"


def test_a_field_without_end_and_a_table_without_end_are_bounded() -> None:
    assert "Ferry" in read(b"a,b\nFerry," + b"x" * 100_000 + b"\n", "a.csv")[0].text
    with pytest.raises(LimitExceeded, match="filled cells"):
        read(b"1,2\n" * 100_001, "a.csv")
