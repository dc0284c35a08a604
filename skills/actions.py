"""The effects that the daemon itself offers, as typed constructors; both sides validate against these models, so no
effect is spelled twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from devices.model import NOTHING, AreaId, EntityId
from skills.model import Action, CauseId, PersonId

MOST_TARGETS = 5_000
"""As many entities as a house may have: the bound on one action's targets."""


class Parameters(BaseModel):
    """The base of every effect's parameters: unknown keys are errors. What checks them is built at the first use."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DeviceCall(Parameters):
    """Parameters of ``device.call``: one service on one or more entities. Data are absolute values, as in
    `devices.model.Call`.
    """

    targets: Annotated[tuple[EntityId, ...], Field(min_length=1, max_length=MOST_TARGETS)]
    service: Annotated[str, Field(pattern=r"^[a-z_]{1,64}$")]
    data: Mapping[str, object] = Field(default_factory=dict)


class Snapshot(Parameters):
    """What one entity was before: enough to bring it back."""

    entity: EntityId
    value: str
    attributes: Mapping[str, object] = Field(default_factory=dict)


class DeviceRestore(Parameters):
    """Parameters of ``device.restore``: bring entities back to what they were. This is what undo does."""

    states: Annotated[tuple[Snapshot, ...], Field(min_length=1, max_length=MOST_TARGETS)]


def aware_time(text: str) -> str:
    """Return a text that is a time with an offset from UTC.

    Raises:
        ValueError: it is none, or has no offset.
    """
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("must have an offset from UTC")
    return text


class Undo(Parameters):
    """Parameters of ``journal.undo``: take back the last thing done, or all since a time (ISO 8601, aware), or what
    was done for one cause.
    """

    since: Annotated[str, AfterValidator(aware_time)] | None = None
    cause: CauseId | None = None


LONGEST_TIMER_S = 30 * 86_400.0
MOST_ITEMS = 50
"""Things that are put on a list at once."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
"""Words that are kept: what to remind of, a command, a thing on a list."""
Name = Annotated[str, Field(min_length=1, max_length=80)]
Length = Annotated[float, Field(gt=0, le=LONGEST_TIMER_S)]
"""Seconds."""


def _wall_time(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is not None:
        raise ValueError("must be a time on the wall, without an offset from UTC")
    return text


Wall = Annotated[str, AfterValidator(_wall_time)]
"""What a clock on the wall of the house shows, ISO 8601 without an offset."""


class TimerStart(Parameters):
    """Parameters of ``timer.start``: tell when so much time has passed, or do what ``command`` says then."""

    length_s: Length
    name: Name | None = None
    area: AreaId | None = None
    command: Text | None = None


class Appointed(Parameters):
    """Parameters of ``timer.cancel``, ``timer.pause``, ``timer.resume``, ``alarm.cancel`` and ``reminder.cancel``."""

    id: int


class TimerChange(Appointed):
    """Parameters of ``timer.change``: let it run longer, or shorter."""

    by_s: Annotated[float, Field(ge=-LONGEST_TIMER_S, le=LONGEST_TIMER_S)]


class AlarmSet(Parameters):
    """Parameters of ``alarm.set``: ring at a wall time, once or by an RRULE whose DTSTART it is."""

    wall: Wall
    rule: Text | None = None
    name: Name | None = None
    area: AreaId | None = None
    light: bool = False
    """Whether the light of the room grows before it."""


class AlarmSkip(Appointed):
    """Parameters of ``alarm.skip``: one time of an alarm that recurs does not ring, or does so after all."""

    wall: Wall
    ring: bool = False


class Moved(Appointed):
    """Parameters of ``alarm.move`` and ``reminder.move``: another time, on the wall or from now; all else stays."""

    wall: Wall | None = None
    after_s: Length | None = None


class AlarmSnooze(Parameters):
    """Parameters of ``alarm.snooze``: the alarm that rings falls silent, and rings again."""

    for_s: Length


class Condition(Parameters):
    """What a reminder waits for in place of a time."""

    kind: Literal["becomes", "done", "arrives", "leaves", "told"]
    words: Text
    """As it is said: ``the front door opens``."""
    entity: EntityId | None = None
    """What becomes something, or is done."""
    state: Name | None = None
    """What it becomes, as `devices.model.State` has it."""
    person: Name | None = None
    """Who arrives or leaves; ``None``: who says so."""
    reminder: int | None = None
    """The reminder that was told and noted."""


class ReminderAdd(Parameters):
    """Parameters of ``reminder.add``: say the text at a wall time, after so many seconds, or once something happens; by
    an RRULE, again.
    """

    text: Text
    wall: Wall | None = None
    after_s: Length | None = None
    on: Condition | None = None
    rule: Text | None = None
    area: AreaId | None = None
    insist: bool = False
    """Whether it is told again and again until somebody says that it is done."""
    command: Text | None = None
    """What to ask then in place of telling the text, in words; its answer is told."""


class ReminderDone(Parameters):
    """Parameters of ``reminder.done``: what is told again and again is done; with words, the reminder that has them."""

    words: Name | None = None


class WatchTold(Parameters):
    """Parameters of ``watch.told``: whether what a skill watches for is told, by the name of the watch."""

    names: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
    told: bool


class Listed(Parameters):
    """Parameters of ``list.add``, ``list.remove`` and ``list.complete``: things on a list, as they were said."""

    list: Name
    items: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_ITEMS)]


class LearnName(Parameters):
    """Parameters of ``learned.name``: what a thing is called from now on, too, or instead."""

    thing: EntityId
    name: Name
    rename: bool = False
    hint: Name = "said"
    """How it was learned."""
    language: Name = "en"


class LearnPhrase(Parameters):
    """Parameters of ``learned.phrase``: words that stand for a command from now on."""

    phrase: Text
    command: Text
    hint: Name = "said"
    language: Name = "en"


class Forget(Parameters):
    """Parameters of ``learned.forget``: one thing that was learned."""

    id: int


class NoticeSend(Parameters):
    """Parameters of ``notice.send``: tell people something, and keep at it as its urgency asks for."""

    text: Text
    people: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Ids of people, the first of them first; empty: whoever is there."""
    urgency: Literal["info", "normal", "important", "critical"] = "normal"
    key: Annotated[str, Field(max_length=200)] = ""
    """The same for the same thing: while one is open, another of its key is only counted."""
    title: Annotated[str, Field(max_length=120)] = ""
    reason: Annotated[str, Field(max_length=300)] = ""
    area: AreaId | None = None
    answers: Annotated[tuple[Literal["done", "snooze", "not_me"], ...], Field(max_length=3)] = ("done",)


class NoticeAnswer(Parameters):
    """Parameters of ``notice.answer``: what a person says to what they were just told, aloud."""

    answer: Literal["done", "snooze", "not_me"]
    for_s: Length | None = None
    """How long to wait, with ``snooze``."""


class SatelliteAnnounce(Parameters):
    """Parameters of ``satellite.announce``: say a text in these rooms; with none named, in all but one."""

    text: Text
    areas: Annotated[tuple[AreaId, ...], Field(max_length=100)] = ()
    but: AreaId | None = None
    """Where whoever wants it said stands: they know it."""


class SentenceHandOver(Parameters):
    """Parameters of ``homeassistant.sentence``: have Home Assistant do what was said."""

    text: Text
    language: Name


class SatelliteMute(Parameters):
    """Parameters of ``satellite.mute``: listen to nobody in a room, by its name or id; with ``None``, in the house."""

    room: Name | None = None
    muted: bool


class SatelliteVolume(Parameters):
    """Parameters of ``satellite.volume``: how loud to speak in a room from now on, until the time of day decides again.

    With ``level`` (0 to 1) exactly so; ``usual`` leaves it to the time of day. A room is an area's id; ``None`` is for
    satellites that stand in none.
    """

    room: AreaId | None = None
    how: Literal["louder", "quieter", "whisper", "usual"] = "usual"
    level: Annotated[float, Field(ge=0.0, le=1.0)] | None = None


class NoticeQuiet(Parameters):
    """Parameters of ``notice.quiet``: do not disturb whoever says so until then; without a time they may be again."""

    until: Annotated[str, AfterValidator(aware_time)] | None = None


class Nothing(Parameters):
    """Parameters of ``notice.caught_up`` and ``notice.reset``: they are about whoever says so."""


def device_call(targets: Sequence[EntityId], service: str, data: Mapping[str, object] = NOTHING) -> Action:
    """Return the wish to call one service on entities: ``device_call(["light.kitchen"], "turn_on", {"brightness":
    128})``.
    """
    return Action("device.call", {"targets": list(targets), "service": service, "data": dict(data)})


def undo(since: str | None = None, *, cause: CauseId | None = None) -> Action:
    """Return the wish to take back the last thing done, everything since a time, or what was done for one cause."""
    return Action("journal.undo", {"since": since} if cause is None else {"cause": cause})


def timer_start(
    length_s: float, *, name: str | None = None, area: AreaId | None = None, command: str | None = None
) -> Action:
    """Return the wish for a timer: ``timer_start(600, name="pasta")``."""
    return Action("timer.start", {"length_s": length_s, "name": name, "area": area, "command": command})


def timer_cancel(id: int) -> Action:
    """Return the wish that a timer ends unheard."""
    return Action("timer.cancel", {"id": id})


def timer_change(id: int, by_s: float) -> Action:
    """Return the wish that a timer runs longer, or shorter with a negative number."""
    return Action("timer.change", {"id": id, "by_s": by_s})


def timer_pause(id: int) -> Action:
    """Return the wish that a timer stands still."""
    return Action("timer.pause", {"id": id})


def timer_resume(id: int) -> Action:
    """Return the wish that a paused timer goes on."""
    return Action("timer.resume", {"id": id})


def alarm_set(
    wall: datetime,
    *,
    rule: str | None = None,
    name: str | None = None,
    area: AreaId | None = None,
    light: bool = False,
) -> Action:
    """Return the wish to be woken at a time on the wall, of which a zone is dropped; with ``light``, by it too."""
    given = {"wall": on_the_wall(wall), "rule": rule, "name": name, "area": area, "light": light}
    return Action("alarm.set", given)


def alarm_cancel(id: int) -> Action:
    """Return the wish that an alarm does not ring."""
    return Action("alarm.cancel", {"id": id})


def moved(kind: str, id: int, *, wall: datetime | None = None, after_s: float | None = None) -> Action:
    """Return the wish that what is of a kind, ``alarm`` or ``reminder``, comes at another time, as often as before."""
    return Action(f"{kind}.move", {"id": id, "wall": wall and on_the_wall(wall), "after_s": after_s})


def alarm_snooze(for_s: float) -> Action:
    """Return the wish that the alarm that rings falls silent, and rings again."""
    return Action("alarm.snooze", {"for_s": for_s})


def alarm_skip(id: int, wall: datetime, *, ring: bool = False) -> Action:
    """Return the wish that a recurring alarm does not ring at one of its times; with ``ring``, that it does again."""
    return Action("alarm.skip", {"id": id, "wall": on_the_wall(wall), "ring": ring})


def alarm_stop() -> Action:
    """Return the wish that what rings is silent."""
    return Action("alarm.stop")


def reminder_add(
    text: str,
    *,
    wall: datetime | None = None,
    after_s: float | None = None,
    on: Condition | None = None,
    rule: str | None = None,
    area: AreaId | None = None,
    insist: bool = False,
    command: str | None = None,
) -> Action:
    """Return the wish to be reminded: at a time on the wall, of which a zone is dropped, after so many seconds, or once
    something happens.
    """
    given = {"text": text, "wall": wall and on_the_wall(wall), "after_s": after_s, "rule": rule, "area": area}
    waits = on.model_dump(exclude_none=True) if on is not None else None
    return Action("reminder.add", {**given, "on": waits, "insist": insist, "command": command})


def reminder_done(words: str | None = None) -> Action:
    """Return the wish that what is told again and again is done."""
    return Action("reminder.done", {"words": words})


def watch_told(names: Sequence[str], *, told: bool) -> Action:
    """Return the wish that what skills watch for is told, or is not."""
    return Action("watch.told", {"names": list(names), "told": told})


def reminder_cancel(id: int) -> Action:
    """Return the wish not to be reminded."""
    return Action("reminder.cancel", {"id": id})


def list_add(name: str, items: Sequence[str]) -> Action:
    """Return the wish to put things on a list: ``list_add("shopping", ["milk"])``."""
    return Action("list.add", {"list": name, "items": list(items)})


def list_remove(name: str, items: Sequence[str]) -> Action:
    """Return the wish to take things off a list."""
    return Action("list.remove", {"list": name, "items": list(items)})


def list_complete(name: str, items: Sequence[str]) -> Action:
    """Return the wish to check things off a list."""
    return Action("list.complete", {"list": name, "items": list(items)})


def notice_send(
    text: str,
    *,
    people: Sequence[PersonId] = (),
    urgency: Literal["info", "normal", "important", "critical"] = "normal",
    key: str = "",
    title: str = "",
    reason: str = "",
    area: AreaId | None = None,
    answers: Sequence[Literal["done", "snooze", "not_me"]] = ("done",),
) -> Action:
    """Return the wish to tell people something: ``notice_send("The laundry is done.", key="laundry")``.

    ``reason`` says why it is told: ``the washing machine stopped``.
    """
    given = {"text": text, "people": list(people), "urgency": urgency, "key": key, "title": title, "reason": reason}
    return Action("notice.send", {**given, "area": area, "answers": list(answers)})


def notice_answer(answer: Literal["done", "snooze", "not_me"], *, for_s: float | None = None) -> Action:
    """Return the wish that what was just told is taken as answered."""
    return Action("notice.answer", {"answer": answer, "for_s": for_s})


def notice_quiet(until: datetime | None) -> Action:
    """Return the wish not to be disturbed until then, aware; ``None``: to be disturbed again."""
    return Action("notice.quiet", {"until": until.isoformat() if until is not None else None})


def notice_caught_up() -> Action:
    """Return the wish that nothing of what was held or missed is told again: it was just read out."""
    return Action("notice.caught_up")


def notice_reset() -> Action:
    """Return the wish that how many notices somebody gets is learned anew."""
    return Action("notice.reset")


def on_the_wall(at: datetime) -> str:
    """Return a time as `Wall` has it; a zone is dropped."""
    return at.replace(tzinfo=None).isoformat()


def learn_name(thing: EntityId, name: str, *, rename: bool = False, hint: str = "said", language: str = "en") -> Action:
    """Return the wish that a thing is called so too; with ``rename``, that it is its name."""
    given = {"thing": thing, "name": name, "rename": rename, "hint": hint, "language": language}
    return Action("learned.name", given)


def learn_phrase(phrase: str, command: str, *, hint: str = "said", language: str = "en") -> Action:
    """Return the wish that words stand for a command: ``learn_phrase("movie time", "turn off the lights")``."""
    return Action("learned.phrase", {"phrase": phrase, "command": command, "hint": hint, "language": language})


def forget_learned(id: int) -> Action:
    """Return the wish that something that was learned is forgotten."""
    return Action("learned.forget", {"id": id})


def satellite_announce(text: str, areas: Sequence[AreaId] = (), *, but: AreaId | None = None) -> Action:
    """Return the wish to say a text in these rooms; with none named, in all but one."""
    return Action("satellite.announce", {"text": text, "areas": list(areas), "but": but})


def sentence_hand_over(text: str, language: str) -> Action:
    """Return the wish that Home Assistant does what was said."""
    return Action("homeassistant.sentence", {"text": text, "language": language})


def satellite_mute(room: str | None, *, muted: bool) -> Action:
    """Return the wish that nobody is listened to in a room, or in the whole house; or that people are again."""
    return Action("satellite.mute", {"room": room, "muted": muted})


def satellite_volume(
    room: AreaId | None,
    how: Literal["louder", "quieter", "whisper", "usual"] = "usual",
    *,
    level: float | None = None,
) -> Action:
    """Return the wish to speak louder or more softly in a room."""
    return Action("satellite.volume", {"room": room, "how": how, "level": level})
