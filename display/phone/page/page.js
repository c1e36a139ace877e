"use strict";
// Shows what the hall says, in the hall's own words; vibrates once for each call; says so only when it is seen.
const at = (id) => document.getElementById(id);
const PATTERN = [400, 200, 400, 200, 400, 600, 400, 200, 400, 200, 400];
const SILENCE = 40000; // milliseconds: the hall says something every fifteen seconds
const AGAIN = 5000; // milliseconds from one warning to the next
const HUSH = 4000; // milliseconds that a broken line is not worth a word
let line = null, heard = Date.now(), shown = { call: "", mood: "" }, done = "", sounding = false, sound = null;

function pair(zh, en) {
  const parts = [document.createElement("span"), document.createElement("span")];
  parts[0].textContent = zh;
  parts[1].textContent = en;
  parts[1].lang = "en";
  return parts;
}

function say(id, zh, en) { at(id).replaceChildren(...pair(zh, en)); }

function show(view) {
  shown = view;
  document.body.dataset.mood = view.mood;
  at("number").textContent = view.number;
  at("head-zh").textContent = view.head[0];
  at("head-en").textContent = view.head[1];
  document.title = [view.number, view.head[0]].filter(Boolean).join(" ");
  at("lines").replaceChildren(...view.lines.filter((words) => words[0]).map((words) => {
    const item = document.createElement("li");
    item.append(...pair(...words));
    return item;
  }));
  at("leave").hidden = !view.leaves;
  tell();
  warn(view.mood === "leave");
}

let warning = null; // while the hall is being left, the phone shakes again and again
function warn(on) {
  if (on === Boolean(warning)) return;
  if (!on) { clearInterval(warning); warning = null; return; }
  const shake = () => {
    if (navigator.vibrate) navigator.vibrate(PATTERN);
    if (sounding) chime();
  };
  warning = setInterval(shake, AGAIN);
  shake();
}

function tell() { // a page that nobody looks at has told nobody
  if (!shown.call || shown.call === done || document.visibilityState !== "visible") return;
  done = shown.call;
  const shaken = Boolean(navigator.vibrate && navigator.vibrate(PATTERN));
  if (sounding) chime();
  const how = shaken ? "vibrated" : "shown";
  const where = location.pathname + "/seen?call=" + encodeURIComponent(shown.call) + "&how=" + how;
  fetch(where, { method: "POST", keepalive: true }).catch(() => { done = ""; setTimeout(tell, 2000); });
}

function chime() { // two quiet notes
  sound = sound || new AudioContext();
  [[660, 0], [550, 0.45]].forEach(([pitch, after]) => {
    const note = sound.createOscillator(), force = sound.createGain(), from = sound.currentTime + after;
    note.frequency.value = pitch;
    force.gain.setValueAtTime(0.15, from);
    force.gain.exponentialRampToValueAtTime(0.001, from + 0.9);
    note.connect(force).connect(sound.destination);
    note.start(from);
    note.stop(from + 0.9);
  });
}

function connect() {
  if (line) line.close();
  heard = Date.now();
  line = new EventSource(location.pathname + "/live");
  line.onmessage = (event) => { alive(); show(JSON.parse(event.data)); };
  line.addEventListener("beat", alive);
}

function alive() { heard = Date.now(); at("lost").hidden = true; }

setInterval(() => {
  const silent = Date.now() - heard;
  const broken = line.readyState !== EventSource.OPEN;
  if ((broken && silent > HUSH) || silent > SILENCE) at("lost").hidden = false;
  if (line.readyState === EventSource.CLOSED || silent > SILENCE) connect();
}, 3000);

async function stayAwake() { // where the phone allows it, the screen stays lit
  try { await navigator.wakeLock.request("screen"); } catch { /* then the visitor keeps it lit */ }
}

at("shake").onclick = () => {
  const can = Boolean(navigator.vibrate && navigator.vibrate(200));
  at("shake").disabled = true;
  if (can) say("shake", "会震动，刚才试过一下", "It will vibrate, as it just did");
  else say("shake", "这台手机不能震动，请看屏幕", "This phone cannot vibrate: watch the screen");
  stayAwake();
};
at("sound").onclick = () => {
  sounding = !sounding;
  at("sound").setAttribute("aria-pressed", String(sounding));
  if (sounding) say("sound", "声音：开", "Sound: on"); else say("sound", "声音：关", "Sound: off");
  if (sounding) chime();
};
function large(on) {
  document.documentElement.classList.toggle("large", on);
  at("size").setAttribute("aria-pressed", String(on));
  try { localStorage.setItem("large", on ? "1" : ""); } catch { /* it forgets, that is all */ }
}
at("size").onclick = () => large(!document.documentElement.classList.contains("large"));
try { large(localStorage.getItem("large") === "1"); } catch { large(false); }
let sure = null; // a place is given up by two touches, never by one
function stay() { sure = null; say("leave", "不等了，取消号票", "Give up my place"); }
at("leave").onclick = async () => {
  if (!sure) {
    sure = setTimeout(stay, 6000);
    say("leave", "再点一次就取消，不能恢复", "Touch again: it cannot be undone");
    return;
  }
  clearTimeout(sure);
  const told = await fetch(location.pathname + "/cancel", { method: "POST" }).catch(() => null);
  sure = null;
  if (told && told.ok) stay();
  else say("leave", "没有取消成，请再试一次", "It was not cancelled: try again");
};
stay();
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { tell(); connect(); } });
connect();
