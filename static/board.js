/* The screen of the waiting room shows what fits its height and turns to the rest, column by column, page by page. */
"use strict";

(() => {
  const main = document.querySelector("main[data-turns]"), told = document.querySelector(".turn");
  let page = 0;
  const gap = () => parseFloat(getComputedStyle(main).columnGap) || 0;
  const width = () => main.clientWidth - parseFloat(getComputedStyle(main).paddingLeft) * 2 + gap();
  const count = () => Math.ceil((main.scrollWidth - main.clientWidth) / width() - 0.05) + 1;
  function show(asked) {
    const pages = count();
    page = asked % pages;
    main.scrollLeft = page * width();
    told.hidden = pages < 2;
    told.textContent = `Halaman ${page + 1} dari ${pages}`;
  }
  setInterval(() => show(page + 1), Number(main.dataset.turns) * 1000);
  window.addEventListener("resize", () => show(0));
  window.addEventListener("load", () => show(0));
})();
