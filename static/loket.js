/* Loket's own script: small comforts on pages that work without it. No eval, no inline code, no outside address. */
"use strict";

(() => {
  const typing = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select";
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const meta = (name) => ($(`meta[name="${name}"]`) || {}).content || "";

  /* 1. One grammar of keys (docs/decisions/0057). In a form that changes something Enter goes on to the next field and
     Ctrl+Enter commits; in the last field of a form with one button Enter commits. What is marked data-final is reached
     by neither, and a fold marked data-aside is passed by. Letters act outside of fields only. */
  const asks = (form) => form && form.getAttribute("method") === "post" && !form.matches("[role=search]");
  const shown = (field) => field.offsetParent !== null && field.tabIndex >= 0 && !field.closest("details:not([open]) > :not(summary)");
  const submits = (field) => field.matches("button:not([type=button]), input[type=submit]");
  const commits = (field) => submits(field) && !("fill" in field.dataset) && !("final" in field.dataset);
  function fields(form) { return [...form.elements].filter((field) => !field.disabled && !field.readOnly && field.matches("input, select, textarea, button:not([type=button])") && shown(field)); }
  function nextStop(form, here) {
    const fold = here.closest("[data-aside]");
    const stops = fields(form).filter((field) => field === here || (!passed(field, here) && field.closest("[data-aside]") === fold
      && (field.type !== "radio" || (field.name !== here.name && (field.checked || first(form, field))))));
    return stops[stops.indexOf(here) + 1];
  }
  function passed(field, here) {
    return "final" in field.dataset || (field.dataset.fill && here.value !== "") || ("known" in field.dataset && field.value && !$(`[id="${field.id}-told"] .error`));
  }
  function first(form, radio) {
    const same = $$("input[type=radio]", form).filter((field) => field.name === radio.name);
    return !same.some((field) => field.checked) && same[0] === radio;
  }
  function goOn(form, here) {
    const next = nextStop(form, here);
    if (!next) return;
    next.focus();
    if (next.select && next.matches(typing)) next.select();
    if (commits(next) && fields(form).filter(commits).length === 1) next.click();
  }
  function commitButton(form) {
    const buttons = fields(form).filter(commits), main = buttons.filter((button) => button.matches(".btn-main"));
    return { button: main[0] || buttons[0], alone: main.length === 1 || buttons.length === 1 };
  }
  function commit(form) {
    const { button, alone } = commitButton(form);
    if (!button) return;
    button.focus();
    if (alone) button.click();
  }
  const prints = () => $$("main [data-print], main [aria-keyshortcuts='k']").filter((button) => button.offsetParent !== null);
  const letter = (key) => (key === "k" ? prints()[0] : $(`main [aria-keyshortcuts='${key}']`) || $(`[aria-keyshortcuts='${key}']`));
  const QUIET = "loket-letters-off";
  document.addEventListener("keydown", (event) => {
    const here = event.target, form = here.form || here.closest("form");
    if (event.key === "Enter" && event.repeat && !here.matches("textarea")) return event.preventDefault();
    if (event.altKey || event.metaKey || event.isComposing) return undefined;
    if (event.key === "Enter" && event.ctrlKey) {
      if (asks(form)) { event.preventDefault(); commit(form); }
    } else if (event.ctrlKey) return undefined;
    else if (event.key === "Enter") {
      if (asks(form) && here.matches("select, input:not([type=submit], [type=button], [type=file])")) { event.preventDefault(); goOn(form, here); }
    } else if (event.key === "/" && !here.matches(typing) && !$("dialog[open]") && !locked()) {
      const box = letter("/");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    } else if (/^[a-z?]$/.test(event.key) && !event.repeat && !here.matches("input, select, textarea") && !$("dialog[open]") && !locked()) {
      const target = localStorage.getItem(QUIET) ? null : letter(event.key);
      if (target) { event.preventDefault(); target.focus(); target.click(); }
    }
    return undefined;
  });

  /* The search box offers acts, pages and numbers while one types: arrows go through them, Escape leaves them. */
  const box = () => $(".search #q");
  let leaving = false;
  function leaveOffered() { const place = $("#offered"); if (place) place.replaceChildren(); }
  document.addEventListener("focusin", (event) => {
    if (event.target === box()) { if (!leaving && !$("#offered a")) window.htmx.trigger(event.target, "palette"); }
    else if (!event.target.closest(".search")) leaveOffered();
  });
  document.addEventListener("pointerdown", (event) => { if (!event.target.closest(".search")) leaveOffered(); });
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest(".search") || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
    if (event.key === "Escape" && !$("#offered a")) return;
    event.preventDefault();
    const stops = [box(), ...$$("#offered a")], at = stops.indexOf(event.target);
    leaving = event.key === "Escape";
    stops[leaving ? 0 : (at + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
    if (leaving) leaveOffered();
    leaving = false;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {  // what comes too late is not laid over the page
    if (event.detail.target.id === "offered" && !$(".search:focus-within")) event.detail.shouldSwap = false;
  });

  /* The list of keys is a page of the guide; here it is laid over the page, with the switch for single letters. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-keys]");
    if (!link || event.ctrlKey) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => null);
    const page = answer && answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page && $("main .guide", page);
    if (list) showKeys(list); else location.href = link.href;
  });
  /* What each key does on this page, asked of what bears the key: nothing tells it a second time. */
  function spokenName(target) {
    const named = (target.labels && target.labels[0]) || target, words = named.cloneNode(true);
    $$("kbd", words).forEach((key) => key.remove());
    return target.getAttribute("aria-label") || words.textContent.trim().replace(/\s+/g, " ");
  }
  function pageKeys() {
    const known = [...$$("main [aria-keyshortcuts]"), ...$$("[aria-keyshortcuts]")].map((one) => one.getAttribute("aria-keyshortcuts"));
    const rows = [...new Set([...known, "k"])].filter((key) => key !== "?" && letter(key)).map((key) => [key.toUpperCase(), spokenName(letter(key))]);
    const typed = $$("main form").filter((form) => asks(form) && fields(form).some((field) => field.matches(typing)));
    const { button, alone } = typed.length === 1 ? commitButton(typed[0]) : {};
    return alone ? [["Ctrl+Enter", spokenName(button)], ...rows] : rows;
  }
  function showKeys(list) {
    const make = (tag, text, into, ...kin) => { const made = document.createElement(tag); made.append(text, ...kin); if (into) into.append(made); return made; };
    const over = make("dialog", "", document.body), tick = make("input", "");
    tick.type = "checkbox"; tick.checked = !localStorage.getItem(QUIET);
    tick.addEventListener("change", () => (tick.checked ? localStorage.removeItem(QUIET) : localStorage.setItem(QUIET, "1")));
    over.className = "keys"; over.tabIndex = -1; over.setAttribute("aria-label", "Tombol papan ketik");
    make("h2", "Tombol papan ketik", over);
    make("h3", "Di halaman ini", over);
    const own = make("tbody", "", make("table", "", over));
    own.parentElement.className = "list tight";
    for (const [key, deed] of pageKeys()) make("tr", make("th", make("code", key)), own, make("td", deed)).firstChild.scope = "row";
    make("h3", "Di semua halaman", over);
    over.append(list);
    make("p", make("label", tick, null, " Tombol satu huruf berlaku di komputer ini"), over);
    const close = make("button", "Tutup", make("p", "", over));
    close.className = "btn btn-main"; close.addEventListener("click", () => over.close());
    over.addEventListener("close", () => over.remove());
    over.showModal();
    over.focus();
    over.scrollTop = 0;
  }

  /* What was done stands as a line until the page is left, on top or in the place of its form. It is said aloud politely,
     and the focus goes to what comes next. */
  const ACTS = "main a.btn-main, main form[method=post] button.btn-main:not([data-final])";
  function mainActs() { return $$(ACTS).filter((one) => one.matches("a") || fields(one.form).every(submits)); }
  function tellActs(line) {
    if (!line || $(".error-summary")) return;
    focusNext(line);
    if (location.hash) window.addEventListener("load", () => requestAnimationFrame(() => focusNext(line)));  // going to a part of the page takes the focus away
    setTimeout(() => $$("p:not(.row)", line).forEach((one) => one.replaceWith(one.cloneNode(true))), 100);  // a region speaks when its words come
  }
  /* What comes next on the page; where the act leads to a part of it, what comes next there, else the part itself. */
  function focusNext(line) {
    if (document.activeElement.matches("main *")) return;
    const part = document.getElementById(location.hash.slice(1));
    const all = [...$$("main [data-next], main [autofocus]"), ...$$("#first-work"), ...prints(), ...mainActs()];
    const shown = all.filter((one) => one.offsetParent !== null);
    const next = shown.find((one) => line.contains(one)) || shown.find((one) => !part || part.contains(one)) || part || line;
    if (next === part && !part.matches("a, button, input, select, textarea")) part.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });  // as little as possible: the page opens with its answer
  }

  /* A suggestion fills its fields and counts as typed there; without this script the same button posts the form. By
     keyboard it also goes on. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button || !button.form) return;
    const filled = button.dataset.fill.split(" ").map((name, at) => fill(button.form, name, button.dataset.value.split(" ")[at])).filter(Boolean);
    if (!filled.length) return;
    event.preventDefault();
    filled[0].focus();
    filled[0].dispatchEvent(new Event("change", { bubbles: true }));
    if (event.detail === 0) goOn(button.form, filled[filled.length - 1]);
  });
  function fill(form, name, value) {
    const named = form.elements.namedItem(name);
    const field = named instanceof RadioNodeList ? [...named].find((one) => one.value === value) : named;
    if (field && field.type === "radio") field.checked = true; else if (field) field.value = value;
    return field;
  }

  /* One act ticks all rows of a list; without this script the page comes again with them ticked. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-tick]"), form = link && link.closest("form");
    if (!form || event.ctrlKey) return;
    event.preventDefault();
    $$(`input[type=checkbox][name='${link.dataset.tick}']:not([data-apart])`, form).slice(0, link.dataset.most).forEach((box) => { box.checked = true; });
  });

  /* A known word completes what is begun. The rest is marked: typing on replaces it, Enter takes it, an arrow keeps it. */
  document.addEventListener("input", (event) => {
    const field = event.target, typed = field.value || "", length = typed.length;
    if (!field.dataset.complete || !/^insert/.test(event.inputType || "") || field.selectionEnd !== length) return;
    const word = field.dataset.complete.split("|").find((one) => one.length > length && one.toLowerCase().startsWith(typed.toLowerCase()));
    if (!word) return;
    field.value = typed + word.slice(length);
    field.setSelectionRange(length, word.length);
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
    if (field.matches("[data-working]")) { $("[role=status]", field).textContent = "Komputer kantor tidak menjawab. Dicoba lagi sendiri."; return; }
    if (field.matches(typing + ", input")) unsent.add(field);
    const place = field.dataset.saved ? $(field.dataset.saved) : $("#saved");
    const again = field.matches("form") ? "tekan tombolnya lagi." : "dicoba lagi sendiri.";
    const text = `Belum tersimpan: komputer kantor tidak menjawab. Isian masih di layar, ${again}`;
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
  /* A part that looks for itself does not come between a key and its answer: what was asked by hand goes first. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt.matches("[data-again]") && $("main .htmx-request:not([data-again])")) event.detail.shouldSwap = false;
  });
  /* An answer brings every place of a form; what already stands there is left alone: on a slow PC the rest is quick. */
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const part = event.detail.fragment.firstElementChild;
    if (part && event.detail.target.isEqualNode(part)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (Date.now() - sending < 5000) event.preventDefault(); });
  document.addEventListener("htmx:sendError", offline);
  document.addEventListener("htmx:timeout", offline);
  setInterval(() => { if (unsent.size && !locked()) retry(); }, 15000);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr && ([401, 423].includes(event.detail.xhr.status) || event.detail.xhr.status >= 500) && event.detail.elt.matches(typing + ", input")
      && !event.detail.elt.closest("#lock")) unsent.add(event.detail.elt);
  });
  /* Where the keyboard was before the lock came over the page, it is again; other windows are covered and opened too. */
  const windows = new BroadcastChannel("loket");
  let place = null, opened = 0;
  document.addEventListener("focusin", (event) => { if (!event.target.closest("#lock, [data-lock]")) place = event.target; });
  function uncover() {
    $("#lock").replaceChildren();
    opened += 1;
    if (place && place.isConnected) place.focus();
    retry();
    touched();
  }
  document.addEventListener("loket:unlocked", () => { uncover(); windows.postMessage("open"); });
  /* What was asked before the page was opened and comes back locked behind it does not lock it again; it is asked once more.
     Openings are counted: two moments of a coarse clock may be the same. */
  const asked = new WeakMap();
  document.addEventListener("htmx:beforeSend", (event) => asked.set(event.detail.xhr, opened));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "lock" && event.detail.xhr.status === 423 && asked.get(event.detail.xhr) < opened) {
      event.detail.shouldSwap = false;
      setTimeout(retry);
    }
  });
  /* Asked once: a second answer of a slow server would take away the PIN that is being typed, or lock what was just opened. */
  let covering = false;
  function cover() {
    if (!limit || locked() || covering) return;
    covering = true;
    const answered = () => { covering = false; };
    window.htmx.ajax("POST", meta("loket-lock"), { target: "#lock", swap: "innerHTML" }).then(answered, answered);
  }
  windows.addEventListener("message", (event) => { if (event.data === "open") { if (locked()) uncover(); } else cover(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "lock" || !locked()) return;
    $$("dialog[open]").forEach((dialog) => dialog.close());
    if (event.detail.requestConfig.path === meta("loket-lock")) windows.postMessage("locked");
  });

  /* 5. Idle lock: a word a minute before, then the server locks and covers the page; what was typed stays. */
  const limit = Number(meta("loket-idle")) * 1000;
  let last = Date.now(), told = Date.now(), warned = null;
  const locked = () => Boolean($("#lock .lock"));
  function touched() { last = Date.now(); if (warned) { warned.remove(); warned = null; } }
  for (const sign of ["keydown", "pointerdown", "wheel", "touchstart"]) document.addEventListener(sign, touched, { passive: true });
  function watch() {
    if (!limit || locked()) return;
    const idle = Date.now() - last;
    if (idle >= limit) cover();
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

  /* The name of a chosen file is shown; before, the browser's own "No file chosen" is not. */
  const markFile = (input) => input.classList.toggle("is-chosen", input.files.length > 0);
  document.addEventListener("change", (event) => { if (event.target.type === "file") markFile(event.target); });
  window.addEventListener("pageshow", () => document.querySelectorAll("input[type=file]").forEach(markFile));

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

  const showReveals = (root) => $$("[data-reveal], [data-print-page]", root).forEach((button) => { button.hidden = false; });
  document.addEventListener("htmx:afterSettle", (event) => {
    suggest(event.detail.elt);
    showErrors(event.detail.elt); ageToasts();
    showReveals(event.detail.elt);
    if (event.detail.elt.matches(".acted")) { tellActs(event.detail.elt); event.detail.elt.scrollIntoView({ block: "nearest" }); }
    const word = event.detail.elt.id === "lock" && $("input:not([type=hidden])", event.detail.elt);
    if (word) word.focus();
  });
  document.addEventListener("DOMContentLoaded", () => { showErrors(document); tellActs($("#acted")); showReveals(document); });
})();
