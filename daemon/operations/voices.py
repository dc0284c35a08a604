"""Voices, for programs: whose are known, letting one be learned, learning it from recordings, forgetting it."""

import base64
import binascii
from collections.abc import Mapping
from functools import partial
from typing import cast

from daemon.control import ControlError, Operation, Request, Stream
from daemon.conversation import Conversation
from daemon.operations.fields import Fields
from daemon.operations.shapes import answer_json
from daemon.voices import Voices
from skills.enrolling import voice_allow, voice_forget, voice_learn
from skills.language import say
from skills.model import Origin, PersonId, Reply
from voice.model import VoiceError
from voice.speaker import UTTERANCES_MIN

MOST_RECORDINGS = 8


class VoiceOperations:
    """Asks the voices; what changes them goes through the gateway."""

    def __init__(self, voices: Voices, conversation: Conversation, fields: Fields) -> None:
        """Take them, and who carries wishes out."""
        self._voices, self._conversation, self._fields = voices, conversation, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; what is wished for comes through the door ``origin``."""
        return {
            "voices": self._list,
            "voices.allow": partial(self._allow, origin),
            "voices.learn": partial(self._learn, origin),
            "voices.forget": partial(self._forget, origin),
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, request: Request) -> object:
        del request
        return [self._fields.zoned(dict(row)) for row in await self._voices.summary()]

    async def _allow(self, origin: Origin, request: Request) -> object:
        person, name = self._whom(request)
        if await self._voices.trouble() is not None:
            raise ControlError("model-missing", "there is no model for voices", "hearth models pull speaker-ge2e")
        how = say("For ten minutes, {name} can say in any room: this is {name}, learn my voice.", name=name)
        return await self._carried_out(origin, f"hearth people allow-voice {person}", Reply(how, [voice_allow(person)]))

    async def _learn(self, origin: Origin, request: Request) -> object:
        person, name = self._whom(request)
        sounds = _recordings(request)
        allowed = await self._allow(origin, request)
        if not self._voices.allowed(person):
            return allowed
        self._voices.drop(person)
        for file, sound in sounds:
            await self._held(person, file, sound)
        done = Reply(say("I know the voice of {name} now.", name=name), [voice_learn(person)])
        return await self._carried_out(origin, f"hearth people learn-voice {person}", done)

    async def _held(self, person: PersonId, file: str, sound: bytes) -> None:
        from voice.audio import parse_wav

        try:
            held = await self._voices.hold_sound(person, parse_wav(sound, file).tobytes())
        except VoiceError as error:
            raise ControlError(error.code, str(error)) from error
        if held is None:
            raise ControlError("no-speech", f"{file!r} has too little speech", "record three seconds or more of it")

    async def _forget(self, origin: Origin, request: Request) -> object:
        person, name = self._whom(request)
        reply = Reply(say("I have forgotten the voice of {name}.", name=name), [voice_forget(person)])
        return await self._carried_out(origin, f"hearth people forget-voice {person}", reply)

    def _whom(self, request: Request) -> tuple[PersonId, str]:
        person = self._fields.person(request)
        named = self._voices.named(person) if person is not None else None
        if person is None or named is None:
            raise ControlError("bad-request", "'person' must name somebody of [[people]]")
        return person, named[1]

    async def _carried_out(self, origin: Origin, said: str, reply: Reply) -> object:
        answer = await self._conversation.carry_out(reply, origin=origin, person=None, said=said)
        return answer_json(said, answer)


def _recordings(request: Request) -> list[tuple[str, bytes]]:
    given = request.get("wavs")
    rows = cast("list[object]", given) if isinstance(given, list) else []
    try:
        sounds = [(f"recording {at}", base64.b64decode(str(row), validate=True)) for at, row in enumerate(rows, 1)]
    except binascii.Error as error:
        raise ControlError("bad-request", f"'wavs' are not base64: {error}") from error
    if not UTTERANCES_MIN <= len(sounds) <= MOST_RECORDINGS:
        raise ControlError("bad-request", f"{UTTERANCES_MIN} to {MOST_RECORDINGS} recordings are needed")
    return sounds
