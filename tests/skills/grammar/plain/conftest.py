from collections.abc import Callable

import pytest

from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Understander, Understanding
from skills.grammar.plain import Draft, Household, Unclear, draft
from skills.language import speaking
from skills.model import PersonId
from tests.skills.grammar.plain.sentences import house

Drafting = Callable[[str, str], Draft | Unclear | None]


@pytest.fixture(scope="session")
def engines() -> dict[str, Understander]:
    """English and German, with the sentences of the built-in skills."""
    return {language: load(language, registry.load().documents(language)) for language in ("en", "de")}


@pytest.fixture(scope="session")
def drafting(engines: dict[str, Understander]) -> Drafting:
    """Return the function that makes a draft of what Mara says in the cottage."""
    homes = {language: house(language) for language in engines}

    def drafted(text: str, language: str) -> Draft | Unclear | None:
        home, engine = homes[language], engines[language]

        def understand(command: str, where: Context) -> Understanding:
            return engine.understand(command, home, where)

        with speaking(language):
            household = Household(home, understand, PersonId("mara"), {"all": "notify.all"})
            return draft(text, household, language)

    return drafted
