"""Shows an answer to a person: what to do first, then what governs it, then in whose words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.console import clean
from domain.question import Applies, ContextAnswer, Governing, Verdict

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

#: Word, colour, and what it means for whoever asked.
_VERDICTS = {
    Verdict.ALLOWED: ("ALLOWED", "green", "the task may go on as described"),
    Verdict.NOT_ALLOWED: ("NOT ALLOWED", "red", "the task must not go on as described"),
    Verdict.REQUIRED: ("REQUIRED", "cyan", "this has to be done"),
    Verdict.NEEDS_APPROVAL: ("NEEDS APPROVAL", "yellow", "ask first; go on once the answer is yes"),
    Verdict.UNKNOWN: ("UNKNOWN", "magenta", "not decided by what is known here"),
}
_APPLIES = {Applies.YES: ("applies", "green"), Applies.NO: ("does not apply", "dim"), Applies.UNKNOWN: ("may apply", "yellow")}

#: Quotes shown for one record, and characters of each: enough to judge by; --json has them all.
QUOTES, QUOTE_LENGTH = 2, 300


def show_answer(console: Console, answer: ContextAnswer) -> None:
    for part in _parts(answer):
        console.print(part)


def _parts(answer: ContextAnswer) -> Iterator[RenderableType]:
    from rich.text import Text

    word, colour, meaning = _VERDICTS[answer.verdict]
    yield Text.assemble((f" {word} ", f"bold reverse {colour}"), "  ", (meaning, colour))
    yield Text(f"\n{clean(answer.why)}\n")
    yield from _to_do(answer)
    if answer.governing:
        yield _table(answer)
        yield Text()
    elif answer.passages:
        yield Text("The nearest passages, none of which was found to govern it:", "bold")
        for passage in answer.passages:
            yield Text.assemble((_quoted(clean(passage.quote)), "italic"), "\n", (clean(f"{passage.path}, {passage.place}"), "dim"), "\n")
    hidden = "; something you may not see bears on this case" if not answer.complete else ""
    yield Text(f"As of {answer.as_of}, revision {answer.revision}{hidden}.", "dim")


def _to_do(answer: ContextAnswer) -> Iterator[RenderableType]:
    """Whom to ask, what to find out, where records disagree."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for ask in answer.ask:
        grid.add_row("Ask", Text.assemble((clean(ask.who), "bold"), f" about {clean(ask.about)}"))
    for fact in answer.missing_facts:
        grid.add_row("Find out", Text.assemble((clean(fact), "bold"), f", then ask again with --fact {clean(fact)}=VALUE"))
    numbers = _numbers(answer)
    for conflict in answer.conflicts:
        sides = " and ".join(str(numbers.get(record, record)) for record in conflict.records)
        grid.add_row("Conflict", Text(clean(f"{sides} disagree on {conflict.on}: {conflict.precedence}")))
    if grid.row_count:
        yield grid
        yield Text()


def _numbers(answer: ContextAnswer) -> dict[str, int]:
    return {item.stored.record.id: number for number, item in enumerate(answer.governing, 1)}


def _table(answer: ContextAnswer) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1), show_edge=False, pad_edge=False)
    table.add_column("", width=2, style="bold")
    table.add_column("What governs it", ratio=2)
    table.add_column("In this case", ratio=1)
    numbers = _numbers(answer)
    for number, item in enumerate(answer.governing, 1):
        table.add_row(str(number), _says(item, answer.as_of), _case(item, numbers))
        if number < len(answer.governing):
            table.add_row()
    return table


def _says(item: Governing, as_of: str) -> Text:
    """What is inferred; the statement, in quotation marks where it is the source's word for word; then what it is, and in whose words."""
    from rich.text import Text

    record, statement = item.stored.record, clean(item.stored.record.said)
    inferred = clean(record.statement.removesuffix(record.said))
    inferred += " " if inferred else ""
    quotes = [clean(one.citation.quote) for one in record.evidence[:QUOTES]]
    said = _quoted(statement) if statement in quotes else statement
    text = Text.assemble((inferred, "dim"), (said, "bold" if item.applies is Applies.YES else ""))
    text.append(f"\n{_kind(item, as_of)}")
    for evidence, quote in zip(record.evidence, quotes, strict=False):
        if quote != statement:
            text.append(f"\n{_quoted(quote)}", "italic")
        citation = evidence.citation
        text.append("\n" + ", ".join(part for part in (clean(citation.path), clean(citation.place.shown())) if part), "dim")
    if len(record.evidence) > QUOTES:
        text.append(f"\nand {len(record.evidence) - QUOTES} more: {record.id}", "dim")
    return text


def _kind(item: Governing, as_of: str) -> str:
    record = item.stored.record
    validity = record.validity(as_of)
    words = [f"{record.documentation} {record.kind}", str(record.recurrence).replace("_", "-"), str(record.status)]
    return ", ".join(words if validity == "active" else [*words, validity.replace("_", " ")])


def _case(item: Governing, numbers: dict[str, int]) -> Text:
    from rich.text import Text

    word, colour = _APPLIES[item.applies]
    text = Text()
    if item.overridden_by is not None:
        other = numbers.get(item.overridden_by)
        text.append(f"gives way to {other}" if other else "gives way to another record", "bold yellow")
    else:
        text.append(word, f"bold {colour}")
    for reason in item.because:
        text.append(f"\n{clean(reason)}")
    return text


def _quoted(quote: str) -> str:
    short = quote if len(quote) <= QUOTE_LENGTH else quote[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " ..."
    return f"\N{LEFT DOUBLE QUOTATION MARK}{short}\N{RIGHT DOUBLE QUOTATION MARK}"
