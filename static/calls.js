/* The screen of the queue, and the board of the waiting room above which the last call stands, ask every two seconds who is called. A new call rings: two tones made here, and the number
   spoken where the browser itself has an Indonesian voice. Muted until somebody switches it on at this screen. */
"use strict";

(() => {
  const place = document.getElementById("calls"), button = document.querySelector("[data-sound]"), stale = document.querySelector(".stale");
  const keys = () => [...place.querySelectorAll("[data-call]")].map((one) => one.dataset.call);
  let sound = null, last = keys().sort().pop() || "", settled = last, asking = false, shown = "";
  const said = document.createElement("p");  // what a screen reader says: a call, once, and not the clock
  said.className = "hide"; said.setAttribute("role", "status");
  document.querySelector(".masthead").append(said);

  function tone(pitch, since) {
    const wave = sound.createOscillator(), strength = sound.createGain(), at = sound.currentTime + since;
    wave.frequency.value = pitch;
    strength.gain.setValueAtTime(0.5, at);
    strength.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
    wave.connect(strength).connect(sound.destination);
    wave.start(at);
    wave.stop(at + 0.9);
  }
  function speak(call) {
    const voice = window.speechSynthesis && speechSynthesis.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith("id"));
    if (!voice) return;
    const [letter, number] = call.dataset.number.split("-");
    const said = new SpeechSynthesisUtterance(`Nomor ${letter}, ${number.replace(/^0+/, "")}, ${call.dataset.counter}`);
    said.voice = voice; said.lang = voice.lang; said.rate = 0.85;
    speechSynthesis.speak(said);
  }
  function ring(calls) {
    if (!sound) return;
    tone(659, 0);
    tone(523, 0.45);
    setTimeout(() => calls.forEach(speak), 1200);
  }
  function show(page) {
    place.replaceChildren(...page.body.childNodes);
    const calls = [...place.querySelectorAll("[data-call]")].sort((one, other) => (one.dataset.call < other.dataset.call ? -1 : 1));
    for (const call of calls) call.classList.toggle("is-new", call.dataset.call > settled);
    const fresh = calls.filter((call) => call.dataset.call > last);
    if (!fresh.length) return;
    last = fresh[fresh.length - 1].dataset.call;
    setTimeout((key) => { settled = key; shown = ""; }, 10000, last);
    said.textContent = fresh.map((call) => `${call.dataset.number}, ${call.dataset.counter}`).join(". ");
    ring(fresh);
  }
  async function ask() {
    if (asking) return;
    asking = true;
    const answer = await fetch(place.dataset.calls, { cache: "no-store" }).catch(() => null);
    const text = answer && answer.ok ? await answer.text().catch(() => null) : null;
    if (stale) stale.hidden = text !== null;
    if (text !== null && text !== shown) { shown = text; show(new DOMParser().parseFromString(text, "text/html")); }
    asking = false;
  }
  function turnSound() {
    if (sound) { sound.close(); sound = null; } else { sound = new AudioContext(); ring([]); }
    button.setAttribute("aria-pressed", String(Boolean(sound)));
    button.textContent = sound ? "Matikan bunyi" : "Nyalakan bunyi";
  }
  if (button) { button.hidden = false; button.addEventListener("click", turnSound); }
  setInterval(ask, 2000);
})();
