// Keys for everything that has data-key, the overlay that lists them, the look, countdowns, and rows that j and k move along.
(function () {
  "use strict";
  const WAIT = 1200;
  let prefix = "", prefixAt = 0;

  function visible(element) { return element.offsetParent !== null || element.getClientRects().length > 0; }

  function writing(target) {
    return target.isContentEditable || target.matches("textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=button]):not([type=submit])");
  }

  function keyed() {
    const open = document.querySelector("dialog[open]");
    return Array.from((open || document).querySelectorAll("[data-key]")).filter(visible);
  }

  function act(element) {
    if (element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) { element.focus(); if (element.select) element.select(); }
    else if (element.matches("summary")) { element.parentElement.open = !element.parentElement.open; element.focus(); }
    else if (element.dataset.focus) { const to = document.querySelector(element.dataset.focus); if (to) { to.focus(); if (to.select) to.select(); } }
    else element.click();
  }

  function rows() { return Array.from(document.querySelectorAll("[data-row]")).filter(visible); }

  function move(step) {
    const all = rows();
    if (!all.length) return false;
    const at = all.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
    const to = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
    return true;
  }

  function showKeys() {
    const dialog = document.getElementById("keys"), list = document.getElementById("keys-list");
    const known = new Map([["j / k", "Down and up a list"], ["Enter", "Open what is marked"], ["Esc", "Leave a field, close a window"]]);
    for (const element of Array.from(document.querySelectorAll("[data-key]")).filter(visible)) {
      const name = element.dataset.help || element.textContent.trim();
      if (!known.has(element.dataset.key)) known.set(element.dataset.key, name);
    }
    list.replaceChildren();
    for (const [key, name] of known) {
      const term = document.createElement("dt"), told = document.createElement("dd"), kbd = document.createElement("kbd");
      kbd.textContent = key; term.append(kbd); told.textContent = name;
      list.append(term, told);
    }
    dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (writing(event.target)) { event.target.blur(); const main = document.getElementById("main"); if (main) main.focus({ preventScroll: true }); }
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const send = document.querySelector("[data-key='Ctrl+Enter']");
      if (send) { event.preventDefault(); send.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    const now = Date.now(), before = now - prefixAt < WAIT ? prefix : "";
    prefix = "";
    const wanted = before ? before + " " + event.key : event.key;
    const item = event.target.closest ? event.target.closest("[data-item]") : null;
    const own = item && !before ? item.querySelector("[data-row-key='" + CSS.escape(event.key) + "']") : null;
    if (own) { event.preventDefault(); act(own); return; }
    const found = keyed().find((element) => element.dataset.key === wanted);
    if (found) { event.preventDefault(); act(found); return; }
    if (!before && event.key === "j") { if (move(1)) event.preventDefault(); return; }
    if (!before && event.key === "k") { if (move(-1)) event.preventDefault(); return; }
    if (!before && keyed().some((element) => element.dataset.key.startsWith(event.key + " "))) { prefix = event.key; prefixAt = now; event.preventDefault(); }
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-help-open], [data-close], [data-open], [data-theme-switch], [data-print]");
    if (!target) return;
    if (target.matches("[data-help-open]")) showKeys();
    else if (target.matches("[data-close]")) target.closest("dialog").close();
    else if (target.matches("[data-print]")) window.print();
    else if (target.matches("[data-open]")) {
      const dialog = document.querySelector(target.dataset.open);
      if (dialog) { dialog.showModal(); const first = dialog.querySelector("[autofocus], input:not([type=hidden]), button"); if (first) first.focus(); }
    } else {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const shown = document.documentElement.dataset.theme || (dark ? "dark" : "light"), next = shown === "dark" ? "light" : "dark";
      document.documentElement.dataset.theme = next;
      try { localStorage.setItem("groundrule-theme", next); } catch (error) { /* the choice lasts as long as the page */ }
    }
  });

  // Views that somebody keeps under a name, in this browser: an address each.
  function views() {
    const place = document.querySelector("[data-views]"), list = document.querySelector("[data-view-list]");
    if (!place || !list || place.dataset.ready) return;
    place.dataset.ready = "1";
    const read = () => { try { return JSON.parse(localStorage.getItem("groundrule-views") || "{}"); } catch (error) { return {}; } };
    const show = () => {
      list.replaceChildren();
      for (const [name, query] of Object.entries(read())) {
        const item = document.createElement("li"), link = document.createElement("a");
        link.textContent = name; link.href = "/review?" + query; item.append(link); list.append(item);
      }
      if (window.htmx) window.htmx.process(list);
    };
    place.hidden = false;
    place.querySelector("input").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const name = event.target.value.trim(), kept = read();
      if (!name) return;
      kept[name] = location.search.replace(/^\?/, "");
      try { localStorage.setItem("groundrule-views", JSON.stringify(kept)); } catch (error) { return; }
      event.target.value = ""; event.target.blur(); show();
    });
    show();
  }

  // What was decided can be taken back for a while: the button counts down and goes.
  function countdowns() {
    for (const element of document.querySelectorAll("[data-countdown]:not([data-counting])")) {
      element.dataset.counting = "1";
      const until = Date.now() + Number(element.dataset.countdown) * 1000, shown = element.querySelector("[data-left]");
      const timer = setInterval(() => {
        const left = Math.ceil((until - Date.now()) / 1000);
        if (!element.isConnected) clearInterval(timer);
        else if (left <= 0) { clearInterval(timer); element.remove(); }
        else if (shown) shown.textContent = String(left);
      }, 250);
    }
  }

  function settle() {
    countdowns();
    views();
    const first = document.querySelector("[data-first]");
    if (first && !document.querySelector("dialog[open]") && (document.activeElement === document.body || document.activeElement === null)) first.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("groundrule:page"));
  }

  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("change", (event) => { const form = event.target.closest("form[data-live]"); if (form) form.requestSubmit(); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", settle); else settle();
})();
