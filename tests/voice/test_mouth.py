import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.voice.room import Hum, Oracle
from voice.engines import Engines, EngineSettings
from voice.model import EngineError
from voice.mouth import Mouth
from voice.satellites.file import FileSatellite


@pytest.mark.parametrize(
    ("language", "speaks"),
    [(None, "de"), ("de", "de"), ("de-AT", "de"), ("en", "en"), ("xx", "de")],
    ids=["usual", "the same", "of a region", "another", "none there"],
)
async def test_a_text_is_said_by_a_voice_of_its_language(language: str | None, speaks: str):
    voices = {"de": Hum(), "en": Hum()}
    async with AsyncExitStack() as opened:
        engines = {
            code: await opened.enter_async_context(
                Engines(EngineSettings(language=code), recognizer=Oracle(""), synthesizer=voice)
            )
            for code, voice in voices.items()
        }

        async def abroad(language: str) -> Engines:
            if language not in engines:
                raise EngineError("there is no such voice")
            return engines[language]

        mouth = Mouth(FileSatellite(b"", name="shelf"), engines["de"], asyncio.get_running_loop().time, abroad)
        await mouth.say("Guten Tag", lambda: None, language)

    assert {code: voice.said for code, voice in voices.items() if voice.said} == {speaks: ["Guten Tag"]}
