"""What a person may set on a record is what the reference says."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.review_bodies import ValueEdit


@pytest.mark.parametrize(("value", "kind"), [("5000", str), (5000, float), (0.5, float), ("first of May", str)])
def test_a_value_stays_the_text_or_number_that_it_is(value: object, kind: type) -> None:
    edit = ValueEdit.model_validate({"kind": "money", "value": value, "unit": "EUR", "text": "EUR 5,000"})
    assert (type(edit.value), edit.value) == (kind, value)


@pytest.mark.parametrize("value", ["0" * 501, "1" * 501, True, None, [], 1e16, float("nan"), ""])
def test_what_the_reference_does_not_allow_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        ValueEdit.model_validate({"kind": "money", "value": value, "unit": "EUR", "text": "EUR 5,000"})
