"""Which files a run takes up and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import NotFound
from service.find_files import found_files


def _write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def _names(root: Path) -> list[str]:
    return sorted(f.path for f in found_files([root]))


def test_a_maildir_message_keeps_its_name_when_it_is_read_and_flagged(tmp_path: Path) -> None:
    _write(tmp_path, "inbox/new/17.M1.host", "inbox/cur/16.M1.host:2,RS", "inbox/tmp/18.M1.host", "inbox/dovecot.index.log")
    assert _names(tmp_path) == ["inbox/16.M1.host", "inbox/17.M1.host"]
    (tmp_path / "inbox/new/17.M1.host").rename(tmp_path / "inbox/cur/17.M1.host:2,S")
    assert _names(tmp_path) == ["inbox/16.M1.host", "inbox/17.M1.host"]


def test_a_maildir_given_by_itself_names_its_messages_alone(tmp_path: Path) -> None:
    _write(tmp_path, "new/1.host", "cur/2.host:2,", ".Sent/cur/3.host:2,S", ".Sent/new/4.host")
    assert _names(tmp_path) == [".Sent/3.host", ".Sent/4.host", "1.host", "2.host"]


def test_a_folder_called_new_that_is_no_maildir_stays_in_the_path(tmp_path: Path) -> None:
    _write(tmp_path, "new/policy.md", "tmp/old.md")
    assert _names(tmp_path) == ["new/policy.md", "tmp/old.md"]


def test_links_that_lead_out_of_the_folder_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, "outside.txt", "in/inside.txt")
    (tmp_path / "in/link.txt").symlink_to(tmp_path / "outside.txt")
    (tmp_path / "in/near.txt").symlink_to(tmp_path / "in/inside.txt")
    assert _names(tmp_path / "in") == ["inside.txt", "near.txt"]


def test_version_control_and_desktop_files_are_left_out(tmp_path: Path) -> None:
    _write(tmp_path, ".git/config", ".DS_Store", "a/Thumbs.db", "a/b.md")
    assert _names(tmp_path) == ["a/b.md"]


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        found_files([tmp_path / "absent"])
