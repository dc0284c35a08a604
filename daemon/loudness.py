"""How loud to speak in each room: by the time of day, and by what somebody there chose last, kept over a restart."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from devices.model import AreaId
from skills.actions import SatelliteVolume, satellite_volume
from skills.effect import Effect, change
from skills.language import say
from skills.model import Cause, Outcome, Verdict
from voice.volume import Chosen, Habits, Loudness, louder, loudness

log = logging.getLogger("hearth." + __name__)

FILE = "loudness.json"
STEPS = 2
"""Tenths that "louder" is: 6 dB, which people hear as clearly louder."""
WHISPER_SHARE = 0.5
"""Of the night's level, what a whisper has."""


class Volumes:
    """How loud each room wants to be spoken to."""

    def __init__(self, folder: Path, habits: Habits, now: Callable[[], datetime]) -> None:
        """``now`` tells the time in the zone of the house."""
        self._path, self._habits, self._now = folder / FILE, habits, now
        self._chosen = _read(self._path)

    def of(self, room: AreaId | None, *, urgent: bool = False) -> Loudness:
        """Return how loud to speak in a room now."""
        return loudness(self._now(), self._habits, self._chosen.get(room or ""), urgent=urgent)

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [change(SatelliteVolume, "satellite.volume", self._change, _said)]

    async def _change(self, given: SatelliteVolume, cause: Cause) -> Outcome:
        del cause
        room, before = given.room or "", self._chosen.get(given.room or "")
        chosen = {key: one for key, one in self._chosen.items() if key != room}
        if (wanted := self._wanted(given)) is not None:
            chosen[room] = wanted
        try:
            _write(self._path, chosen)
        except OSError as error:
            return Outcome(Verdict.FAILED, say("it could not be kept ({why})", why=error.strerror))
        self._chosen = chosen
        return Outcome(Verdict.DONE, undo=satellite_volume(given.room, level=before.level if before else None))

    def _wanted(self, given: SatelliteVolume) -> Chosen | None:
        now = self._now()
        if given.level is not None:
            return Chosen(given.level, now)
        match given.how:
            case "louder":
                return louder(self.of(given.room), now, STEPS)
            case "quieter":
                return louder(self.of(given.room), now, -STEPS)
            case "whisper":
                return Chosen(self._habits.night * WHISPER_SHARE, now)
            case "usual":
                return None


def _said(given: SatelliteVolume) -> str:
    where = f"in {given.room}" if given.room is not None else "where nobody knows the room"
    how = f"at {given.level:.0%}" if given.level is not None else {"usual": "as usual"}.get(given.how, given.how)
    return f"speak {how} {where}"


def _read(path: Path) -> dict[str, Chosen]:
    """Return what was chosen; a file that is damaged is nothing."""
    try:
        rows = cast("object", json.loads(path.read_text(encoding="utf-8")))
        if not isinstance(rows, dict):
            raise ValueError("no table")
        return {room: _chosen(*row) for room, row in cast("Mapping[str, list[object]]", rows).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, RecursionError) as error:
        log.warning("%s cannot be read: it is spoken as loud as usual (%s)", path, error)
        return {}


def _chosen(level: object, at: object) -> Chosen:
    made = Chosen(float(str(level)), datetime.fromisoformat(str(at)))
    if made.at.tzinfo is None or not 0 <= made.level <= 1:
        raise ValueError("no level with an aware time")
    return made


def _write(path: Path, chosen: Mapping[str, Chosen]) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({room: [one.level, one.at.isoformat()] for room, one in chosen.items()}))
    draft.replace(path)
