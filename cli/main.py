"""The command line's door: commands, the options they share, and what happens when something goes wrong."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from cli import asking, cases, demonstrating, evaluating, exits, exporting, ingesting, keys, labelling, mapping, operating, removing
from cli.console import say
from cli.session import Session
from domain.errors import GroundruleError

# Plain help: it comes in a third of the time that drawing boxes takes. Tracebacks are main()'s business.
app = typer.Typer(name="groundrule", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.command()(ingesting.ingest)
app.command()(removing.remove)
app.command()(labelling.label)
app.add_typer(exporting.app, name="export")
app.command()(asking.context)
app.command()(asking.search)
app.command()(cases.cases)
app.command("process-map")(mapping.process_map)
app.command()(mapping.coverage)
app.command()(operating.serve)
app.command()(operating.mcp)
app.add_typer(keys.app, name="keys")
app.command()(operating.reindex)
app.command()(operating.doctor)
app.command("eval")(evaluating.evaluate)
app.command()(demonstrating.demo)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            print(f"groundrule {version('groundrule')}")
        except PackageNotFoundError:
            print("groundrule, not installed")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def shared(
    ctx: typer.Context,
    data_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", file_okay=False, help="The data folder; GROUNDRULE_DATA_DIR by default.")
    ] = None,
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> int:
    """Find the rules, exceptions and handoffs in documents and mail, and say what governs a case."""
    ctx.obj = Session(data_dir)
    if ctx.invoked_subcommand is None:
        print(ctx.get_help(), file=sys.stderr)
        return exits.USAGE
    return exits.DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; never a traceback but with GROUNDRULE_DEBUG=1."""
    try:
        code = app(args=None if arguments is None else list(arguments), prog_name="groundrule", standalone_mode=False)
        sys.stdout.flush()
    except Exception as error:  # the very door: whatever happened, a person gets a sentence and a shell gets a code
        if os.environ.get("GROUNDRULE_DEBUG") == "1":
            traceback.print_exc()
        return _told(error)
    except KeyboardInterrupt:
        code = exits.INTERRUPTED
    if code == exits.INTERRUPTED:
        say("interrupted")
    return code if isinstance(code, int) else exits.DONE


def _told(error: Exception) -> int:
    """Says what is wrong; the exit code."""
    if isinstance(error, GroundruleError):
        say(str(error))
        return exits.exit_of(error)
    if isinstance(error, typer.TyperException):
        command = getattr(getattr(error, "ctx", None), "command_path", "groundrule")
        say(f"{error.format_message()} Try '{command} --help'.")
        return error.exit_code
    if isinstance(error, typer.Abort):
        say("interrupted")
        return exits.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has gone; what is still buffered must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.ERROR
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        say(f"{error.strerror or type(error).__name__}{where}")
        return exits.ERROR
    say(f"something went wrong that should not ({type(error).__name__}: {error}); with GROUNDRULE_DEBUG=1 the place in the code is shown")
    return exits.ERROR


if __name__ == "__main__":
    sys.exit(main())
