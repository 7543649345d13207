"""The command that writes the records out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.session import opened
from cli.values import day_of, listed
from domain.access import LOCAL
from domain.errors import InvalidQuestion

app = typer.Typer(help="Write out what is held.")


class Form(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


@app.command()
def records(
    ctx: typer.Context,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day whose validity is shown; today by default.")] = None,
    form: Annotated[Form, typer.Option("--format", help="jsonl is lossless; csv and md are for people.")] = Form.JSONL,
    output: Annotated[Path | None, typer.Option(dir_okay=False, help="A file in place of stdout.")] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="proposed, approved, rejected, claimed; may be repeated. The first two by default.")
    ] = None,
) -> None:
    """Write the records out, one a line."""
    from service.export import export_records

    day = day_of(as_of)
    with opened(ctx) as held:
        chunks = export_records(held, LOCAL, as_of=day, form=form.value, statuses=listed(status or []))
        if output is None:
            for chunk in chunks:
                sys.stdout.write(chunk)
        else:
            write_whole(output, chunks)


def write_whole(output: Path, chunks: Iterable[str]) -> None:
    """The whole file or the old one, never half of it; raises InvalidQuestion where it cannot be written."""
    beside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.writelines(chunks)
        beside.replace(output)
    except OSError as error:
        raise InvalidQuestion(f"cannot write {output}: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)
