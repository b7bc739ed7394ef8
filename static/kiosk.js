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
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
})();
