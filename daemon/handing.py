"""Hands over to Home Assistant what is said there: sentences that people gave to its automations."""

import asyncio
import logging
import re
from collections.abc import Sequence

from devices.homeassistant import HomeAssistant
from devices.homeassistant.client import AnswerError, HubError, mapping
from devices.homeassistant.sentences import compiled, fits, spoken
from skills.actions import SentenceHandOver
from skills.effect import Effect
from skills.grammar.model import Decision, Understanding
from skills.language import say
from skills.model import Cause, Match, Outcome, Risk, Verdict

log = logging.getLogger("hearth." + __name__)

INTENT = "HearthHandOver"
ANSWER_S = 8.0
"""Less than a turn of the conversation: an automation that answers does so before it waits for anything."""
AGAIN_S = 30.0
LONGEST_TOLD = 500
"""Characters of an answer that are said."""


class Handing:
    """Knows the sentences, and has the effect by which one of them is handed over."""

    def __init__(self, hub: HomeAssistant) -> None:
        self._hub = hub
        self._patterns: Sequence[re.Pattern[str]] = ()

    def meaning(self, text: str) -> Understanding | None:
        """Return that it is to be handed over, if it is one of theirs."""
        if not self._patterns or not fits(text, self._patterns):
            return None
        return Understanding(Decision.ACT, (Match(INTENT, {"text": text}),), confidence=1.0, reason="of Home Assistant")

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        # Whatever the automation does happens there, past our gateway: as with a script.
        return [
            Effect(
                "homeassistant.sentence",
                SentenceHandOver,
                lambda _: Risk.CONSEQUENTIAL,
                self._hand_over,
                lambda given: say("tell Home Assistant “{text}”", text=SentenceHandOver.model_validate(given).text),
            )
        ]

    async def run(self) -> None:
        """Keep the sentences up to date; ends only by cancellation."""
        while True:
            await self._hub.wait_connected()
            try:
                await self._read()
                async for _ in self._hub.events("automation_reloaded"):
                    await self._read()
            except HubError as error:
                log.debug("%s", error)
            await asyncio.sleep(AGAIN_S)

    async def _read(self) -> None:
        templates = spoken((await self._hub.automations()).values())
        self._patterns = [found for one in templates if (found := compiled(one)) is not None]

    async def _hand_over(self, given: object, cause: Cause) -> Outcome:
        del cause
        wish = SentenceHandOver.model_validate(given)
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = mapping(await self._hub.ask("conversation/process", text=wish.text, language=wish.language))
        except AnswerError:
            return Outcome(Verdict.FAILED, say("Home Assistant does not take it"))
        except (HubError, TimeoutError):
            return Outcome(Verdict.UNCONFIRMED, say("Home Assistant did not say whether it took it"))
        response = mapping(answer.get("response"))
        told = mapping(mapping(response.get("speech")).get("plain")).get("speech")
        words = " ".join(told.split())[:LONGEST_TOLD] if isinstance(told, str) else ""
        if response.get("response_type") == "error":
            return Outcome(Verdict.FAILED, words.rstrip("."))
        return Outcome(Verdict.DONE, told=words)
