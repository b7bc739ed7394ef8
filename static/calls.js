/* The screen of the queue asks every two seconds who is called. A new call rings: two tones made here, and the number
   spoken where the browser itself has an Indonesian voice. Muted until somebody switches it on at this screen. */
"use strict";

(() => {
  const place = document.getElementById("calls"), button = document.querySelector("[data-sound]"), stale = document.querySelector(".stale");
  const keys = () => [...place.querySelectorAll("[data-call]")].map((one) => one.dataset.call);
  let sound = null, last = keys().sort().pop() || "", asking = false;

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
    const fresh = [...place.querySelectorAll("[data-call]")].filter((one) => one.dataset.call > last);
    if (!fresh.length) return;
    fresh.sort((one, other) => (one.dataset.call < other.dataset.call ? -1 : 1));
    last = fresh[fresh.length - 1].dataset.call;
    fresh.forEach((one) => one.classList.add("is-new"));
    ring(fresh);
  }
  async function ask() {
    if (asking) return;
    asking = true;
    const answer = await fetch(place.dataset.calls, { cache: "no-store" }).catch(() => null);
    const text = answer && answer.ok ? await answer.text().catch(() => null) : null;
    stale.hidden = text !== null;
    if (text !== null) show(new DOMParser().parseFromString(text, "text/html"));
    asking = false;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    if (sound) { sound.close(); sound = null; } else { sound = new AudioContext(); ring([]); }
    button.setAttribute("aria-pressed", String(Boolean(sound)));
    button.textContent = sound ? "Matikan bunyi" : "Nyalakan bunyi";
  });
  setInterval(ask, 2000);
})();
