"""What the sentences that a recogniser is torn between would mean in this house: the judge of `voice.arbitrate`."""

from collections.abc import Callable, Mapping, Sequence

from daemon.grammars import Grammars
from devices.model import AreaId, HomeView
from skills.grammar.model import Context, Decision, Understanding
from skills.model import Match
from voice.arbitrate import Sense

_ASKED = 0.5
"""A sentence that leads to a question is less likely meant than one that can be done, and harms less."""

_REPEATS_SURE = 0.75
"""Of "again" nothing but its sound tells whether it was said. Of 195 recordings one was taken by the tiny test model
for "could you again", its least sure word at 0.69; of 17 that synthetic voices said, down to 10 dB of noise, and that
were heard right, 13 were above. Who was not has to say it once more.
"""


class Meanings:
    """Understands sentences as if they were said in the room of a satellite, and does nothing. Of the event loop."""

    def __init__(
        self,
        grammars: Grammars,
        home: HomeView,
        area_of: Callable[[str], AreaId | None],
        *,
        language: str | None = None,
    ) -> None:
        """`area_of` tells the room of a satellite; `language` is the recogniser's, that of the house by default."""
        self._grammars = grammars
        self._home = home
        self._area_of = area_of
        self._language = language or grammars.default

    def __call__(self, texts: Sequence[str], satellite: str) -> Sequence[Sense]:
        """Return what each of `texts` means; nothing in a language that nobody has spoken here yet."""
        grammar = self._grammars.loaded(self._language)
        if grammar is None:
            return [Sense()] * len(texts)
        context = Context(self._area_of(satellite))
        return [
            Sense(least=_REPEATS_SURE)
            if grammar.only_repeats(text)
            else _sense(grammar.understand(text, self._home, context))
            for text in texts
        ]


def _sense(meant: Understanding) -> Sense:
    match meant.decision:
        case Decision.ACT:
            return Sense(meant.confidence, "; ".join(map(_written, meant.matches)))
        case Decision.ASK:
            return Sense(_ASKED, f"? {meant.question}")
        case Decision.DEFER | Decision.REJECT:
            return Sense()


def _written(match: Match) -> str:
    """Return a match as text that is the same for every sentence that comes to it."""
    return f"{match.intent} {_slots(match.slots)} {sorted(match.targets)}"


def _slots(slots: Mapping[str, object]) -> str:
    # What a thing was called does not matter once it is known which one it is.
    return " ".join(f"{name}={value}" for name, value in sorted(slots.items()) if name != "name")
