"""That "never suggest that again" is for the habits, and every other "never" is a standing instruction."""

import pytest

from daemon.conversation.rungs import Rungs
from daemon.grammars import Grammars
from daemon.heeding.rules import instructs
from devices.home import Home
from devices.model import AreaId
from skills import registry
from skills.facts import NoFacts
from skills.grammar import load
from skills.grammar.model import Context
from skills.model import Cause, CauseId, Match, Origin, PersonId, Utterance
from skills.views import NoAgenda
from tests.doubles import START


class Told(NoFacts):
    """A memory that takes every standing instruction."""

    def unheard(self, person: PersonId | None, area: AreaId | None) -> bool:
        return False

    async def instructed(self, utterance: Utterance) -> Match | None:
        return Match("memory.keep", {}) if instructs(utterance.text) else None

    def beside(self, utterance: Utterance) -> tuple[str, Match] | None:
        return None

    async def meaning(self, utterance: Utterance) -> Match | None:
        return None


@pytest.fixture(scope="module")
def rungs() -> Rungs:
    found = registry.load()
    grammars = Grammars("en", lambda language: load(language, found.documents(language)))
    return Rungs(Home(), grammars, None, Told(), NoAgenda())


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "never suggest that again", "habits.never"),
        ("de", "schlag das nie wieder vor", "habits.never"),
        ("en", "never play the radio at night", "memory.keep"),
    ],
)
async def test_a_never_goes_to_whom_it_is_meant_for(rungs: Rungs, language: str, text: str, intent: str) -> None:
    said = Utterance(text, START, Cause(CauseId("said"), Origin.TEXT), language=language)
    meant, _ = await rungs.understood(said, Context())
    assert [one.intent for one in meant.matches] == [intent]
