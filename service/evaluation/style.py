"""The report's one style sheet, for light and dark, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

#: Shades by share of a row, weakest first: cells that fit, cells that are off; each with the colour of the text on it.
LIGHT = {
    "fit": ("#dce9f8 #16202c", "#b5d2f2 #16202c", "#84b4e8 #16202c", "#2c6cba #ffffff", "#1b4f95 #ffffff"),
    "off": ("#fdeada #16202c", "#f9d0a6 #16202c", "#f1ab6c #16202c", "#b5501a #ffffff", "#86380b #ffffff"),
}
DARK = {
    "fit": ("#1c2d43 #e8edf4", "#24456a #e8edf4", "#2c5f97 #ffffff", "#6ea8e6 #10161e", "#aed0f6 #10161e"),
    "off": ("#38271b #f2e7dd", "#5a371b #f2e7dd", "#84491a #ffffff", "#e39a55 #10161e", "#f7cb99 #10161e"),
}
LIGHT_INKS = {
    "paper": "#ffffff",
    "raised": "#f5f7fa",
    "ink": "#16202c",
    "quiet": "#556070",
    "line": "#d5dbe3",
    "good": "#17683a",
    "bad": "#a32a1b",
}
DARK_INKS = {
    "paper": "#12161c",
    "raised": "#1a2029",
    "ink": "#e8edf4",
    "quiet": "#a3aebc",
    "line": "#323c49",
    "good": "#7bd39c",
    "bad": "#ff9b8a",
}

_RULES = """
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .5rem; padding-top: .9rem; border-top: 1px solid var(--line) }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .4rem }
p { margin: .4rem 0 .8rem; max-width: 46rem }
.quiet, .note { color: var(--quiet) }
.gate { border: 1px solid var(--line); border-left: .4rem solid var(--quiet); border-radius: .3rem; background: var(--raised);
  padding: .7rem 1rem; margin: 1.2rem 0 }
.gate.good { border-left-color: var(--good) } .gate.bad { border-left-color: var(--bad) }
.gate strong { display: block } .gate ul { margin: .3rem 0 0; padding-left: 1.2rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: .6rem 0 1rem }
th, td { text-align: left; padding: .32rem .8rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-weight: 600; color: var(--quiet); font-size: .88rem }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.better { color: var(--good) } .worse { color: var(--bad) }
.meter { vertical-align: middle }
.trough { fill: var(--line) } .level { fill: var(--fit4) } .level.off { fill: var(--off4) }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: flex-start }
svg.picture { max-width: 100%; height: auto; display: block; margin: .4rem 0 .8rem }
.wide svg.picture { max-width: none }
svg text { font-family: inherit; fill: var(--ink); font-size: 14px }
svg text.axis { fill: var(--quiet); font-size: 14px; font-weight: 600 }
svg text.quiet { fill: var(--quiet); font-size: 13px; font-variant-numeric: tabular-nums }
svg text.on { font-size: 16px; font-weight: 600; font-variant-numeric: tabular-nums }
svg text.small { font-size: 12px; font-weight: 400 }
.cell { stroke: var(--line); stroke-width: 1 } rect.blank { fill: var(--raised) }
rect.fit0 { stroke: var(--fit4); stroke-dasharray: 4 3 }
svg text.on.blank { fill: var(--quiet); font-weight: 400; font-size: 14px }
.grid { stroke: var(--line) } .edge { stroke: var(--quiet); stroke-width: 1 }
.ideal { stroke: var(--quiet); stroke-dasharray: 5 4 }
.bar { fill: var(--fit2) } .count { fill: var(--fit3) }
.whisker { stroke: var(--ink); stroke-width: 1.5 } .dot { fill: var(--fit5); stroke: var(--paper); stroke-width: 1.5 }
details { margin: .5rem 0 } summary { cursor: pointer; font-weight: 600; padding: .2rem 0 }
article { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .8rem 0; max-width: 52rem; overflow-wrap: anywhere }
article p { margin: .1rem 0 }
.tag { display: inline-block; border: 1px solid var(--line); border-radius: .3rem; padding: 0 .4rem; margin-right: .4rem; font-size: .85rem;
  background: var(--raised) }
blockquote { margin: .25rem 0; padding: 0; font-style: italic; white-space: pre-line }
blockquote::before { content: "\\201C" } blockquote::after { content: "\\201D" }
code { font: .88em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace }
.key { display: inline-block; width: 1rem; height: .8rem; border-radius: .2rem; vertical-align: baseline; margin: 0 .3rem 0 .8rem }
.key.fit { background: var(--fit4) } .key.off { background: var(--off4) }
@media print { body { max-width: none } details > * { display: block } }
"""


def sheet() -> str:
    """The whole style sheet; the same each time."""
    light, dark = _variables(LIGHT, LIGHT_INKS), _variables(DARK, DARK_INKS)
    shades = [f"{side}{at}" for side in LIGHT for at in range(1, 6)]
    cells = "".join(f"rect.{shade} {{ fill: var(--{shade}) }} svg text.on.{shade} {{ fill: var(--on-{shade}) }}\n" for shade in shades)
    return f":root {{ color-scheme: light dark; {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{_RULES}{cells}"


def _variables(shades: Mapping[str, tuple[str, ...]], inks: Mapping[str, str]) -> str:
    lines = [f"--{name}: {colour}" for name, colour in inks.items()]
    for side, pairs in shades.items():
        for at, pair in enumerate(pairs, 1):
            ground, text = pair.split()
            lines += [f"--{side}{at}: {ground}", f"--on-{side}{at}: {text}"]
    return "; ".join(lines)


def policy(style: str) -> str:
    """A content security policy: no scripts, no requests, and no style but this one."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
