"""ZIP archives: their members become documents, whatever they are called, and bombs do not go off."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from domain.document import BlockKind
from domain.errors import DamagedSource, LimitExceeded
from ingest.canonical import Parsed
from ingest.parse_archive import parse_archive
from tests.ingest.files import block, blocks, mail, read, word
from tests.ingest.packed import packed

RULE = "No crate may leave the yard unsealed."


def parsed(data: bytes) -> Parsed:
    (one,) = parse_archive(data, "a.zip")
    return one


def names(data: bytes) -> list[str]:
    return [a.name for a in parsed(data).attachments]


def test_members_are_documents_of_their_own_below_the_archive() -> None:
    bundle, paper, letter = read(packed({"policy/rules.md": RULE, "mail/1.eml": mail("Fine.")}), "all.zip")
    assert blocks(bundle, BlockKind.FURNITURE) == ["policy/rules.md", "mail/1.eml"]
    assert block(paper, RULE).kind is BlockKind.PARAGRAPH
    assert (paper.parent, paper.member, letter.member) == (bundle.id, "policy/rules.md", "mail/1.eml")


def test_a_member_that_cannot_be_read_is_noted_and_the_rest_is_read() -> None:
    bundle, paper = read(packed({"logo.png": b"\x89PNG\r\n\0", "rules.md": RULE}), "all.zip")
    assert any("logo.png was not read" in note for note in bundle.notes) and RULE in paper.text


def test_folders_litter_and_empty_files_are_left_out() -> None:
    members = {"a/": "", "__MACOSX/a.txt": "x", "a/.DS_Store": "x", "a/._b.txt": "x", "empty.txt": "", "a/b.txt": RULE}
    assert names(packed(members)) == ["a/b.txt"]


def test_names_are_shown_and_never_lead_anywhere() -> None:
    members = {"../../etc/passwd.txt": "x", "/srv/x.txt": "x", "C:\\temp\\y.txt": "x", "a/./b\u202e.txt": "x"}
    assert names(packed(members)) == ["etc/passwd.txt", "srv/x.txt", "temp/y.txt", "a/b.txt"]


def test_names_in_an_old_code_page_are_read_as_they_were_meant() -> None:
    data = packed({"Gebuehr-xx.txt": RULE}).replace(b"Gebuehr-xx", "Gebühr-x".encode() + b"y")
    assert names(data) == ["Gebühr-xy.txt"]


def test_two_members_of_one_name_are_both_kept() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "one")
        with pytest.warns(UserWarning):
            archive.writestr("a.txt", "two")
    assert [(a.name, a.data) for a in parsed(out.getvalue()).attachments] == [("a.txt", b"one"), ("a (2).txt", b"two")]


def test_links_are_not_followed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert parsed(out.getvalue()).notes == ("member link.txt is a link and was not followed",)


def test_encrypted_members_are_noted() -> None:
    data = bytearray(packed({"a.txt": RULE}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert "is encrypted" in parsed(bytes(data)).notes[0]


@pytest.mark.parametrize("packing", [9, 14, 98])
def test_rare_packings_are_noted(packing: int) -> None:
    data = bytearray(packed({"a.txt": RULE}))
    data[data.index(b"PK\x01\x02") + 10] = packing
    assert "is packed in a way that is not read" in parsed(bytes(data)).notes[0]


def test_bzip2_members_are_read() -> None:
    assert parsed(packed({"a.txt": RULE}, zipfile.ZIP_BZIP2)).attachments[0].data == RULE.encode()


def test_a_bomb_is_refused_while_it_unpacks() -> None:
    for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        with pytest.raises(LimitExceeded, match="times its size"):
            parsed(packed({"zeros.txt": bytes(30 * 1024 * 1024)}, packing))


def test_a_member_that_lies_about_its_size_is_noted_as_damaged() -> None:
    data = bytearray(packed({"a.txt": RULE * 50, "b.txt": RULE}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 7)
    done = parsed(bytes(data))
    assert "a.txt is damaged" in done.notes[0] and [a.name for a in done.attachments] == ["b.txt"]


def test_members_that_share_their_bytes_are_refused() -> None:
    data = bytearray(packed({f"{n}.txt": RULE * 99 for n in range(3)}))
    at, first = -1, 0
    for _ in range(3):
        at = data.index(b"PK\x01\x02", at + 1)
        struct.pack_into("<I", data, at + 42, first)
    with pytest.raises(DamagedSource, match="overlap"):
        parsed(bytes(data))


def test_too_many_members_are_refused() -> None:
    for count in (2_001, 20_001):
        with pytest.raises(LimitExceeded, match="2,000 members"):
            parsed(packed({f"{n}": "" for n in range(count)}, zipfile.ZIP_STORED))


def test_archives_in_archives_end_at_the_limit() -> None:
    data = packed({"a.txt": RULE})
    for _ in range(8):
        data = packed({"inner.zip": data})
    with pytest.raises(DamagedSource, match="nested deeper"):
        read(data, "deep.zip")


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", packed({"a": "b"})[:-10], packed({"a": "b"})[:40], b"PK\x05\x06" + bytes(18)],
    ids=["magic only", "end cut off", "middle of a member", "no members"],  # the bytes hold the time of day: no name for a test
)
def test_broken_and_empty_archives_are_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(DamagedSource):
        read(data, "a.zip")


def test_a_zip64_archive_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(RULE.encode())
    assert names(out.getvalue()) == ["a.txt"]


def test_a_word_file_inside_keeps_its_structure() -> None:
    assert block(read(packed({"p.docx": word()}), "a.zip")[1], "EUR 12 a night").column == "Fee"
