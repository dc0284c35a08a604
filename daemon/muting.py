"""Which satellites are not to listen: the whole house, or rooms of it; kept over a restart, in a file of its own."""

import json
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from devices.names import slug
from skills.actions import SatelliteMute, satellite_mute
from skills.effect import Effect, change
from skills.language import say
from skills.model import Cause, Outcome, Verdict

log = logging.getLogger("hearth." + __name__)

FILE = "muted.json"
HOUSE = ""
"""The key of the whole house among those of the rooms."""


class Muting:
    """What was muted, by the keys of rooms (`devices.names.slug`)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._muted = _read(self._path)
        self.on_change: Callable[[], None] | None = None
        """Is told that something was muted or is heard again."""

    def hears(self, room: str | None) -> bool:
        """Return whether a satellite in a room, by its name or id, is to listen."""
        return HOUSE not in self._muted and (room is None or slug(room) not in self._muted)

    def is_muted(self, key: str) -> bool:
        """Return whether a room, or `HOUSE`, was muted by itself."""
        return key in self._muted

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [change(SatelliteMute, "satellite.mute", self._mute, _said)]

    async def _mute(self, given: SatelliteMute, cause: Cause) -> Outcome:
        del cause
        key = slug(given.room) if given.room is not None else HOUSE
        before = key in self._muted
        muted = self._muted | {key} if given.muted else self._muted - {key}
        try:
            _write(self._path, muted)
        except OSError as error:
            return Outcome(Verdict.FAILED, say("it could not be kept ({why})", why=error.strerror))
        self._muted = muted
        if self.on_change is not None:
            self.on_change()
        return Outcome(Verdict.DONE, undo=satellite_mute(given.room, muted=before))


def _said(given: SatelliteMute) -> str:
    if given.room is None:
        return say("do not listen in the whole house") if given.muted else say("listen in the whole house")
    return say("do not listen in {room}" if given.muted else "listen in {room}", room=given.room)


def _read(path: Path) -> frozenset[str]:
    try:
        found = cast("object", json.loads(path.read_text()))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, RecursionError):
        found = None
    if isinstance(found, list):
        return frozenset(map(str, cast("list[object]", found)))
    # Whoever muted the house must not be listened to because a file broke.
    log.warning("%s cannot be read: nobody is listened to until Listening is switched on again", path)
    return frozenset({HOUSE})


def _write(path: Path, muted: frozenset[str]) -> None:
    draft = path.with_suffix(".new")
    with draft.open("w") as file:
        json.dump(sorted(muted), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
