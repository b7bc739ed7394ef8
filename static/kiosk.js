/* The kiosk forgets: three minutes without a touch and the next visitor finds the first page. Works without it too. */
"use strict";

(() => {
  const home = document.querySelector(".masthead .brand");
  let last = Date.now();
  for (const sign of ["keydown", "pointerdown", "input", "scroll"]) document.addEventListener(sign, () => { last = Date.now(); }, { passive: true });
  setInterval(() => { if (home && document.forms.length && Date.now() - last > 180000) window.location.replace(home.href); }, 5000);
  for (const place of document.querySelectorAll("[data-left]")) {
    const field = document.getElementById(place.dataset.left);
    const tell = () => { const left = field.maxLength - field.value.length; place.textContent = left < 1000 ? ` Masih ada tempat untuk ${left} huruf.` : ""; };
    field.addEventListener("input", tell);
    tell();
  }
  // The slip of a queue number is the page itself: a kiosk with a printer prints it.
  for (const button of document.querySelectorAll("[data-print-page]")) { button.hidden = false; button.addEventListener("click", () => window.print()); }
  // A button pressed twice sends once.
  const rest = (form) => { for (const button of form.querySelectorAll("button")) { button.disabled = true; setTimeout(() => { button.disabled = false; }, 4000); } };
  // Leaving a page empties it, so that a browser that keeps it for "back" keeps nothing; coming back asks for it anew.
  window.addEventListener("pagehide", () => document.body.replaceChildren());
  for (const form of document.forms) form.addEventListener("submit", () => setTimeout(() => rest(form), 0));
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
})();
