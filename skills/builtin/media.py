"""Music and television: pause, go on, next, previous, volume, mute."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from devices.model import Call, Capability, Entity
from devices.names import fold
from skills.api import Skill
from skills.builtin.doing import Deed, act, many, nothing_there, wishes
from skills.builtin.speaking import rest_of, voiced
from skills.builtin.words import join, names, percent, to_number
from skills.language import say
from skills.model import Ask, Reply, Request

STEP_PERCENT = 10
"""How much "louder" is: Home Assistant's own step is 10 percent too (media_player, 2026.11)."""

_SMALL = frozenset({"the", "a", "an", "some", "my", "station", ""})
_TASTES = (
    "favourite music", "favourite radio station", "favourite station", "lieblingsmusik", "lieblingssender",
    "lieblingsradiosender", "likes",
)  # fmt: skip

_LIKED = frozenset({"i", "we", "like", "love", "enjoy", "that", "ich", "wir", "mag", "mogen", "gern", "das"})
"""Words of "something I like"."""
_MUSIC = frozenset({"music", "song", "songs", "something", "tunes", "musik", "was", "etwas"} | _LIKED)
"""Whatever somebody likes."""
_VOICE = frozenset({"speak", "talk"})

_PAUSED = Deed(
    "{things} can't be paused",
    "{things} {things:is|are} paused",
    "I paused {things}",
    "{things} were already paused",
    "paused",
)
_RESUMED = Deed(
    "{things} can't be started from here",
    "{things} {things:is|are} playing",
    "I started {things} again",
    "{things} were already playing",
    "playing",
)
_PLAYING = Deed("{things} can't change its source", "{things} {things:is|are} playing {source}")
_NEXT = Deed("{things} can't skip", "this is the next one")
_PREVIOUS = Deed("{things} can't go back", "this is the one before")
_NO_VOLUME = "{things} can't change volume"
_AT = "{things} {things:is|are} at {percent} volume"
_VOLUME = Deed(_NO_VOLUME, _AT, "I set {things} to {percent} volume")
_MUTED = Deed("{things} can't be muted", "{things} {things:is|are} muted", "I muted {things}")
_UNMUTED = Deed(
    "{things} can't be unmuted", "{things} {things:is|are} audible again", "I turned the sound of {things} back on"
)

skill = Skill("media")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassMediaPause")
async def pause(request: Request) -> Reply:
    """Answer "pause"."""
    here = _busy(request, "playing")
    return act(here, "media_pause", deed=_PAUSED)


@skill.handles("HassMediaUnpause")
async def resume(request: Request) -> Reply:
    """Answer "resume the music", and "go on", which is about an answer that was interrupted just before."""
    if request.told is not None and request.told.is_cut and "name" not in request.match.slots:
        return rest_of(request.told)
    here = _busy(request, "paused")
    return act(here, "media_play", deed=_RESUMED)


@skill.handles("HassMediaSearchAndPlay")
async def play(request: Request, search_query: object = None) -> Reply:
    """Answer "play Radio Four in the kitchen": a source that a player has. None of the bridges can search for music.

    "Play some music" is what whoever asks likes, as far as a player has it.
    """
    wanted = set(fold(str(search_query or "")).split(" ")) - _SMALL
    if wanted <= _MUSIC:
        liked = [one for one in _liked(request) if _has(request.targets, set(fold(one).split(" ")))]
        if not liked and wanted & _LIKED and request.targets:
            return Reply(say("I do not know of anything you like that can be played here."), failed=True)
        wanted = set(fold(liked[0]).split(" ")) if liked else wanted
    for player in request.targets:
        sources = player.limits.get("sources")
        for source in cast("Sequence[object]", sources) if isinstance(sources, list | tuple) else ():
            if wanted and wanted <= set(fold(str(source)).split(" ")):
                here = replace(request, targets=(player,))
                return act(here, "select_source", {"source": source}, deed=_PLAYING, source=source)
    if not request.targets:
        return nothing_there()
    if not search_query:
        return Reply(join([say("{things} can't look for that by name", things=names(request.targets))]), failed=True)
    said = say("{things} can't look for {what} by name", things=names(request.targets), what=search_query)
    return Reply(join([said]), failed=True)


def _liked(request: Request) -> Sequence[str]:
    """Return the music that whoever asks told they like, the newest first."""
    person, facts = request.utterance.cause.person, request.facts
    return [
        one.value for relation in _TASTES for one in facts.tastes(relation, who=person, where=None) if not one.whose
    ]


def _has(players: Sequence[Entity], wanted: set[str]) -> bool:
    for player in players:
        sources = player.limits.get("sources")
        for source in cast("Sequence[object]", sources) if isinstance(sources, list | tuple) else ():
            if wanted <= set(fold(str(source)).split(" ")):
                return True
    return False


@skill.handles("HassMediaNext")
async def next_track(request: Request) -> Reply:
    """Answer "next track"."""
    here = _busy(request, "playing")
    return act(here, "media_next_track", deed=_NEXT)


@skill.handles("HassMediaPrevious")
async def previous_track(request: Request) -> Reply:
    """Answer "go back one song"."""
    here = _busy(request, "playing")
    return act(here, "media_previous_track", deed=_PREVIOUS)


@skill.handles("HassSetVolume")
async def set_volume(request: Request, volume_level: object = None) -> Reply:
    """Answer "set the volume to 30 percent"."""
    if volume_level is None:
        question = say("How loud, from 0 to 100?")
        return Reply(question, ask=Ask(question))
    wanted = to_number(volume_level)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply(say("The volume goes from 0 to 100 percent."))
    here = _busy(request, "playing")
    return act(here, "volume_set", {"volume_level": round(wanted) / 100}, deed=_VOLUME, percent=percent(wanted))


@skill.handles("HassSetVolumeRelative")
async def change_volume(request: Request, volume_step: object = None) -> Reply:
    """Answer "volume up", "turn the volume down by 20 percent"; "speak louder" is about us."""
    if _VOICE & set(fold(request.utterance.text).split(" ")):
        up = volume_step == "up" or (to_number(volume_step) or 0) > 0
        return voiced(request, "louder" if up else "quieter")
    step = {"up": STEP_PERCENT, "down": -STEP_PERCENT}.get(str(volume_step)) or to_number(volume_step)
    players = [p for p in _busy(request, "playing").targets if Capability.VOLUME in p.capabilities]
    if not players or not step:
        if not request.targets:
            return nothing_there()
        return Reply(join([say(_NO_VOLUME, things=names(request.targets))]))
    known = [(player, now) for player in players if (now := _volume(request, player)) is not None]
    if not known:
        return Reply(join([say("I don't know how loud {things} {things:is|are} now", things=names(players))]))
    calls = [
        Call(p.id, "volume_set", {"volume_level": round(min(100.0, max(0.0, now + step))) / 100}) for p, now in known
    ]
    return Reply(join([_louder(request, [player for player, _ in known], calls, step)]), do=wishes(calls))


@skill.handles("HassMediaPlayerMute")
async def mute(request: Request) -> Reply:
    """Answer "mute the TV"."""
    here = _busy(request, "playing")
    return act(here, "volume_mute", {"is_volume_muted": True}, deed=_MUTED)


@skill.handles("HassMediaPlayerUnmute")
async def unmute(request: Request) -> Reply:
    """Answer "unmute the TV"."""
    return act(request, "volume_mute", {"is_volume_muted": False}, deed=_UNMUTED)


def _busy(request: Request, value: str) -> Request:
    """Return the request for those players only that are in this state, unless none is or one was named."""
    busy = [player for player in request.targets if _is(request, player, value)]
    return replace(request, targets=tuple(busy)) if busy and "name" not in request.match.slots else request


def _is(request: Request, player: Entity, value: str) -> bool:
    state = request.home.state(player.id)
    return state is not None and state.available and state.value == value


def _volume(request: Request, player: Entity) -> float | None:
    state = request.home.state(player.id)
    level = to_number(state.attributes.get("volume_level")) if state is not None else None
    return None if level is None else 100 * level


def _louder(request: Request, players: Sequence[Entity], calls: Sequence[Call], step: float) -> str:
    if len(players) == 1:
        level = percent(100 * float(str(calls[0].data["volume_level"])))
        return say(_AT, things=names(players), percent=level)
    if step > 0:
        return say("I turned {things} up", things=many(request, players))
    return say("I turned {things} down", things=many(request, players))
