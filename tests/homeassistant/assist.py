"""Runs an Assist pipeline of a real Home Assistant as its own page does, with text or with sound."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from websockets.asyncio.client import ClientConnection, connect

from tests.homeassistant.process import Object, RealHomeAssistant

DEADLINE_S = 60.0
PIECE = 3_200
"""Bytes: a tenth of a second."""


@dataclass(frozen=True)
class Run:
    """What became of a run."""

    heard: str
    """What was recognised, or was sent as text."""
    said: str
    kind: str
    """``action_done``, ``query_answer``, ``error``, …"""
    url: str
    """Where the answer can be heard; empty: nowhere."""


class Assist:
    """One connection to it."""

    def __init__(self, line: ClientConnection) -> None:
        self._line, self._last = line, 0

    async def ask(self, kind: str, **fields: object) -> Object:
        """Send a command and return its result."""
        answer = await self._answer(await self._send(kind, **fields))
        assert answer["success"], answer
        return cast("Object", answer["result"])

    async def entities(self, platform: str) -> list[str]:
        """Return the entities that an integration made."""
        entries = cast("list[Object]", await self.ask("config/entity_registry/list"))
        return [str(one["entity_id"]) for one in entries if one["platform"] == platform]

    async def pipeline(self, agent: str, ears: str, voice: str) -> str:
        """Make a pipeline of these and return its id."""
        made = await self.ask(
            "assist_pipeline/pipeline/create",
            name="Hearth", language="en", conversation_engine=agent, conversation_language="en",
            stt_engine=ears, stt_language="en", tts_engine=voice, tts_language="en", tts_voice=None,
            wake_word_entity=None, wake_word_id=None,
        )  # fmt: skip
        return str(made["id"])

    async def write(self, pipeline: str, text: str) -> Run:
        """Have it answer what is written, in sound too."""
        return _run(text, await self._events(await self._begin(pipeline, "intent", {"text": text})))

    async def speak(self, pipeline: str, pcm: bytes) -> Run:
        """Have it answer what is said: int16 mono at 16 kHz."""
        number = await self._begin(pipeline, "stt", {"sample_rate": 16_000})
        begun = await self._event(number)
        handler = cast("Object", cast("Object", begun["data"])["runner_data"])["stt_binary_handler_id"]
        mark = bytes([cast("int", handler)])
        for start in range(0, len(pcm), PIECE):
            await self._line.send(mark + pcm[start : start + PIECE])
        await self._line.send(mark)
        return _run("", [begun, *await self._events(number)])

    async def _begin(self, pipeline: str, stage: str, given: Object) -> int:
        number = await self._send(
            "assist_pipeline/run", start_stage=stage, end_stage="tts", pipeline=pipeline, input=given
        )
        answer = await self._answer(number)
        assert answer["success"], answer
        return number

    async def _events(self, number: int) -> Sequence[Object]:
        found: list[Object] = []
        while not found or found[-1]["type"] != "run-end":
            found.append(await self._event(number))
        return found

    async def _event(self, number: int) -> Object:
        return cast("Object", (await self._answer(number, "event"))["event"])

    async def _send(self, kind: str, **fields: object) -> int:
        self._last += 1
        await self._line.send(json.dumps({"id": self._last, "type": kind, **fields}))
        return self._last

    async def _answer(self, number: int, kind: str = "result") -> Object:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                answer = cast("Object", json.loads(await self._line.recv()))
                if (answer.get("id"), answer["type"]) == (number, kind):
                    return answer


@asynccontextmanager
async def assist(process: RealHomeAssistant) -> AsyncGenerator[Assist]:
    """Connect as its owner."""
    async with connect(f"ws://{process.host}:{process.port}/api/websocket", proxy=None, max_size=None) as line:
        await line.recv()
        await line.send(json.dumps({"type": "auth", "access_token": process.token}))
        assert cast("Object", json.loads(await line.recv()))["type"] == "auth_ok"
        yield Assist(line)


def _run(text: str, events: Sequence[Object]) -> Run:
    ended = {str(event["type"]): cast("Object", event["data"] or {}) for event in events}
    assert "error" not in ended, ended["error"]
    heard = cast("Object", ended.get("stt-end", {}).get("stt_output", {})).get("text", text)
    output = cast("Object", ended["intent-end"]["intent_output"])
    response = cast("Object", output["response"])
    plain = cast("Object", cast("Object", response["speech"]).get("plain", {}))
    sound = cast("Object", ended.get("tts-end", {}).get("tts_output", {}))
    said, kind = str(plain.get("speech", "")), str(response["response_type"])
    return Run(str(heard), said, kind, str(sound.get("url", "")))
