/* Loket's own script: small comforts on pages that work without it. No eval, no inline code, no outside address. */
"use strict";

(() => {
  const typing = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select";
  const stops = "input:not([type=hidden]):not([disabled]):not([readonly]), select:not([disabled]), textarea:not([disabled]), button:not([type=button])";
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const meta = (name) => ($(`meta[name="${name}"]`) || {}).content || "";

  /* 1. Keys: "/" goes to the search box; Enter goes to the next field of a form that asks for it. */
  function nextStop(form, here) {
    const group = here.type === "radio" ? $$("input", form).filter((field) => field.name === here.name) : [here];
    const fields = $$(stops, form).filter((field) => field === here
      || (!skipped(field, here) && !group.includes(field) && field.offsetParent !== null && !field.closest("details:not([open])") && (field.type !== "radio" || field.checked || first(form, field))));
    return fields[fields.indexOf(here) + 1];
  }
  function skipped(field, here) { return field.tabIndex < 0 || (field.dataset.fill && here.value !== ""); }
  function first(form, radio) {
    const same = $$("input[type=radio]", form).filter((field) => field.name === radio.name);
    return !same.some((field) => field.checked) && same[0] === radio;
  }
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const here = event.target;
    if (event.key === "/" && !here.matches(typing)) {
      const box = $("[aria-keyshortcuts='/']");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (event.key === "c" && !here.matches(typing)) {
      const copy = $("[aria-keyshortcuts='c']");
      if (copy) copy.click();
    } else if (event.key === "Enter" && here.matches("input, select") && here.form && here.form.dataset.enter === "next") {
      const next = nextStop(here.form, here);
      if (next) { event.preventDefault(); next.focus(); if (next.select && next.matches(typing)) next.select(); }
    }
  });

  /* A suggestion fills its field and counts as typed there; without this script the same button posts the form. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button || !button.form) return;
    const value = button.dataset.value, named = button.form.elements.namedItem(button.dataset.fill);
    const field = named instanceof RadioNodeList ? [...named].find((one) => one.value === value) : named;
    if (!field) return;
    event.preventDefault();
    if (field.type === "radio") field.checked = true; else field.value = value;
    field.focus();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

  /* 2. Errors take the focus once, after a page or a fragment brings them. */
  function showErrors(root) {
    const summary = $(".error-summary", root);
    if (summary) summary.focus();
  }

  /* 3. Toasts leave after eight seconds unless they offer something to do or the pointer rests on them. */
  function ageToasts() {
    for (const toast of $$("#toasts .toast:not([data-aged])")) {
      toast.dataset.aged = "1";
      if ($("a, button", toast)) continue;
      const leave = () => (toast.matches(":hover") ? setTimeout(leave, 2000) : toast.remove());
      setTimeout(leave, 8000);
    }
  }
  function say(text, stays) {
    const toast = document.createElement("div"), line = document.createElement("p");
    toast.className = "toast"; line.textContent = text; toast.append(line);
    if (stays) toast.dataset.aged = "1";
    const place = $("#toasts");
    if (place) { place.append(toast); ageToasts(); }
    return toast;
  }

  /* 4. Fields saved when left. What could not be sent is kept in mind and sent again, never dropped. */
  const unsent = new Set();
  function offline(event) {
    const field = event.detail.elt;
    if (field.matches(typing + ", input")) unsent.add(field);
    const place = field.dataset.saved ? $(field.dataset.saved) : $("#saved");
    const text = "Belum tersimpan: komputer kantor tidak menjawab. Isian masih di layar, dicoba lagi sendiri.";
    if (place) place.textContent = text; else say(text);
  }
  function retry() {
    const fields = [...unsent];
    unsent.clear();
    for (const field of fields) if (field.isConnected) window.htmx.trigger(field, "change");
  }
  /* A form that is being sent carries every field itself; a save that still waits its turn would only come too late. */
  let sending = 0;
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented && event.target.target !== "_blank") sending = Date.now(); });
  /* The page stays when a file is fetched: the PIN that was typed for it does not. */
  document.addEventListener("submit", (event) => {
    if ("forget" in event.target.dataset) setTimeout(() => { for (const field of event.target.querySelectorAll("[type=password]")) field.value = ""; });
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (Date.now() - sending < 5000) event.preventDefault(); });
  document.addEventListener("htmx:sendError", offline);
  document.addEventListener("htmx:timeout", offline);
  setInterval(() => { if (unsent.size && !locked()) retry(); }, 15000);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr && (event.detail.xhr.status === 423 || event.detail.xhr.status >= 500) && event.detail.elt.matches(typing + ", input")
      && !event.detail.elt.closest("#lock")) unsent.add(event.detail.elt);
  });
  document.addEventListener("loket:unlocked", () => { $("#lock").replaceChildren(); retry(); touched(); });

  /* 5. Idle lock: a word a minute before, then the server locks and covers the page; what was typed stays. */
  const limit = Number(meta("loket-idle")) * 1000;
  let last = Date.now(), told = Date.now(), warned = null;
  const locked = () => Boolean($("#lock .lock"));
  function touched() { last = Date.now(); if (warned) { warned.remove(); warned = null; } }
  for (const sign of ["keydown", "pointerdown", "wheel", "touchstart"]) document.addEventListener(sign, touched, { passive: true });
  function watch() {
    if (!limit || locked()) return;
    const idle = Date.now() - last;
    if (idle >= limit) window.htmx.ajax("POST", meta("loket-lock"), { target: "#lock", swap: "innerHTML" });
    else if (idle >= limit - 60000 && !warned) warned = say("Layar dikunci satu menit lagi. Tekan tombol apa saja untuk lanjut.", true);
    else if (last > told && Date.now() - told > limit / 3) {
      told = Date.now();
      fetch(meta("loket-awake"), { method: "POST", headers: { "X-CSRFToken": meta("csrf-token"), "HX-Request": "true" } }).catch(() => {});
    }
  }
  if (limit) setInterval(watch, Math.min(15000, limit / 4));

  /* 6. After printing: the question about the paper takes the focus when the officer comes back to this window. */
  let printed = null;
  document.addEventListener("click", (event) => {
    const print = event.target.closest("[data-print]");
    if (print) printed = print.dataset.print;
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
    const words = event.target.closest("[data-copy-text]");
    const shown = words && document.getElementById(words.dataset.copyText);
    if (shown) toClipboard(shown.textContent.trim(), [shown], "Disalin.");
  });
  window.addEventListener("focus", () => {
    const question = printed && document.getElementById(printed);
    printed = null;
    if (question) { question.hidden = false; question.focus(); }
  });

  /* 7. Copying shown numbers for SIAK; several are parted by a tab, as between two cells. */
  function copyText(button) {
    const texts = button.dataset.copy.trim().split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    if (texts.length) toClipboard(texts.map((source) => source.textContent.replace(/\s+/g, "")).join("\t"), texts, "Disalin. Tempel di SIAK.");
  }
  /* Without TLS a browser has no navigator.clipboard: then the old way of copying, else the officer's own Ctrl+C. */
  function toClipboard(text, sources, told) {
    const oldWay = () => {
      const fill = (event) => { event.clipboardData.setData("text/plain", text); event.preventDefault(); };
      window.getSelection().setBaseAndExtent(sources[0], 0, sources[0], sources[0].childNodes.length);
      document.addEventListener("copy", fill);
      const copied = document.execCommand("copy");
      document.removeEventListener("copy", fill);
      const next = sources.length > 1 ? " Salin yang berikutnya dengan tombolnya sendiri." : "";
      say(copied ? told : "Peramban tidak mau menyalin sendiri. Teksnya sudah ditandai: tekan Ctrl+C." + next, !copied);
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say(told), oldWay);
    else oldWay();
  }

  /* 8. What follows from a choice is suggested in other fields, but never over something typed there. */
  function suggest(root) {
    for (const hint of root.querySelectorAll("[data-suggest]")) {
      const field = document.getElementById(hint.dataset.suggest);
      if (field && (!field.value || field.value === field.dataset.suggested)) field.value = field.dataset.suggested = hint.value;
    }
  }

  /* 9. A password that is being chosen may be looked at; a page that is a note prints itself. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reveal]"), field = button && document.getElementById(button.dataset.reveal);
    if (field) {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", shown);
      button.firstChild.textContent = shown ? "Sembunyikan" : "Tampilkan";
    }
    if (event.target.closest("[data-print-page]")) window.print();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    suggest(event.detail.elt);
    showErrors(event.detail.elt); ageToasts();
    const word = event.detail.elt.id === "lock" && $("input:not([type=hidden])", event.detail.elt);
    if (word) word.focus();
  });
  document.addEventListener("DOMContentLoaded", () => { showErrors(document); ageToasts(); for (const button of $$("[data-reveal]")) button.hidden = false; });
})();
