// The page on which a person sees what the house is doing and why, and says yes, stop, or take it back.

import { language, say, time } from "./words.js";

const LOOK_MS = 3000; // how often a page that is looked at looks again
const LATEST = 120; // entries of the journal that are asked for
const SHOWN = 25; // and how many of them are shown: a wish has several
const KEY = "hearth-token";
const WHO = "hearth-person";

const at = (id) => document.getElementById(id);
let token = null;
let timer = 0;
let looking = 0; // which look is the newest: what an older one brings is dropped
const drawn = new Map(); // what each list shows, so that one that is the same is left alone, with its focus
const plans = new Map(); // the steps of plans by their id, once somebody opened them

// The house

async function asked(path, body) {
  const answer = await fetch(`/api/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(65000),
  });
  const told = await answer.json();
  if (answer.ok) return told;
  const { message, remedy } = told.error;
  throw Object.assign(new Error(remedy ? `${message}; ${remedy}` : message), { status: answer.status });
}

async function look() {
  clearTimeout(timer);
  const mine = ++looking;
  try {
    const who = at("who").value; // who looks can be asked here
    const paths = [who ? `questions?person=${encodeURIComponent(who)}` : "questions", "plans", "habits", "due", "routines", "seals", `journal?limit=${LATEST}${who ? `&person=${encodeURIComponent(who)}` : ""}`, "health"];
    const [questions, drafts, habits, due, routines, seals, journal, health] = await Promise.all(paths.map((path) => asked(path)));
    await Promise.all([...plans.keys()].map(readSteps));
    if (mine !== looking || token === null) return;
    show("questions", [...questions.map(ofQuestion), ...drafts.flatMap(ofWaits), ...habits.filter(isOpen).map(ofHabit)]);
    show("plans", drafts.map(ofPlan));
    show("due", due.map(ofDue));
    show("routines", routines.map(ofRoutine));
    const sealed = seals.find(({ person }) => person === who); // of others there is nothing to open here
    at("seal").hidden = !sealed || sealed.open;
    at("sealed").hidden = !sealed?.open;
    show("journal", ofJournal(journal));
    show("health", ofHealth(health), "fine");
    const now = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date());
    status(say("live", { at: now }));
  } catch (error) {
    if (mine !== looking || token === null) return;
    if (error.status === 401) return lock(say("wrong"));
    status(error.status ? error.message : say("gone"));
  }
  if (!document.hidden) timer = setTimeout(look, LOOK_MS);
}

async function wish(path, body = {}) {
  for (const button of document.querySelectorAll("#house button")) button.disabled = true;
  const person = at("who").value;
  try {
    at("reply").textContent = (await asked(path, person ? { ...body, person } : body)).reply ?? "";
  } catch (error) {
    at("reply").textContent = error.status ? error.message : say("gone");
  } finally {
    for (const button of document.querySelectorAll("#house button")) button.disabled = false;
  }
  await look();
}

// What is shown

function make(name, given = {}, ...inside) {
  const made = Object.assign(document.createElement(name), given);
  made.append(...inside.filter((one) => one !== null && one !== ""));
  return made;
}

// A row has a key and what it says; the same rows are not drawn again, lest a button vanish under a finger.
function show(id, rows, none = "nothing") {
  const same = JSON.stringify(rows);
  if (drawn.get(id) === same) return;
  drawn.set(id, same);
  const list = at(id);
  const focus = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const open = new Set([...list.querySelectorAll("details[open]")].map((one) => one.dataset.key));
  list.replaceChildren(...(rows.length ? rows.map((row) => drawnRow(row, open)) : [make("li", { className: "more" }, say(none))]));
  if (focus) [...list.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focus)?.focus();
}

function drawnRow({ key, text, more = [], bad = false, progress = null, buttons = [], details = null }, open) {
  const row = make("li", {}, make("p", { className: bad ? "bad" : "" }, text));
  for (const line of more.filter(Boolean)) row.append(make("p", { className: "more" }, line));
  if (progress) row.append(make("progress", { max: progress[1], value: progress[0], ariaLabel: text }));
  if (details) row.append(drawnDetails(key, text, details, open));
  if (buttons.length) row.append(drawnButtons(key, text, buttons));
  return row;
}

function drawnDetails(key, about, { title, lines, plan, buttons = [] }, open) {
  const box = make("details", { open: open.has(key) }, make("summary", {}, title), make("pre", {}, lines.join("\n")));
  if (buttons.length) box.append(drawnButtons(key, about, buttons));
  box.dataset.key = key;
  if (plan) box.addEventListener("toggle", () => onSteps(box, plan));
  return box;
}

function drawnButtons(key, about, buttons) {
  return make("div", { className: "buttons" }, ...buttons.map((one) => drawnButton(key, about, one)));
}

function drawnButton(key, about, [label, path, body = {}, sure = null]) {
  const button = make("button", { type: "button", ariaLabel: `${label}: ${about}` }, label);
  button.dataset.key = `${key} ${path}`;
  button.addEventListener("click", () => (sure === null || confirm(sure)) && wish(path, body));
  return button;
}

function onSteps(box, plan) {
  if (!box.open) plans.delete(plan);
  else if (!plans.has(plan)) readSteps(plan).then(look);
}

async function readSteps(plan) {
  try {
    const { preview, marks } = await asked(`plans/${encodeURIComponent(plan)}`);
    const steps = preview.steps.map((step, index) => `${index + 1}. ${stepLine(step, marks[step.id])}`);
    const lasting = preview.steps.filter((step) => preview.not_undoable.includes(step.id)).map(({ what }) => what);
    plans.set(plan, [...steps, ...preview.notes, lasting.length ? say("lasting", { what: lasting.join(", ") }) : ""].filter(Boolean));
  } catch {
    plans.delete(plan);
  }
}

// What each thing says

function stepLine({ what, at: when, reason }, mark) {
  const stands = mark ? say(`status.${mark.status}`) : "";
  return `${[what, when ? time(when) : "", reason].filter(Boolean).join(" · ")}${stands ? `: ${stands}` : ""}`;
}

function ofQuestion({ id, what, person, origin, said, expires }) {
  const path = `questions/${id}`;
  const asked = say("asked", { who: person ?? say("somebody"), door: say(`door.${origin}`) });
  const more = [asked, said ? say("said", { said }) : "", say("until", { at: time(expires) })];
  return { key: id, text: say("shall", { what }), more, buttons: [[say("yesTo", { what }), `${path}/yes`], [say("no"), `${path}/no`]] };
}

function ofWaits({ id, goal, waits }) {
  return waits.map(({ step, what, digest, unknown }) => ({
    key: `${id} ${step}`,
    text: say(unknown ? "unknown" : "shall", { what }),
    more: [goal],
    buttons: unknown
      ? [["wasDone", "done"], ["again", "again"], ["skip", "skip"]].map(([label, how]) => [say(label), `plans/${id}/resolve`, { step, how }])
      : [[say("yes"), `plans/${id}/confirm`, { step, digest }], [say("stop"), `plans/${id}/stop`]],
  }));
}

const isOpen = ({ status }) => status === "open" || status === "offered";

function ofHabit({ id, text }) {
  const answers = ["accept", "later", "never"];
  return { key: id, text, buttons: answers.map((answer) => [say(answer), `habits/${id}/${answer}`]) };
}

function ofPlan({ id, goal, status: stands, done, of, why, now, digest }) {
  const turn = (label, name, body = {}) => [say(label), `plans/${id}/${name}`, body];
  const turns = {
    proposed: [turn("approve", "approve", { digest }), turn("discard", "stop")],
    running: [turn("stop", "stop"), turn("pause", "pause")],
    paused: [turn("resume", "resume"), turn("stop", "stop")],
    undoing: [turn("stop", "stop")],
    unreadable: [turn("discard", "stop")],
    done: [turn("takeBack", "undo")],
    stopped: done ? [turn("takeBack", "undo")] : [],
    failed: done ? [turn("takeBack", "undo")] : [],
  };
  return {
    key: id,
    text: `${goal}: ${say(`status.${stands}`)}`,
    more: [of ? say("done", { done, of }) : "", now.join(", "), why],
    progress: stands === "proposed" || !of ? null : [done, of],
    details: of ? { title: say("steps"), lines: plans.get(id) ?? ["…"], plan: id } : null,
    buttons: turns[stands] ?? [],
  };
}

function ofDue({ kind, id, at: when, text, name, area }) {
  const what = [say(`kind.${kind}`), name ?? "", text ?? ""].filter(Boolean).join(": ");
  return { key: `${kind} ${id}`, text: `${when ? time(when) : say("paused")} · ${what}`, more: [area ?? ""] };
}

function ofRoutine({ id, name, enabled, next_at: next }) {
  const more = [enabled ? next && say("next", { at: time(next) }) : say("off")];
  const turn = (turned) => [say(turned), `routines/${encodeURIComponent(id)}/${turned}`];
  return { key: id, text: name, more, buttons: (enabled ? ["run", "disable"] : ["enable"]).map(turn) };
}

function ofJournal(entries) {
  const undone = new Set(entries.filter(({ kind }) => kind === "undone").map(({ ref }) => ref));
  const began = new Map(entries.map((entry) => [entry.id, entry.at]));
  const told = entries.filter(({ kind }) => kind === "outcome" || kind === "note").reverse().slice(0, SHOWN);
  return told.map((entry) => {
    const isUndone = undone.has(entry.ref);
    const since = began.get(entry.ref) ?? entry.at;
    const takesBack = entry.body.undo && !isUndone && entry.verdict !== "waiting";
    return {
      key: `${entry.id}`,
      text: `${time(entry.at)} · ${entry.body.what ?? entry.what}`,
      bad: ["failed", "partly", "unconfirmed"].includes(entry.verdict),
      more: [[entry.verdict ? say(`verdict.${entry.verdict}`) : "", isUndone ? say("takenBack") : ""].filter(Boolean).join(", ")],
      details: {
        title: say("why"),
        lines: because(entry),
        buttons: takesBack ? [[say("since"), "undo", { since }, say("sure", { at: time(since) })]] : [],
      },
    };
  });
}

function because({ cause, body, targets }) {
  const who = cause.person ?? say("somebody");
  const asked = cause.origin === "daemon" ? say("door.daemon") : say("asked", { who, door: say(`door.${cause.origin}`) });
  return [asked, cause.said ? say("said", { said: cause.said }) : "", body.detail ?? "", targets.join(", ")].filter(Boolean);
}

function ofHealth(rows) {
  return rows
    .filter(({ condition }) => condition !== "fine")
    .map(({ part, condition, detail, remedy }) => ({ key: part, text: `${part}: ${say(`condition.${condition}`)}`, more: [detail, remedy] }));
}

// The page itself

function status(text) {
  if (at("status").textContent !== text) at("status").textContent = text;
}

function open(given) {
  token = given;
  sessionStorage.setItem(KEY, given);
  at("key").hidden = true;
  at("house").hidden = false;
  look();
  asked("people").then(offer, () => {}); // without them, nobody says who they are; what is wrong, looking tells
}

function offer(people) {
  const options = people.map(({ id, name }) => make("option", { value: id }, name));
  at("who").replaceChildren(at("who").options[0], ...options);
  at("who").value = people.some(({ id }) => id === sessionStorage.getItem(WHO)) ? sessionStorage.getItem(WHO) : "";
}

function lock(why = say("closed")) {
  token = null;
  clearTimeout(timer);
  sessionStorage.removeItem(KEY);
  drawn.clear();
  plans.clear();
  for (const list of document.querySelectorAll("#house ul")) list.replaceChildren();
  at("reply").textContent = "";
  at("house").hidden = true;
  at("key").hidden = false;
  status(why);
}

function begin() {
  document.documentElement.lang = language;
  document.title = `Hearth · ${say("title")}`;
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  at("key").addEventListener("submit", (event) => {
    event.preventDefault();
    open(at("token").value.trim());
    at("token").value = "";
  });
  at("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("text").value;
    at("text").value = "";
    wish("ask", { text, language });
  });
  at("seal").addEventListener("submit", (event) => {
    event.preventDefault();
    const passphrase = at("passphrase").value;
    at("passphrase").value = "";
    wish(`seals/${encodeURIComponent(at("who").value)}/unlock`, { passphrase, minutes: 60 });
  });
  at("lock").addEventListener("click", () => wish(`seals/${encodeURIComponent(at("who").value)}/lock`));
  at("undo").addEventListener("click", () => wish("undo"));
  at("who").addEventListener("change", () => {
    sessionStorage.setItem(WHO, at("who").value);
    look();
  });
  at("leave").addEventListener("click", () => lock());
  document.addEventListener("visibilitychange", () => !document.hidden && token !== null && look());
  // What follows # never leaves the browser; it is taken away from where it could be read over a shoulder.
  const given = new URLSearchParams(location.hash.slice(1)).get("token") ?? sessionStorage.getItem(KEY);
  history.replaceState(null, "", location.pathname);
  if (given) open(given);
}

begin();
