"""Music that follows: "move my music to the kitchen", "move the music here"."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from devices.model import Area, AreaId, Call, Capability, Entity, State
from devices.names import fold
from skills.api import Skill
from skills.builtin.doing import wishes
from skills.builtin.words import join, listing, names, to_number
from skills.builtin.words import room as called_room
from skills.language import say
from skills.model import Reply, Request

skill = Skill("moving")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def here(request: Request) -> Reply:
    """Answer "move the music here": from the one room where something plays."""
    area = request.utterance.area
    room = request.home.area(area) if area is not None else None
    if room is None:
        return Reply(say("I don't know in which room you are."), failed=True)
    return _moved(request, room, [one for one in _playing(request) if one.area != room.id])


@skill.command()
async def there(request: Request, area: str) -> Reply:
    """Answer "move my music to the kitchen": from the room where it is said, or the one where something plays."""
    room = _area(request, area)
    if room is None:
        return Reply(say("I don't know the room {room}.", room=area), failed=True)
    elsewhere = [one for one in _playing(request) if one.area != room.id]
    near = [one for one in elsewhere if one.area is not None and one.area == request.utterance.area]
    return _moved(request, room, near or elsewhere)


def _moved(request: Request, room: Area, sources: Sequence[Entity]) -> Reply:
    """Play on where it is wanted what plays elsewhere, from where it is, and pause it there."""
    where = called_room(room.name)
    if not sources:
        return Reply(say("Nothing is playing that I could move."), failed=True)
    if len(sources) > 1:
        playing = listing([one.name for one in sources], say("and"))
        return Reply(say("Several things are playing: {things}. Pause one first.", things=playing), failed=True)
    (source,) = sources
    player = _player(request, room.id)
    if player is None:
        return Reply(say("There is no player {room:in} that I can reach.", room=where), failed=True)
    state = request.home.state(source.id)
    content = _content(state) if state is not None else {}
    if not content:
        text = say("{things} does not say what it plays, so I can't move it", things=names([source]))
        return Reply(join([text]), failed=True)
    calls = [Call(player.id, "play_media", content)]
    at_s = _position_s(state, request.now) if state is not None else None
    if at_s and Capability.SEEK in player.capabilities:
        calls.append(Call(player.id, "media_seek", {"seek_position": at_s}))
    calls.append(Call(source.id, "media_pause"))
    return Reply(say("The music plays {room:in} now.", room=where), wishes(calls))


def _content(state: State) -> dict[str, object]:
    given = {key: state.attributes.get(key) for key in ("media_content_id", "media_content_type")}
    return dict(given) if all(isinstance(value, str) and value for value in given.values()) else {}


def _position_s(state: State, now: datetime) -> float | None:
    """Return where it is by now: players say where they were at a time, and go on."""
    said = to_number(state.attributes.get("media_position"))
    try:
        at = datetime.fromisoformat(str(state.attributes.get("media_position_updated_at")))
    except ValueError:
        return said
    if said is None or at.tzinfo is None:
        return said
    return round(said + max((now - at).total_seconds(), 0.0), 1)


def _playing(request: Request) -> Sequence[Entity]:
    players = request.home.find(domains=frozenset({"media_player"}))
    return [one for one in players if _value(request, one) == "playing" and Capability.PLAY in one.capabilities]


def _player(request: Request, area: AreaId) -> Entity | None:
    """Return what plays music in a room: a loudspeaker rather than a television."""
    players = [
        one
        for one in request.home.find(domains=frozenset({"media_player"}))
        if one.area == area
        and Capability.PLAY in one.capabilities
        and _value(request, one) not in (None, "unavailable")
    ]
    return min(players, key=lambda one: (one.device_class != "speaker", one.device_class == "tv"), default=None)


def _value(request: Request, player: Entity) -> str | None:
    state = request.home.state(player.id)
    return state.value if state is not None and state.available else None


def _area(request: Request, words: str) -> Area | None:
    wanted = fold(words)
    areas = request.home.areas()
    return next((one for one in areas if wanted in map(fold, (one.id, one.name, *one.aliases))), None)
