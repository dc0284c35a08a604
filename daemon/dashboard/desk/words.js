// What the page says, in the browser's language; what the house says comes from the house.

export const WORDS = {
  en: {
    title: "What Hearth is doing", closed: "Locked: this needs the token of the house.", open: "Open",
    token: "Token of the house", tokenWhere: "“hearth page” prints an address that has it already.",
    who: "Who are you?", nobody: "I do not say",
    whoWhy: "What is about safety needs a yes of somebody who is written down under [[people]].",
    ask: "Say something to the house", say: "Say", questions: "Waiting for you", plans: "Plans", due: "What is due",
    routines: "Routines", journal: "What was done, and why", health: "How Hearth is", talk: "Talk to Hearth",
    passphrase: "Passphrase of your memory", unlock: "Unlock for an hour", lockMemory: "Lock my memory",
    leave: "Lock this page", undo: "Take back the last thing", nothing: "Nothing.", fine: "All is well.",
    wrong: "That is not the token of this house.", live: "Up to date at {at}.", gone: "Hearth does not answer; I try again.", yes: "Yes", yesTo: "Yes, {what}", no: "No",
    shall: "Shall I {what}?", approve: "Yes, do it", discard: "No, drop it", stop: "Stop", pause: "Pause",
    resume: "Go on", takeBack: "Take it back", steps: "Steps", done: "{done} of {of} done", later: "Later",
    never: "Never ask again", accept: "Yes, make it a routine", run: "Run now", disable: "Switch off", enable: "Switch on", lasting: "Cannot be taken back: {what}", why: "Why?",
    since: "Take back everything since then", sure: "Take back everything that was done since {at}?",
    takenBack: "taken back", until: "until {at}", asked: "{who} asked for it, {door}", said: "with the words “{said}”",
    somebody: "Somebody", next: "next {at}", off: "switched off", paused: "paused", unknown: "Nobody knows whether this was done: {what}",
    wasDone: "It was done", again: "Do it again", skip: "Leave it",
    "door.text": "at the terminal", "door.voice": "by voice", "door.dashboard": "on this page", "door.routine": "through a routine",
    "door.reminder": "because it was due", "door.model": "through the language model", "door.mqtt": "over MQTT", "door.mcp": "through another program",
    "door.daemon": "by Hearth itself",
    "status.proposed": "proposed", "status.running": "under way", "status.paused": "paused", "status.undoing": "being taken back",
    "status.done": "done", "status.failed": "failed", "status.stopped": "stopped", "status.undone": "taken back", "status.unreadable": "cannot be read",
    "status.to do": "to do", "status.begun": "under way", "status.asked": "waits for a yes", "status.unknown": "nobody knows",
    "status.skipped": "left out", "status.kept": "done, and could not be taken back",
    "verdict.done": "done", "verdict.partly": "partly done", "verdict.unconfirmed": "not confirmed", "verdict.failed": "failed",
    "verdict.refused": "refused", "verdict.waiting": "waits for a yes",
    "kind.timer": "Timer", "kind.reminder": "Reminder", "kind.alarm": "Alarm", "kind.command": "To be done",
    "condition.fine": "fine", "condition.degraded": "limited", "condition.missing": "not set up",
  },
  de: {
    title: "Was Hearth gerade tut", closed: "Verschlossen: Es braucht den Schlüssel des Hauses (Token).", open: "Öffnen",
    token: "Schlüssel des Hauses (Token)", tokenWhere: "„hearth page“ nennt eine Adresse, die ihn schon enthält.",
    who: "Wer bist du?", nobody: "Sage ich nicht",
    whoWhy: "Was die Sicherheit angeht, braucht ein Ja von jemandem, der unter [[people]] steht.",
    ask: "Dem Haus etwas sagen", say: "Sagen", questions: "Wartet auf dich", plans: "Pläne", due: "Was ansteht",
    routines: "Routinen", journal: "Was getan wurde, und warum", health: "Wie es Hearth geht", talk: "Mit Hearth sprechen",
    passphrase: "Passphrase deiner Erinnerungen", unlock: "Für eine Stunde öffnen", lockMemory: "Meine Erinnerungen verschließen",
    leave: "Seite verschließen", undo: "Das Letzte zurücknehmen", nothing: "Nichts.", fine: "Alles in Ordnung.",
    wrong: "Das ist nicht der Schlüssel dieses Hauses.", live: "Stand {at}.", gone: "Hearth antwortet nicht; ich versuche es weiter.", yes: "Ja", yesTo: "Ja: {what}", no: "Nein",
    shall: "Soll ich das tun: {what}?", approve: "Ja, mach das", discard: "Nein, verwerfen", stop: "Anhalten", pause: "Pause",
    resume: "Weiter", takeBack: "Zurücknehmen", steps: "Schritte", done: "{done} von {of} erledigt", later: "Später",
    never: "Nie mehr fragen", accept: "Ja, als Routine", run: "Jetzt ausführen", disable: "Ausschalten", enable: "Einschalten", lasting: "Lässt sich nicht zurücknehmen: {what}", why: "Warum?",
    since: "Alles seitdem zurücknehmen", sure: "Alles zurücknehmen, was seit {at} getan wurde?",
    takenBack: "zurückgenommen", until: "bis {at}", asked: "{who} wollte es, {door}", said: "mit den Worten „{said}“",
    somebody: "Jemand", next: "als Nächstes {at}", off: "ausgeschaltet", paused: "angehalten", unknown: "Niemand weiß, ob das getan wurde: {what}",
    wasDone: "Es wurde getan", again: "Noch einmal tun", skip: "Lassen",
    "door.text": "am Terminal", "door.voice": "mit der Stimme", "door.dashboard": "auf dieser Seite", "door.routine": "über eine Routine",
    "door.reminder": "weil es anstand", "door.model": "über das Sprachmodell", "door.mqtt": "über MQTT", "door.mcp": "über ein anderes Programm",
    "door.daemon": "von Hearth selbst",
    "status.proposed": "vorgeschlagen", "status.running": "läuft", "status.paused": "angehalten", "status.undoing": "wird zurückgenommen",
    "status.done": "erledigt", "status.failed": "gescheitert", "status.stopped": "angehalten", "status.undone": "zurückgenommen", "status.unreadable": "lässt sich nicht lesen",
    "status.to do": "offen", "status.begun": "läuft", "status.asked": "wartet auf ein Ja", "status.unknown": "niemand weiß es",
    "status.skipped": "ausgelassen", "status.kept": "erledigt, ließ sich nicht zurücknehmen",
    "verdict.done": "erledigt", "verdict.partly": "teilweise erledigt", "verdict.unconfirmed": "nicht bestätigt", "verdict.failed": "gescheitert",
    "verdict.refused": "abgelehnt", "verdict.waiting": "wartet auf ein Ja",
    "kind.timer": "Timer", "kind.reminder": "Erinnerung", "kind.alarm": "Wecker", "kind.command": "Zu tun",
    "condition.fine": "gut", "condition.degraded": "eingeschränkt", "condition.missing": "nicht eingerichtet",
  },
};

const tag = navigator.languages.find((one) => one.slice(0, 2) in WORDS) ?? "en";
export const language = tag.slice(0, 2);

/** Return a text with what is put into it; of what is not known, the last part of its name. */
export function say(name, given = {}) {
  const text = WORDS[language][name] ?? name.slice(name.lastIndexOf(".") + 1);
  return text.replace(/\{(\w+)\}/g, (_, key) => given[key] ?? "");
}

// Times come with the house's own offset: what its clocks show is what is read, wherever the browser is.
const FORMS = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" };

/** Return a time of the house as people write it. */
export function time(iso) {
  return iso ? new Intl.DateTimeFormat(tag, FORMS).format(new Date(`${iso.slice(0, 19)}Z`)) : "";
}
