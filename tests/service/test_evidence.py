"""Every quote is exact, and mail evidence names the message whose author wrote it."""

from __future__ import annotations

import email
import email.policy
import json
import mailbox
import re
from contextlib import closing
from pathlib import Path

import pytest

from domain.access import LOCAL
from service.documents import get_document
from service.export import export_records
from service.ingest_files import ingest
from service.settings import Settings
from service.wiring import App, open_app
from tests.conftest import DemoCompany

CORPORA = Path(__file__).parents[3] / "shared" / "bench" / "corpora"
ALL = frozenset({"proposed", "approved", "claimed", "rejected"})


def own_words(files: Path) -> dict[str, str]:
    """What each message's author typed, by message id: the text body without quoted lines."""
    found: dict[str, str] = {}
    for file in files.rglob("*"):
        messages = []
        if file.suffix == ".eml":
            messages = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default)]
        elif file.suffix == ".mbox":
            with closing(mailbox.mbox(file)) as box:
                messages = [email.message_from_bytes(m.as_bytes(), policy=email.policy.default) for m in box]
        for message in messages:
            body = message.get_body(("plain", "html"))
            text = body.get_content() if body else ""
            lines = [line for line in text.split("\n") if not line.startswith(">")]
            found[str(message["Message-ID"]).strip("<> ")] = squeezed("\n".join(lines))
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check(app: App, files: Path) -> int:
    typed = own_words(files)
    count = 0
    for line in export_records(app, LOCAL, as_of="2026-03-02", form="jsonl", statuses=ALL):
        for evidence in json.loads(line)["evidence"]:
            count += 1
            document = get_document(app, LOCAL, evidence["document"])
            assert document.text[evidence["start"] : evidence["end"]] == evidence["quote"]
            assert document.path == evidence["path"]
            if evidence["path"].endswith((".eml", ".mbox")):
                assert squeezed(evidence["quote"]) in typed[evidence["message_id"]], evidence["quote"]
    return count


def test_every_quote_of_the_demo_company_is_exact_and_its_author_s_own(demo_company: DemoCompany) -> None:
    assert check(demo_company.app, demo_company.files) > 50


@pytest.mark.shared
@pytest.mark.skipif(not CORPORA.exists(), reason="the company corpora are not here")
@pytest.mark.parametrize("name", ["harrowgate", "norvik", "pellworm", "tamarack", "verrin"])
def test_every_quote_of_the_corpora_is_exact_and_its_author_s_own(name: str, tmp_path: Path) -> None:
    corpus = CORPORA / name
    domains = json.loads((corpus / "tasks.json").read_text())["domains"]
    with open_app(Settings(data_dir=tmp_path, org_domains=frozenset(domains))) as app:
        ingest(app, LOCAL, [corpus / "files"])
        assert check(app, corpus / "files") > 100
