// The page on which one talks to the house: a button, what was said, and the connection behind them.

import { Loudspeaker } from "./loudspeaker.js";

const TAP_MS = 400; // shorter than this was a tap, not a hold
const AGAIN_MS = [1000, 30000]; // how long to wait before connecting again, at first and at most
const STAGES = {
  idle: "Ready.",
  listening: "I am listening.",
  thinking: "One moment.",
  asking: "One moment.",
  speaking: "I am speaking; talk to interrupt me.",
  "follow-up": "I am still listening.",
  call: "You are talking with another room. Press the button to hang up.",
};

const at = (id) => document.getElementById(id);
const [form, talk, button, level, said] = ["hello", "talk", "button", "level", "said"].map(at);

let socket = null;
let stage = "idle";
let isHeld = false;
let pressedAt = 0;
let wasReady = false;
let againMs = AGAIN_MS[0];
let hello = null; // what to say first; none: nobody wants to be connected
let microphone = null;
const loudspeaker = new Loudspeaker((answer) => send({ type: "played", answer }));

function status(text) {
  at("status").textContent = text;
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(message instanceof Int16Array ? message : JSON.stringify(message));
}

// The microphone

async function openMicrophone() {
  const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const [context, source] = listening(stream);
  await context.audioWorklet.addModule(new URL("./microphone.js", import.meta.url));
  const pieces = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  pieces.port.onmessage = ({ data }) => onPiece(data);
  source.connect(pieces);
  stream.getAudioTracks()[0].addEventListener("ended", () => leave("The microphone is gone; plug it in and connect again."));
  return { stream, context };
}

function listening(stream) {
  let context = new AudioContext({ sampleRate: 16000 });
  try {
    return [context, context.createMediaStreamSource(stream)];
  } catch {
    // Firefox connects a microphone only to a context of its own rate; the worklet converts.
    context.close();
    context = new AudioContext();
    return [context, context.createMediaStreamSource(stream)];
  }
}

function onPiece(piece) {
  const power = piece.reduce((sum, sample) => sum + sample * sample, 0) / piece.length;
  level.value = 10 * Math.log10(power / 32768 ** 2 + 1e-6);
  // Between turns nothing leaves this browser.
  if (isHeld || stage !== "idle") send(piece);
}

// The button: held, or tapped twice

function press() {
  loudspeaker.wake();
  microphone?.context.resume();
  isHeld = true;
  button.setAttribute("aria-pressed", "true");
  send({ type: "pressed" });
}

function release() {
  if (!isHeld) return;
  isHeld = false;
  button.setAttribute("aria-pressed", "false");
  send({ type: "released" });
}

function down() {
  if (isHeld) {
    pressedAt = -Infinity; // the second tap: letting go ends it
    return;
  }
  pressedAt = performance.now();
  press();
}

function up() {
  if (performance.now() - pressedAt >= TAP_MS) release();
}

const isKey = (event) => event.key === " " || event.key === "Enter";
button.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  button.setPointerCapture(event.pointerId);
  down();
});
button.addEventListener("pointerup", up);
button.addEventListener("pointercancel", release);
button.addEventListener("contextmenu", (event) => event.preventDefault());
button.addEventListener("keydown", (event) => {
  if (!isKey(event)) return;
  event.preventDefault();
  if (!event.repeat) down();
});
button.addEventListener("keyup", (event) => {
  if (!isKey(event)) return;
  event.preventDefault();
  up();
});
// A screen reader clicks without a pointer.
button.addEventListener("click", (event) => {
  if (event.detail === 0) (isHeld ? release : press)();
});
document.addEventListener("visibilitychange", () => document.hidden && release());

// The connection

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/voice`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => send(hello));
  socket.addEventListener("message", ({ data }) => (data instanceof ArrayBuffer ? loudspeaker.play(data) : onTold(JSON.parse(data))));
  socket.addEventListener("close", onClose);
}

function onTold(told) {
  switch (told.type) {
    case "ready":
      againMs = AGAIN_MS[0];
      wasReady = true;
      button.disabled = false;
      status(STAGES.idle);
      break;
    case "stage":
      onStage(told.stage);
      break;
    case "sound":
      loudspeaker.begin(told.rate_hz);
      break;
    case "end":
      loudspeaker.end(told.answer);
      break;
    case "stop":
      loudspeaker.stop();
      break;
    case "transcript":
      note(told.said, told.reply);
      break;
    case "error":
      status([told.message, told.remedy].filter(Boolean).join("; "));
      break;
  }
}

function onStage(next) {
  // A tap that nobody ends: what was said is understood already.
  if (stage === "listening" && next !== "listening" && isHeld) release();
  stage = next;
  status(STAGES[next] ?? next);
}

function note(words, reply) {
  const item = document.createElement("li");
  const quote = document.createElement("q");
  quote.textContent = words;
  item.append(...(words ? [quote, " "] : []), reply);
  said.append(item);
  while (said.children.length > 20) said.firstElementChild.remove();
}

function onClose({ code, reason }) {
  release();
  loudspeaker.stop();
  button.disabled = true;
  stage = "idle";
  if (hello === null) return;
  // After a network that broke off, the house may take a while to see that we are gone.
  if (code === 1008 && !(reason === "name-taken" && wasReady)) {
    leave();
    return;
  }
  status("The connection was lost; trying again.");
  setTimeout(() => hello && connect(), againMs);
  againMs = Math.min(againMs * 2, AGAIN_MS[1]);
}

function leave(why = "") {
  hello = null;
  wasReady = false;
  socket?.close();
  microphone?.stream.getTracks().forEach((track) => track.stop());
  microphone?.context.close();
  microphone = null;
  form.hidden = false;
  talk.hidden = true;
  if (why) status(why);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!navigator.mediaDevices) {
    status("Browsers give the microphone only to pages over https, or on this machine itself.");
    return;
  }
  status("Asking for the microphone.");
  try {
    microphone = await openMicrophone();
  } catch (error) {
    status(`The microphone cannot be used: ${error.message}`);
    return;
  }
  const [name, room, token] = ["name", "room", "token"].map((id) => at(id).value.trim());
  localStorage.setItem("talk", JSON.stringify({ name, room }));
  hello = { type: "hello", token, name, ...(room && { room }) };
  form.hidden = true;
  talk.hidden = false;
  status("Connecting.");
  connect();
});
at("leave").addEventListener("click", () => leave("Not connected."));

const kept = JSON.parse(localStorage.getItem("talk") ?? "{}");
for (const id of ["name", "room"]) at(id).value = kept[id] ?? at(id).value;
