"""Tells webhooks what happened: in order for each, at least once, signed, tried again with growing pauses, given up in the end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from domain.errors import GroundruleError
from domain.webhook_port import GIVEN_UP, Happening, Progress, Webhook
from service.courier import SECONDS, Undelivered, deliver, is_success
from service.webhooks import PREFIX, outside
from service.wiring import App, now

#: Seconds before the second attempt; each further pause is twice the one before, up to the longest, less up to half by chance.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 6 * 3600.0
#: Seconds after the first failed attempt of a message when it is no longer tried, and the webhook rests.
GIVE_UP_AFTER = 3 * 24 * 3600.0
#: Happenings that are read at once, and seconds for which one sender keeps a webhook: above what a single delivery may take.
BATCH, LEASE = 50, 6 * SECONDS
#: Deliveries to different webhooks at once.
AT_ONCE = 4
#: The status by which a receiver says that it will never want anything again.
GONE = 410


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Signature of Standard Webhooks, version 1: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def message_of(hook: Webhook, it: Happening) -> tuple[str, bytes]:
    """Id and body; the same for the same happening, so that a receiver can tell a repetition. Names only, never what a record says."""
    data = {"id": it.subject, "revision": it.revision, "position": it.position}
    body = {"type": it.event, "timestamp": it.at, "data": data}
    return f"msg_{hook.id.removeprefix('hook_')}_{it.position}", json.dumps(body, separators=(",", ":")).encode()


def pause(attempts: int, chance: float) -> float:
    """Seconds after so many failed attempts; ``chance``: between 0 and 1."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 30)) * (1 - chance / 2)


class Messenger:
    """A thread that looks every ``interval`` seconds, and a few that deliver. ``count``: hears the outcome of each attempt."""

    def __init__(
        self, app: App, count: Callable[[str], None] = lambda _: None, *, interval: float = 1.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._app, self._count, self._interval, self._clock = app, count, interval, clock
        self._holder = secrets.token_hex(8)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)
        self._pool = ThreadPoolExecutor(AT_ONCE, "deliver")
        self._busy: dict[str, Future[None]] = {}
        #: Webhook -> the audit entry up to which there was nothing more to tell it.
        self._seen: dict[str, int] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Deliveries under way may end; what is not delivered is found again by the next process."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(SECONDS)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except GroundruleError:
                logging.getLogger("groundrule.webhooks").warning("ledger away")
            self._stop.wait(self._interval)

    def look(self) -> list[Future[None]]:
        """Begins what is to be done; the deliveries that it began."""
        self._busy = {key: future for key, future in self._busy.items() if not future.done()}
        begun = []
        for hook in self._app.ledger.webhooks.due(self._clock()):
            if hook.id in self._busy or not self._has_news(hook):
                continue
            self._busy[hook.id] = self._pool.submit(self._tell_safely, hook)
            begun.append(self._busy[hook.id])
        return begun

    def _has_news(self, hook: Webhook) -> bool:
        entry = self._app.ledger.entry(hook.workspace)
        if entry <= max(hook.progress.position, self._seen.get(hook.id, 0)):
            return False
        if self._app.ledger.webhooks.happenings(hook.workspace, after=hook.progress.position, limit=1):
            return True
        self._seen[hook.id] = entry
        return False

    def _tell_safely(self, hook: Webhook) -> None:
        try:
            self.tell(hook)
        except GroundruleError:
            logging.getLogger("groundrule.webhooks").warning("ledger away")

    def tell(self, hook: Webhook) -> None:
        """Delivers what waits for one webhook until nothing does, something fails, or another sender has it."""
        store, began = self._app.ledger.webhooks, self._clock()
        if not store.lease(hook, self._holder, now=began, until=began + LEASE):
            return
        progress = hook.progress
        for it in store.happenings(hook.workspace, after=progress.position, limit=BATCH):
            if self._stop.is_set() or self._clock() > began + LEASE - 2 * SECONDS:
                break
            if it.event not in hook.events:
                progress = replace(progress, position=it.position)
                continue
            progress = self._attempted(hook, it, progress)
            if progress.attempts or progress.state == GIVEN_UP:
                break
            if not store.keep(hook, self._holder, progress, release=False):
                return
        store.keep(hook, self._holder, progress, release=True)

    def _attempted(self, hook: Webhook, it: Happening, before: Progress) -> Progress:
        message_id, body = message_of(hook, it)
        try:
            status = self._send(hook, message_id, body, before.attempts)
            trouble = None if is_success(status) else f"status {status}"
        except Undelivered as error:
            status, trouble = 0, str(error)
        if trouble is None:
            self._count("delivered")
            return Progress(it.position, delivered_at=now())
        at = self._clock()
        since, attempts = before.failing_since or at, before.attempts + 1
        over = status == GONE or at - since >= GIVE_UP_AFTER
        self._count("given_up" if over else "failed")
        fields = {"webhook": hook.id, "attempt": attempts, "trouble": trouble}
        logging.getLogger("groundrule.webhooks").warning("given up" if over else "not delivered", extra={"fields": fields})
        state = GIVEN_UP if over else before.state
        failed = Progress(before.position, state, attempts, since, at + pause(attempts, random.random()), trouble)  # noqa: S311 # spreads load
        return replace(failed, delivered_at=before.delivered_at)

    def _send(self, hook: Webhook, message_id: str, body: bytes, turn: int) -> int:
        """Signed anew each time: a receiver refuses old times."""
        timestamp = int(self._clock())
        headers = {
            "User-Agent": "Groundrule",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(hook.secret, message_id, timestamp, body),
        }
        return deliver(hook.url, body, headers, outside(self._app), turn=turn)
