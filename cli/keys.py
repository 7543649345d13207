"""The commands that make, list and revoke keys for the HTTP service."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from cli.console import clean, say, stdout, write_json
from cli.session import opened
from cli.values import listed
from domain.access import ALL_LABELS, LOCAL, ApiKey, Caller, Scope
from domain.errors import InvalidQuestion

app = typer.Typer(help="Keys for the HTTP service.")

Workspace = Annotated[str, typer.Option(help="The tenant that the key belongs to.")]


@app.command()
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="Who will use it; it stands in the audit trail.")] = "agent",
    scope: Annotated[list[str] | None, typer.Option(help="read, write, review or admin; may be repeated. Read by default.")] = None,
    label: Annotated[list[str] | None, typer.Option(help="Labelled sources that it may read; may be repeated; all for all.")] = None,
    workspace: Workspace = LOCAL.workspace,
) -> None:
    """Make a key. Its secret goes to stdout, once; only its hash is kept."""
    from service.keys import create_key

    scopes, labels = _scopes(scope), _labels(label)
    with opened(ctx) as held:
        key, secret = create_key(held, _operator(workspace), name, scopes, workspace, labels)
    say(f"made {key.id} for {key.name}, with {', '.join(sorted(key.scopes))}; this is the only time that its secret is shown:")
    print(secret)


@app.command("list")
def list_(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    workspace: Workspace = LOCAL.workspace,
) -> None:
    """List the keys, without their secrets."""
    from service.keys import list_keys

    with opened(ctx) as held:
        keys = list_keys(held, _operator(workspace))
    if as_json:
        write_json([_shown(key) for key in keys])
    else:
        _table(keys)


@app.command()
def revoke(
    ctx: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As listed: key_...")],
    workspace: Workspace = LOCAL.workspace,
) -> None:
    """Revoke a key, at once and for good."""
    from service.keys import revoke_key

    with opened(ctx) as held:
        revoke_key(held, _operator(workspace), key_id)
    say(f"revoked {key_id}")


def _operator(workspace: str) -> Caller:
    """Whoever may run this command on the data folder may do so in each of its workspaces."""
    return replace(LOCAL, workspace=workspace)


def _scopes(given: list[str] | None) -> frozenset[Scope]:
    try:
        return frozenset(Scope(word) for word in listed(given or []) or {Scope.READ})
    except ValueError as error:
        raise InvalidQuestion(f"--scope is one of {', '.join(Scope)}") from error


def _labels(given: list[str] | None) -> frozenset[str] | None:
    words = frozenset(listed(given or []) or ())
    if ALL_LABELS in words and len(words) > 1:
        raise InvalidQuestion("--label all stands alone: it is every label, those to come as well")
    return None if ALL_LABELS in words else words


def _shown(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "workspace": key.workspace,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "labels": [ALL_LABELS] if key.labels is None else sorted(key.labels),
        "created_at": key.created_at,
        "revoked_at": key.revoked_at,
    }


def _table(keys: list[ApiKey]) -> None:
    from rich import box
    from rich.table import Table

    if not keys:
        say("there are no keys yet; 'groundrule keys create' makes one")
        return
    table = Table("id", "name", "scopes", "labels", "made", "revoked", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for key in keys:
        table.add_row(
            key.id,
            clean(key.name),
            ", ".join(sorted(key.scopes)),
            ALL_LABELS if key.labels is None else ", ".join(sorted(key.labels)),
            key.created_at[:10],
            (key.revoked_at or "")[:10],
        )
    stdout().print(table)
