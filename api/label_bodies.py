"""The shapes of labels of sources, with their example."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from api.schemas import Answered, Asked
from domain.access import LABEL_FORM, is_label


def _a_label(text: str) -> str:
    if not is_label(text):
        raise ValueError(LABEL_FORM)
    return text


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("must be text that can be stored: no NUL and no half characters")
    return text


Label = Annotated[str, Field(min_length=1, max_length=63, examples=["hr"]), AfterValidator(_a_label)]
SourcePath = Annotated[str, Field(min_length=1, max_length=4_000, examples=["hr/salaries.md"]), AfterValidator(_storable)]


class LabelQuery(Asked):
    limit: int = Field(default=100, ge=1, le=500)
    cursor: SourcePath | None = Field(default=None, description="`next` of the page before")


class LabelRequest(Asked):
    paths: list[SourcePath] = Field(min_length=1, max_length=500, description="paths of files, as they were ingested")
    add: list[Label] = Field(default_factory=list, max_length=50, description="only keys with these labels see the files from now on")
    remove: list[Label] = Field(default_factory=list, max_length=50, description="keys do not need these labels any more")


class LabelledBody(Answered):
    path: str
    labels: list[str] = Field(description="a key needs all of them; none: everybody in the workspace sees the file")


class LabelsBody(Answered):
    items: list[LabelledBody]


class LabelPage(LabelsBody):
    next: str | None = Field(description="the cursor of the next page; null on the last")


LABELS_EXAMPLE: dict[str, object] = {"items": [{"path": "hr/salaries.md", "labels": ["hr"]}]}
LABEL_PAGE_EXAMPLE: dict[str, object] = {**LABELS_EXAMPLE, "next": None}
