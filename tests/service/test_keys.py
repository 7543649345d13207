"""Keys are shown once, kept as digests, and stop working when revoked."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.access import LOCAL, Caller, Scope
from domain.errors import Forbidden, InvalidQuestion, Unauthenticated
from service.keys import authenticate, create_key, list_keys, revoke_key
from service.settings import Settings
from service.wiring import open_app


def test_a_key_works_until_it_is_revoked(tmp_path: Path) -> None:
    with open_app(Settings(data_dir=tmp_path)) as app:
        key, secret = create_key(app, LOCAL, "agent", frozenset({Scope.READ}), "default")
        caller = authenticate(app, secret)
        assert (caller.name, caller.scopes) == ("agent", frozenset({Scope.READ}))
        revoke_key(app, LOCAL, key.id)
        with pytest.raises(Unauthenticated):
            authenticate(app, secret)


def test_the_secret_lies_nowhere_in_the_data_folder(tmp_path: Path) -> None:
    with open_app(Settings(data_dir=tmp_path)) as app:
        _, secret = create_key(app, LOCAL, "agent", frozenset({Scope.READ}), "default")
        assert secret not in repr(list_keys(app, LOCAL))
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_only_an_administrator_makes_keys(tmp_path: Path) -> None:
    reader = Caller("default", "reader", frozenset({Scope.READ, Scope.WRITE}))
    with open_app(Settings(data_dir=tmp_path)) as app, pytest.raises(Forbidden):
        create_key(app, reader, "mine", frozenset({Scope.ADMIN}), "default")


def test_a_key_needs_a_name_and_a_scope(tmp_path: Path) -> None:
    with open_app(Settings(data_dir=tmp_path)) as app:
        for name, scopes in (("", {Scope.READ}), ("a\nb", {Scope.READ}), ("fine", set())):
            with pytest.raises(InvalidQuestion):
                create_key(app, LOCAL, name, frozenset(scopes), "default")
