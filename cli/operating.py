"""The commands of whoever runs Groundrule: serve, mcp, reindex, doctor."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from cli import exits
from cli.console import clean, say
from cli.ingesting import counted
from cli.session import Session, opened


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8000,
    no_auth: Annotated[bool, typer.Option("--no-auth", help="Ask nobody for a key; on a loopback address only.")] = False,
) -> None:
    """Serve the HTTP routes until stopped."""
    settings = ctx.ensure_object(Session).settings()
    # By name: the two doors do not know each other, and one works where the other's libraries are missing.
    importlib.import_module("api.server").serve(settings, host, port, no_auth)


def mcp(ctx: typer.Context) -> None:
    """Answer an agent on stdin and stdout (Model Context Protocol) until stdin ends."""
    importlib.import_module("api.mcp_stdio").serve(ctx.ensure_object(Session).settings())


def reindex(ctx: typer.Context) -> None:
    """Make the index again from the ledger."""
    from service.reindex import reindex as rebuild

    with opened(ctx) as app:
        points = rebuild(app)
    say(f"the index was made again: {counted(points, 'point')}")


def doctor(ctx: typer.Context) -> int:
    """Look at ledger, index, models and settings; say what is wrong."""
    from service.doctor import checks

    with opened(ctx) as app:
        found = checks(app)
    for check in found:
        print(f"{'ok     ' if check.ok else 'problem'}  {check.name:<12} {clean(check.detail)}")
    failed = {check.name for check in found if not check.ok}
    if not failed:
        return exits.DONE
    # A setting is mended with an editor; what cannot be reached needs a look at the machine.
    return exits.ERROR if failed == {"org_domains"} else exits.UNREACHABLE
