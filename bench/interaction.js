/* From a key to its paint. `watchPaint(what)` is called before the key: "focus" waits for the next field,
   "answer" for what the server says of a field, a selector for something new in it; `paintTook()` is then milliseconds, or null. A page that a key leads to tells by its first paint. */
(() => {
  const key = "bench-key";
  let took = null;
  addEventListener("keydown", (event) => sessionStorage.setItem(key, performance.timeOrigin + event.timeStamp), true);
  const since = (moment) => performance.timeOrigin + moment - Number(sessionStorage.getItem(key));
  const painted = () => requestAnimationFrame(() => requestAnimationFrame((moment) => { took = since(moment); }));
  window.paintTook = () => took;
  window.watchPaint = (what) => {
    took = null;
    if (what === "focus") addEventListener("focusin", painted, { once: true });
    else if (what === "answer") addEventListener("htmx:afterOnLoad", painted, { once: true });
    else {
      const of = (node) => node.nodeType === 1 && (node.closest(what) || node.querySelector(what));
      const seen = new MutationObserver((records) => {
        if (!records.some((one) => one.target.closest(what) || [...one.addedNodes].some(of))) return;
        seen.disconnect();
        painted();
      });
      seen.observe(document.body, { childList: true, subtree: true });
    }
  };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") took = since(entry.startTime);
  }).observe({ type: "paint", buffered: true });
})();
