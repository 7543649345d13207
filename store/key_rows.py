"""API keys as rows; only the digest of a secret is ever here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from domain.access import ApiKey, Scope
from domain.errors import BadInput, NotFound
from store.schema import api_key
from store.unit import Unit

#: What stands for every label, those to come as well.
_ALL = "*"


def store_key(unit: Unit, key: ApiKey) -> None:
    """Raises BadInput where the id or the digest is taken."""
    same = and_(api_key.c.workspace == key.workspace, api_key.c.id == key.id)
    taken = select(api_key.c.id).where(or_(same, api_key.c.digest == key.digest))
    if unit.connection.execute(taken).first() is not None:
        raise BadInput(f"there is a key {key.id} already, or one with the same secret")
    scopes = ",".join(sorted(scope.value for scope in key.scopes))
    labels = _ALL if key.labels is None else ",".join(sorted(key.labels))
    row = {"workspace": key.workspace, "id": key.id, "name": key.name, "digest": key.digest, "scopes": scopes, "labels": labels}
    unit.connection.execute(insert(api_key).values(**row, created_at=key.created_at, revoked_at=key.revoked_at))
    unit.note("key.added", key.id)


def revoke(unit: Unit, key_id: str) -> None:
    """The first revocation counts; a second one changes nothing."""
    mine = and_(api_key.c.workspace == unit.workspace, api_key.c.id == key_id)
    row = unit.connection.execute(select(api_key.c.revoked_at).where(mine)).one_or_none()
    if row is None:
        raise NotFound(f"there is no key {key_id}")
    if row.revoked_at is None:
        unit.connection.execute(update(api_key).where(mine).values(revoked_at=unit.at))
        unit.note("key.revoked", key_id)


def by_digest(connection: Connection, digest: str) -> ApiKey | None:
    query = select(api_key).where(api_key.c.digest == digest, api_key.c.revoked_at.is_(None))
    row = connection.execute(query).one_or_none()
    return None if row is None else _key(row)


def keys(connection: Connection, workspace: str) -> list[ApiKey]:
    query = select(api_key).where(api_key.c.workspace == workspace).order_by(api_key.c.created_at, api_key.c.id)
    return [_key(row) for row in connection.execute(query)]


def _key(row: Row[Any]) -> ApiKey:
    scopes = frozenset(Scope(name) for name in row.scopes.split(",") if name)
    labels = None if row.labels == _ALL else frozenset(filter(None, row.labels.split(",")))
    return ApiKey(row.id, row.workspace, row.name, row.digest, scopes, row.created_at, row.revoked_at, labels)
