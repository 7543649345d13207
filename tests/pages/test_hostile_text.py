"""T11: whatever stands in a paper, a mail's head or a record, the browser shows it and runs none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.document import DocumentKind, Message
from domain.ids import content_id
from domain.passage import Passage, Place
from domain.ports import Reading
from domain.record import NearMiss, Record
from domain.source import source_of
from domain.statement import Condition, ScopeItem
from domain.value import Value, ValueKind
from service.wiring import App
from tests.api.papers import AT, PO_EXCEPTION, PO_RULE, RECORDS, VECTOR, evidence, paper
from tests.pages.conftest import Site, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

Go = Callable[..., Visit]

ELSEWHERE = "http://elsewhere.invalid/x"
#: What would be run: a dialog counts, and so does a request to elsewhere.
RUN = "alert(1)"
TAGS = (
    "<script>{run}</script>",
    "<ScRiPt>{run}</sCrIpT>",
    "<script src={url}></script>",
    "<script type=module>import '{url}'</script>",
    "<img src=x onerror={run}>",
    "<img src={url}>",
    "<img srcset='{url} 2x'>",
    "<svg onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<svg><animate onbegin={run} attributeName=x dur=1s>",
    "<svg><image href='{url}'/></svg>",
    "<svg><use href='{url}#x'/></svg>",
    "<iframe src='javascript:{run}'></iframe>",
    "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<iframe src={url}></iframe>",
    "<object data={url}></object>",
    "<embed src={url}>",
    "<video src={url} onerror={run} autoplay></video>",
    "<audio src={url} onerror={run}>",
    "<link rel=stylesheet href={url}>",
    "<link rel=prefetch href={url}>",
    "<link rel=dns-prefetch href={url}>",
    "<style>@import '{url}';</style>",
    "<style>body{{background:url({url})}}</style>",
    "<div style='background:url({url})'>",
    "<base href={url}>",
    "<meta http-equiv=refresh content='0;url={url}'>",
    "<body onload={run}>",
    "<details open ontoggle={run}>",
    "<input autofocus onfocus={run}>",
    "<select autofocus onfocus={run}>",
    "<textarea autofocus onfocus={run}>",
    "<marquee onstart={run}>",
    "<form action={url}><button autofocus>",
    "<a href='javascript:{run}' autofocus onfocus={run}>x</a>",
    "<math><mi xlink:href='javascript:{run}'>x</mi></math>",
    "<template><script>{run}</script></template>",
    "<noscript><img src=x onerror={run}></noscript>",
    "<dialog open onclose={run}>",
    "<p onpointerenter={run} onmouseover={run}>x",
    "<div hx-get='{url}' hx-trigger='load'>",
    "<div hx-on:load='{run}'>",
    "<div data-hx-get='{url}' data-hx-trigger='load'>",
    "<button data-key='a' data-first formaction='{url}'>",
)
ESCAPES = (
    "</title><script>{run}</script>",
    "</textarea><script>{run}</script>",
    "</style><script>{run}</script>",
    "</script><script>{run}</script>",
    "--><script>{run}</script>",
    "]]><script>{run}</script>",
    '"><script>{run}</script>',
    "'><script>{run}</script>",
    '" autofocus onfocus={run} x="',
    "' autofocus onfocus={run} x='",
    "` onerror={run}",
    "</mark><img src=x onerror={run}>",
    "javascript:{run}",
    "data:text/html,<script>{run}</script>",
    "{{{{ self.__init__.__globals__ }}}}",
    "{{% include '{url}' %}}",
    "&lt;script&gt;{run}&lt;/script&gt;",
    "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
)
PAYLOADS = [text.format(run=RUN, url=ELSEWHERE) for text in TAGS + ESCAPES]


def filled_with(app: App, payloads: list[str]) -> list[Record]:
    """A mail and a record for each, which say it wherever anything can be said."""
    records = []
    for number, bad in enumerate(payloads):
        head = Message(f"{number}@x{bad}", f"a@b.example{bad}", bad, subject=bad, sent_at="2026-01-14T09:12:00+01:00")
        document, data = paper(
            f"mail/{number}{bad.replace('/', '_')}.eml", DocumentKind.EMAIL, [f"Hello {bad}", f"We say {bad} {number}"], head
        )
        passages = tuple(
            Passage(content_id("psg", document.id, it.span.start), document.id, it.span, it.span.of(document.text), it.kind, Place())
            for it in document.blocks
        )
        reading = Reading((document,), passages, tuple(VECTOR for _ in passages), ())
        source = source_of(data, document.path, "message/rfc822")
        app.ledger.commit_reading("default", source, data, reading, pipeline="test", actor="test", at=AT)
        records.append(
            replace(
                PO_EXCEPTION,
                id=f"rec_bad{number:03d}",
                statement=bad,
                subject=bad,
                action=bad,
                handler=bad,
                re_entry=bad,
                authority_reason=bad,
                scope=(ScopeItem("party", bad),),
                conditions=(Condition(bad),),
                values=(Value(ValueKind.MONEY, 5000, "EUR", bad),),
                nearest=(NearMiss(bad, bad, 0.7, bad, PO_RULE.id),),
                evidence=(evidence(document, f"We say {bad} {number}"),),
                rivals=(),
            )
        )
    app.ledger.commit_records("default", [*RECORDS, *records], actor="test", at=AT)
    return records


def watch(page: Page, trouble: list[str]) -> None:
    """A request that the policy stopped counts too: nothing that papers say may get so far as to be asked for."""
    page.on("requestfailed", lambda request: trouble.append(f"stopped: {request.url}"))


@pytest.mark.slow
def test_sixty_payloads_in_every_field_run_nothing_and_ask_nobody(app: App, served: Callable[..., Site], visit: Go) -> None:
    assert len(set(PAYLOADS)) >= 60
    records = filled_with(app, PAYLOADS)
    site = served(app)
    seen = visit(site, "/review")
    watch(seen.page, seen.trouble)
    for record in records:
        seen.page.goto(f"{site.url}/records/{record.id}", wait_until="load")
        assert seen.page.input_value("#statement") == record.statement, record.id
        assert record.evidence[0].citation.quote in "".join(seen.page.locator("mark").all_text_contents()), record.id
    for path in ("/review", "/review?kind=exception", "/exceptions", "/documents"):
        seen.page.goto(site.url + path, wait_until="networkidle")
        assert seen.page.url.startswith(site.url)
    assert seen.trouble == []
