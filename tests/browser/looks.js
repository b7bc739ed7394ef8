/* What a page loses on a screen at 200 %, in forced colours and on paper: `looks` is asked by tests/browser/looks.py. */
"use strict";

window.looks = (() => {
  const SLACK = 1.5;  // pixels that rounding may take
  const APART = "data-set-apart", READ = "data-read";
  const style = (one, part) => getComputedStyle(one, part);
  /* Words for a screen reader alone, such as the head of a table that became records. */
  const spoken = (one) => { for (let box = one; box; box = box.parentElement) if (style(box).clipPath.startsWith("inset(50%")) return true; return false; };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !one.closest(".hide, .skip, script, style, select, datalist") && !spoken(one);
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const words = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);
  const name = (one) => {
    const kin = one.id ? `#${one.id}` : one.classList.length ? `.${[...one.classList].join(".")}` : "";
    const at = one.closest("[id], section, article, table, nav, form, header");
    return `${at && at !== one ? `${at.tagName.toLowerCase()}${at.id ? `#${at.id}` : ""} ` : ""}${one.tagName.toLowerCase()}${kin}`;
  };
  const tell = (one, text) => `${name(one)} “${words(text === undefined ? one.textContent || one.value || "" : text)}”`;
  const few = (found) => [...new Set(found)].slice(0, 12);

  /* Every piece of text that is to be seen: its element and its lines as boxes. */
  function texts(root) {
    const walker = document.createTreeWalker(root || document.body, NodeFilter.SHOW_TEXT), found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !seen(node.parentElement) || node.parentElement.closest("svg")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const lines = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
      if (lines.length) found.push({ node, one: node.parentElement, lines });
    }
    return found;
  }

  const hides = (how) => how === "hidden" || how === "clip";
  const scrolls = (how) => how === "auto" || how === "scroll";
  const placed = (one) => style(one).position;

  /* Text that a box cuts off, or that lies beside the page. `paper`: nothing scrolls there, what is too wide is gone. */
  function cut(paper) {
    const found = [];
    for (const { one, node, lines } of texts()) {
      let [sideways, down] = [true, true];
      for (let box = one; box && box !== document.documentElement && (sideways || down); box = box.parentElement) {
        const { overflowX, overflowY, textOverflow, display } = style(box);
        if (display === "inline" || display === "contents") continue;
        const around = box.getBoundingClientRect();
        const off = lines.some((line) => (sideways && (hides(overflowX) || (paper && scrolls(overflowX))) && (line.left < around.left - SLACK || line.right > around.right + SLACK))
          || (down && (hides(overflowY) || (paper && scrolls(overflowY))) && (line.top < around.top - SLACK - 4 || line.bottom > around.bottom + SLACK + 4)));
        if (off && textOverflow === "ellipsis" && !paper) { sideways = false; break; }  // a line that opens
        if (off) { found.push(`cut by ${name(box)}: ${tell(one, node.data)}`); break; }
        if (!paper && scrolls(overflowX)) sideways = false;
        if (!paper && scrolls(overflowY)) down = false;
        if (placed(box) === "fixed") [sideways, down] = [false, false];
      }
      const wide = document.documentElement.clientWidth;
      if (sideways && lines.some((line) => line.left < -SLACK || line.right > wide + SLACK)) found.push(`beside the page: ${tell(one, node.data)}`);
    }
    return few(found);
  }

  /* Where the line of a letter begins; the first after a soft hyphen has the hyphen's box too. */
  function lineOf(node, at) {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return Math.round([...range.getClientRects()].at(-1)?.top);
  }

  /* Words that a narrow cell parts over two lines without a hyphen; a soft hyphen ends a piece, numbers and codes may. */
  function parted() {
    const found = [];
    for (const { one, node } of texts()) {
      for (const { 0: word, index } of node.data.matchAll(/(?<!\p{N})\p{L}{2,}(?!\p{N})/gu)) {
        if (lineOf(node, index) !== lineOf(node, index + word.length - 1) && !one.closest(".code, .mono, pre")) found.push(`parted “${word}”: ${tell(one, node.data)}`);
      }
    }
    return few(found);
  }

  /* Boxes that scroll sideways: tables in a box of their own may, and an address that is copied whole. */
  function scrolling() {
    return few(all("body *").filter((one) => scrolls(style(one).overflowX) && one.scrollWidth > one.clientWidth + 1
      && !one.matches("textarea, input, .code-address") && !(one.matches(".scroll") && one.querySelector("table"))).map((one) => `scrolls sideways: ${name(one)}`));
  }

  /* The part of a box that its scrolling ancestors show. */
  function within(line, one) {
    let { left, right, top, bottom } = line;
    for (let box = one; box && box !== document.documentElement; box = box.parentElement) {
      const { overflowX, overflowY } = style(box), around = box.getBoundingClientRect();
      if (overflowX !== "visible") [left, right] = [Math.max(left, around.left), Math.min(right, around.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, around.top), Math.min(bottom, around.bottom)];
    }
    return { left, right, top, bottom };
  }
  const floats = (one) => { for (let box = one; box; box = box.parentElement) if (["sticky", "fixed"].includes(placed(box))) return true; return false; };

  /* Texts that lie upon each other, or upon a field. A line's box is taller than its letters: a fifth is left out. */
  function overlapping() {
    const parts = [];
    for (const { one, node, lines } of texts()) {
      if (floats(one) || one.closest("[aria-hidden=true]")) continue;
      for (const line of lines) {
        const { left, right, top, bottom } = within(line, one), trim = (bottom - top) * 0.2;
        if (right - left > 4 && bottom - top > 4) parts.push({ one, node, text: node.data, left: left + 2, right: right - 2, top: top + trim, bottom: bottom - trim });
      }
    }
    for (const one of all("input:not([type=hidden]), select, textarea")) {
      if (floats(one)) continue;
      const { left, right, top, bottom } = within(one.getBoundingClientRect(), one);
      if (right - left > 4 && bottom - top > 4) parts.push({ one, node: one, text: one.name, left: left + 1, right: right - 1, top: top + 1, bottom: bottom - 1 });
    }
    parts.sort((a, b) => a.top - b.top);
    const found = [];
    parts.forEach((a, at) => {
      for (let n = at + 1; n < parts.length && parts[n].top < a.bottom; n += 1) {
        const b = parts[n];
        if (a.node !== b.node && a.left < b.right && b.left < a.right) found.push(`overlap: ${tell(a.one, a.text)} and ${tell(b.one, b.text)}`);
      }
    });
    return few(found);
  }

  const controls = () => all("main a[href], main button:not([disabled]), main input:not([type=hidden], [disabled]), main select, main textarea, main summary, .masthead a[href], .masthead button, .masthead input:not([type=hidden])");
  /* Where a control is worn: the box that a ring or an edge may stand on. */
  const worn = (one) => [one, one.closest("label"), one.closest(".pick-file") && one.closest(".pick-file").querySelector(".btn")].filter(Boolean);

  /* Controls that lie under something else when the keyboard comes to them. */
  function covered() {
    const found = [];
    for (const one of controls()) {
      document.activeElement.blur();  // what has the focus already would not come into sight
      one.focus();
      const box = [...one.getClientRects()].find((part) => part.width > 1 && part.height > 1);
      if (!box) continue;
      const x = Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 2), y = Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 2);
      const top = document.elementFromPoint(x, y);
      if (box.bottom < 0 || box.top > innerHeight || !top || !(one.contains(top) || top.contains(one) || worn(one).includes(top.closest("label")))) found.push(`covered${top ? ` by ${name(top)}` : ""}: ${tell(one)}`);
    }
    if (document.activeElement) document.activeElement.blur();
    scrollTo(0, 0);
    return few(found);
  }

  /* Colours as numbers, and the contrast of two. */
  function rgb(colour) {
    const parts = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return { r: parts[0], g: parts[1], b: parts[2], a: parts.length > 3 ? parts[3] : 1 };
  }
  const light = ({ r, g, b }) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
  function ground(one) {
    for (let box = one; box; box = box.parentElement) { const colour = rgb(style(box).backgroundColor); if (colour.a > 0.5) return colour; }
    return { r: 255, g: 255, b: 255, a: 1 };
  }
  const same = (a, b) => a.r === b.r && a.g === b.g && a.b === b.b;
  const painted = (part) => rgb(part.backgroundColor).a > 0 || part.backgroundImage !== "none" || part.boxShadow !== "none";

  /* Marks what colour or shadow alone sets apart on the plain screen, and every text that is read there. */
  function remember() {
    for (const one of all("body *")) {
      const own = style(one), apart = [];
      if (!one.closest("svg")) {
        if (rgb(own.backgroundColor).a > 0 && !same(rgb(own.backgroundColor), ground(one.parentElement))) apart.push("ground");
        if (own.backgroundImage.includes("gradient")) apart.push("ground");
        if (own.boxShadow !== "none") apart.push("shadow");
        for (const part of ["::before", "::after"]) {
          const made = style(one, part);
          if (made.content !== "none" && made.content !== "normal" && made.display !== "none" && painted(made)) apart.push(part);
        }
      }
      if (apart.length) one.setAttribute(APART, apart.join(" "));
    }
    for (const { one } of texts(document.querySelector("main"))) one.setAttribute(READ, "");
  }
  const apart = (what) => all(`[${APART}~="${what}"]`);
  const edges = (part, on) => ["Top", "Right", "Bottom", "Left"].some((side) => parseFloat(part[`border${side}Width`]) >= 1
    && !["none", "hidden"].includes(part[`border${side}Style`]) && contrast(rgb(part[`border${side}Color`]), on) >= 3);

  /* In forced colours grounds and shadows go: what they alone set apart needs an edge, a shape of its own or a native control. */
  function forced(decoration) {
    const found = [];
    for (const what of ["ground", "shadow"]) {
      for (const one of apart(what)) {
        const own = style(one), on = ground(one.parentElement || one);
        if (one.matches(decoration) || one.matches("[type=checkbox], [type=radio], progress")) continue;
        if (edges(one.matches("tr") ? style(one.cells[0]) : own, on) || contrast(rgb(own.backgroundColor), on) >= 3) continue;
        found.push(`${what} lost: ${tell(one)}`);
      }
    }
    for (const part of ["::before", "::after"]) {
      for (const one of apart(part)) {
        const made = style(one, part), on = ground(one);
        if (/^".*\S.*"$/.test(made.content) || one.matches(decoration)) continue;
        const drawn = rgb(made.backgroundColor).a > 0.5 ? contrast(rgb(made.backgroundColor), on) : 0;
        const ring = made.boxShadow !== "none" ? contrast(rgb(made.boxShadow), on) : 0;
        const half = made.backgroundImage !== "none" ? contrast(rgb(made.color), on) : 0;
        if (!edges(made, on) && Math.max(drawn, ring, half) < 3) found.push(`${part} lost: ${tell(one)}`);
      }
    }
    for (const shape of all("svg.bar *, svg.units *, .legend svg *, svg.chart text")) {
      const own = style(shape), on = ground(shape.closest("svg"));
      if (!(shape instanceof SVGGraphicsElement) || shape.matches("defs *")) continue;
      const strong = [own.fill, own.stroke].some((colour) => colour !== "none" && rgb(colour).a > 0.5 && contrast(rgb(colour), on) >= 3);
      if (!strong) found.push(`figure lost: ${shape.tagName}.${shape.getAttribute("class")} of ${name(shape.closest("svg"))}`);
    }
    for (const one of all(".state, .tag")) if (!one.textContent.trim()) found.push(`a state without a word: ${tell(one.parentElement)}`);
    for (const one of controls()) {
      if (!one.matches("button, .btn, input:not([type=checkbox], [type=radio], [type=file]), select, textarea")) continue;
      const own = style(one);
      if (!edges(own, ground(one.parentElement)) && own.textDecorationLine !== "underline" && own.appearance === "none") found.push(`no edge: ${tell(one)}`);
    }
    return few([...found, ...ringless()]);
  }

  /* Controls on which no ring shows that the keyboard stands there. */
  function ringless() {
    const found = [];
    for (const one of controls()) {
      one.focus();
      const rung = worn(one).some((box) => { const own = style(box); return own.outlineStyle !== "none" && parseFloat(own.outlineWidth) >= 2 && contrast(rgb(own.outlineColor), ground(box.parentElement || box)) >= 3; });
      if (document.activeElement === one && !rung) found.push(`no ring: ${tell(one)}`);
    }
    if (document.activeElement) document.activeElement.blur();
    return few(found);
  }

  /* On paper: texts of the screen stay, rails and buttons go, what is coloured is printed as it is or says it in another way. */
  function printed(left, decoration) {
    const found = [];
    const alone = document.querySelector("main .prints-alone");
    for (const one of document.querySelectorAll(`[${READ}]`)) {
      if (!one.closest(left) && !seen(one) && (!alone || alone.contains(one))) found.push(`not printed: ${tell(one)}`);
    }
    for (const one of all(".btn, .asks, .rail, .masthead, button")) found.push(`printed: ${tell(one)}`);
    const exact = (part) => part.printColorAdjust === "exact";
    const white = { r: 255, g: 255, b: 255, a: 1 };
    for (const { one, node } of texts(document.querySelector("main"))) {
      const own = style(one);
      if (contrast(rgb(own.color), white) < 3 && !exact(own)) found.push(`pale on paper: ${tell(one, node.data)}`);
    }
    for (const what of ["ground", "shadow"]) {
      for (const one of apart(what)) {
        const own = style(one), colour = rgb(own.backgroundColor);
        if (what === "ground" && own.backgroundImage === "none" && (colour.a < 0.5 || contrast(colour, white) < 1.1)) continue;
        if (!one.matches(decoration) && !exact(own) && !edges(one.matches("tr") ? style(one.cells[0]) : own, white) && !one.matches("input, select, textarea, progress")) found.push(`${what} not printed: ${tell(one)}`);
      }
    }
    for (const part of ["::before", "::after"]) {
      for (const one of apart(part)) if (painted(style(one, part)) && !exact(style(one, part)) && !one.matches(decoration)) found.push(`${part} not printed: ${tell(one)}`);
    }
    return few(found);
  }

  /* What a browser without script gets: every form can be sent, and no button waits for a script that does not come. */
  function scriptless(html) {
    const page = new DOMParser().parseFromString(html, "text/html"), found = [], acts = [];
    for (const form of page.querySelectorAll("form")) {
      const method = (form.getAttribute("method") || "get").toUpperCase(), buttons = [...form.elements].filter((one) => one.matches("button:not([type=button]), input[type=submit]"));
      if (!form.hasAttribute("action") && !buttons.every((one) => one.hasAttribute("formaction"))) found.push(`a form without an address: ${name(form)}`);
      if (method === "POST" && !form.querySelector("[name=csrf_token]")) found.push(`a form without its token: ${form.getAttribute("action")}`);
      const waits = form.querySelector("a[href^='/saya'], button[aria-disabled=true]") || !form.querySelector("input:not([type=hidden]), select, textarea");  // a PIN first; greyed with its reason; nothing to send
      if (!form.matches("[role=search]") && !waits && !buttons.some((one) => !one.disabled && !one.hidden)) found.push(`a form without a button: ${form.getAttribute("action")}`);
      if (form.hasAttribute("action")) acts.push([form.getAttribute("action"), method]);
      acts.push(...buttons.filter((one) => one.hasAttribute("formaction")).map((one) => [one.getAttribute("formaction"), method]));
    }
    for (const one of page.querySelectorAll("button")) {
      if (!one.form && !one.hidden && !one.closest("[hidden], dialog")) found.push(`a button that only a script hears: ${tell(one)}`);
    }
    for (const one of page.querySelectorAll("[hx-get], [hx-post], [hx-put], [hx-delete]")) {
      const alone = one.matches("a[href]") || one.closest("form") || /every|load/.test(one.getAttribute("hx-trigger") || "");
      if (!alone) found.push(`only a script asks: ${tell(one)}`);
    }
    return { found: few(found), acts };
  }

  return { cut, parted, scrolling, overlapping, covered, remember, forced, printed, scriptless };
})();
