"""In which language a text is read: that of who says it, unless it makes sense in another one only."""

from collections.abc import Callable

from daemon.grammars import Grammars
from devices.home import Home
from devices.model import AreaId
from skills.grammar.model import Context, Decision
from skills.model import PersonId


class Tongues:
    """Knows who speaks which language; asks the sentences where that leaves a choice, and costs nothing elsewhere."""

    def __init__(self, grammars: Grammars, home: Home) -> None:
        """Nobody speaks another language than the house before `at_home` is told."""
        self._grammars, self._home = grammars, home
        self.at_home: Callable[[PersonId | None], str | None] = lambda _: None
        """Returns the language of a person, ``de`` or ``de-AT``; ``None``: that of the house."""

    async def of(self, text: str, person: PersonId | None, area: AreaId | None, *, put_off: bool = False) -> str:
        """Return the language of a text; ``put_off``: of one that was said before, in any language of the house.

        Raises:
            SkillError: there are no sentences in the language of the person.
        """
        usual, own = self._grammars.default, self.at_home(person)
        first = own.partition("-")[0] if own is not None else usual
        choice = dict.fromkeys((first, usual, *(self._grammars.spoken if put_off else ())))
        found = dict[Decision, str]()
        for language in choice if len(choice) > 1 else ():
            meant = await self._grammars.understand(language, text, self._home, Context(area, person))
            found.setdefault(meant.decision, language)
            if meant.decision is Decision.ACT:
                break
        return found.get(Decision.ACT) or found.get(Decision.ASK) or first
