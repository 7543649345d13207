"""The contract of webhooks in the ledger: told from when they were made, in order, in one sender's hands at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import LimitExceeded, NotFound
from domain.ports import Ledger
from domain.record import Status
from domain.webhook_port import GIVEN_UP, Progress, Webhook
from tests.contract.builders import ACTOR, AT, commit, paper, put, record

HOOK = Webhook("a", "hook_1", "https://x.example/", ("record.put", "record.decided"), "whsec_c2VjcmV0", "dana", AT, Progress(0))


def test_a_webhook_begins_where_the_audit_trail_stands_and_leaves_two_rows_there(ledger: Ledger) -> None:
    put(ledger, record("one"))
    made = ledger.webhooks.add(HOOK, 2)
    assert made.progress.position == ledger.entry("a") == 2
    assert ledger.webhooks.all("a") == [made] == [ledger.webhooks.one("a", "hook_1")]
    assert ledger.webhooks.happenings("a", after=made.progress.position, limit=9) == []
    ledger.webhooks.remove("a", "hook_1", actor="dana", at=AT)
    assert [(row.actor, row.action, row.target) for row in ledger.audit("a", limit=2)] == [
        ("dana", "webhook.removed", "hook_1"),
        ("dana", "webhook.added", "hook_1"),
    ]
    assert ledger.webhooks.all("a") == []


def test_a_webhook_belongs_to_its_workspace_and_there_are_only_so_many(ledger: Ledger) -> None:
    ledger.webhooks.add(HOOK, 1)
    with pytest.raises(LimitExceeded, match="1 webhooks"):
        ledger.webhooks.add(replace(HOOK, id="hook_2"), 1)
    ledger.webhooks.add(replace(HOOK, workspace="b"), 1)
    assert [hook.workspace for hook in ledger.webhooks.all("b")] == ["b"]
    for workspace, hook_id in (("a", "hook_2"), ("c", "hook_1")):
        with pytest.raises(NotFound):
            ledger.webhooks.one(workspace, hook_id)
        with pytest.raises(NotFound):
            ledger.webhooks.remove(workspace, hook_id, actor=ACTOR, at=AT)
    assert len(ledger.webhooks.due(0)) == 2


def test_happenings_are_those_of_records_and_sources_in_order_without_claims(ledger: Ledger) -> None:
    commit(ledger, paper("a.txt", "A rule."))
    put(ledger, record("one"), replace(record("two"), status=Status.CLAIMED))
    ledger.pin("a", "rec_one", {}, status=Status.APPROVED, actor=ACTOR, at=AT, reason="seen it")
    found = ledger.webhooks.happenings("a", after=0, limit=9)
    assert [(it.event, it.revision) for it in found] == [("source.read", 0), ("record.put", 1), ("record.decided", 2)]
    assert [it.subject for it in found[1:]] == ["rec_one", "rec_one"]
    assert [it.position for it in found] == sorted(it.position for it in found)
    assert ledger.webhooks.happenings("a", after=found[0].position, limit=1) == found[1:2]
    assert ledger.webhooks.happenings("b", after=0, limit=9) == []


def test_one_sender_has_a_webhook_in_hand_until_its_lease_ends(ledger: Ledger) -> None:
    store = ledger.webhooks
    hook = store.add(HOOK, 2)
    assert store.lease(hook, "first", now=10, until=70)
    assert store.due(69) == []
    assert not store.lease(hook, "second", now=69, until=129)
    assert store.lease(hook, "second", now=70, until=130), "the first was killed"
    moved = replace(hook.progress, position=7)
    assert not store.keep(hook, "first", moved, release=True)
    assert store.keep(hook, "second", moved, release=False)
    assert store.due(71) == []
    failed = Progress(7, attempts=1, failing_since=71, next_at=80, trouble="timeout", delivered_at=AT)
    assert store.keep(hook, "second", failed, release=True)
    assert store.one("a", "hook_1").progress == failed
    assert store.due(79) == []
    assert not store.lease(hook, "first", now=80, until=140), "it has moved on since it was read"
    [due] = store.due(80)
    assert store.lease(due, "first", now=80, until=140)
    assert store.keep(due, "first", replace(failed, state=GIVEN_UP), release=True)
    assert store.due(10_000) == []


def test_a_webhook_removed_meanwhile_is_kept_no_more(ledger: Ledger) -> None:
    hook = ledger.webhooks.add(HOOK, 2)
    ledger.webhooks.lease(hook, "first", now=0, until=60)
    ledger.webhooks.remove("a", "hook_1", actor=ACTOR, at=AT)
    assert not ledger.webhooks.keep(hook, "first", Progress(9), release=True)
    assert ledger.webhooks.due(100) == []


def test_a_secret_is_in_no_words_for_people(ledger: Ledger) -> None:
    assert "c2VjcmV0" not in repr(ledger.webhooks.add(HOOK, 2)) + str(ledger.audit("a"))
