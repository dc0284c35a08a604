"""What is asked in words, or carried out as if it had been: ask, listen, explain, undo, what was learned."""

import asyncio
import base64
import binascii
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict
from functools import partial

from daemon.control import ControlError, Operation, Request, Stream
from daemon.conversation import Answer, Conversation, Status
from daemon.listening import Ears, Heard
from daemon.operations.fields import Fields, perhaps, text
from daemon.operations.shapes import answer_json
from daemon.reasoner.aloud import Speak
from daemon.rooms import Answering, Around, Listener, Place
from devices.home import Home
from skills.actions import forget_learned, notice_reset, undo
from skills.language import say
from skills.model import Origin, Reply, SkillError
from skills.views import LearnedView
from voice.model import NoSpeech, NotUnderstood, VoiceError


class AskingOperations:
    """Turns requests into turns of the conversation."""

    def __init__(
        self,
        home: Home,
        conversation: Conversation,
        ears: Ears,
        learning: LearnedView,
        fields: Fields,
        voices: Listener | None = None,
    ) -> None:
        """Take what answers, what hears, what was learned, and who knows voices."""
        self._home, self._conversation, self._ears = home, conversation, ears
        self._learning, self._fields, self._around = learning, fields, Around(voices=voices)

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; what is wished for in writing comes through the door ``origin``."""
        return {
            "ask": partial(self._ask, origin),
            "listen": self._listen,
            "explain": self._explain,
            "undo": partial(self._undo, origin),
            "learned": self._learned,
            "learned.forget": partial(self._forget, origin),
            "notices.reset": partial(self._reset_allowances, origin),
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return what is asked by somebody who reads the answer while it comes."""
        return {"ask.aloud": self._ask_aloud}

    async def _ask(self, origin: Origin, request: Request) -> object:
        return answer_json(text(request, "text"), await self._answered(origin, request))

    async def _ask_aloud(self, request: Request) -> AsyncGenerator[object]:
        """Yield what can be told before the answer is there, then the answer; closing it ends the turn."""
        said = text(request, "text")
        # Bounded by what an answer may say.
        sentences = asyncio.Queue[str | None]()
        async with asyncio.TaskGroup() as group:
            answering = group.create_task(self._answered(Origin.TEXT, request, sentences.put_nowait))
            answering.add_done_callback(lambda _: sentences.put_nowait(None))
            while (sentence := await sentences.get()) is not None:
                yield {"say": sentence}
            answer = await answering
        yield {"answer": answer_json(said, answer), "rest": answer.rest}

    async def _answered(self, origin: Origin, request: Request, speak: Speak | None = None) -> Answer:
        try:
            return await self._conversation.answer(
                text(request, "text"),
                origin=origin,
                area=self._fields.area(request),
                person=self._fields.person(request),
                language=perhaps(request, "language"),
                speak=speak,
            )
        except SkillError as error:
            raise ControlError("unknown-language", str(error), "use a code such as en or de") from error

    async def _listen(self, request: Request) -> object:
        try:
            sound = base64.b64decode(text(request, "wav"), validate=True)
        except binascii.Error as error:
            raise ControlError("bad-request", f"'wav' is not base64: {error}") from error
        area, language = self._fields.area(request), perhaps(request, "language")
        place = Place(area, self._fields.person(request), language)
        speaks = bool(request.get("speak"))
        house = Answering(self._conversation, self._home, place, speaks=speaks, around=self._around)
        try:
            heard = await self._ears.hear(
                sound,
                text(request, "name"),
                house,
                area=area,
                speaks=speaks,
                realtime=bool(request.get("realtime")),
            )
        except VoiceError as error:
            raise ControlError(error.code, str(error)) from error
        wav = base64.b64encode(heard.sound).decode() if heard.sound else None
        if house.last is None:
            return self._nothing_heard(heard, wav)
        said, turn = house.last
        timings_ms = {**heard.timings_ms, **{f"answer.{stage}": ms for stage, ms in turn.timings_ms.items()}}
        transcript = heard.turn.transcript
        confidence = transcript.confidence if transcript is not None else 0.0
        return {**answer_json(said, turn), "confidence": confidence, "timings_ms": timings_ms, "wav": wav}

    def _nothing_heard(self, heard: Heard, wav: str | None) -> object:
        problem = heard.turn.problem
        if problem is not None and not isinstance(problem, NoSpeech | NotUnderstood):
            raise ControlError(problem.code, str(problem)) from problem
        nothing = answer_json("", Answer(str(problem or "nothing was heard"), Status.NOT_UNDERSTOOD))
        return {**nothing, "confidence": 0.0, "timings_ms": heard.timings_ms, "wav": wav}

    async def _explain(self, request: Request) -> object:
        area, language = self._fields.area(request), perhaps(request, "language")
        return await self._conversation.explain(text(request, "text"), area=area, language=language)

    async def _undo(self, origin: Origin, request: Request) -> object:
        since = perhaps(request, "since")
        at = self._fields.time(since).isoformat() if since is not None else None
        said = "hearth undo" if since is None else f"hearth undo --since {since}"
        return await self._carried_out(origin, request, said, Reply(say("I took that back."), [undo(at)]))

    async def _learned(self, request: Request) -> object:
        del request
        return [{**asdict(one), "at": self._fields.iso(one.at)} for one in self._learning.learned()]

    async def _forget(self, origin: Origin, request: Request) -> object:
        number = request.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            raise ControlError("bad-request", "'id' must be a number", "see: hearth learned")
        known = next((one for one in self._learning.learned() if one.id == number), None)
        if known is None:
            raise ControlError("unknown-lesson", f"nothing learned has the number {number}", "see: hearth learned")
        reply = Reply(say("I forgot “{words}”.", words=known.words), [forget_learned(number)])
        return await self._carried_out(origin, request, f"hearth learned forget {number}", reply)

    async def _reset_allowances(self, origin: Origin, request: Request) -> object:
        reply = Reply(say("I learn anew how many notices you get."), [notice_reset()])
        return await self._carried_out(origin, request, "hearth notices reset", reply)

    async def _carried_out(self, origin: Origin, request: Request, said: str, reply: Reply) -> object:
        person = self._fields.person(request)
        answer = await self._conversation.carry_out(reply, origin=origin, person=person, said=said)
        return answer_json(said, answer)
