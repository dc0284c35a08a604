"""What the model has worked out is offered as a sentence: the second time it takes no model."""

from collections.abc import Mapping, Sequence

from daemon.conversation.answer import Answer, Status
from daemon.conversation.attending import Aside
from daemon.grammars import Grammars
from daemon.learning.lesson import Teacher
from devices.model import HomeView
from skills.grammar.model import Context, Decision
from skills.grammar.paraphrases import LONGEST_PHRASE
from skills.language import say
from skills.model import Ask, Match, Utterance, Wants

OFFER_S = 1.0
"""So long an answer that is there may wait for what is only asked beside it."""
_OPENED = frozenset({"cover", "valve"})
_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "HassTurnOn": "turn on the {things}",
        "HassTurnOff": "turn off the {things}",
        "open": "open the {things}",
        "close": "close the {things}",
        "HassLightSet": "set the {things} to {brightness} percent",
        "HassSetPosition": "set the {things} to {position} percent",
        "HassClimateSetTemperature": "set the {things} to {temperature} degrees",
        "HassSetVolume": "set the volume of the {things} to {volume_level} percent",
        "HassFanSetSpeed": "set the {things} to {percentage} percent",
        "HassMediaPause": "pause the {things}",
        "HassMediaUnpause": "resume the {things}",
        "HassVacuumStart": "start the {things}",
        "HassVacuumReturnToBase": "send the {things} home",
    },
    "de": {
        "HassTurnOn": "schalte {things} ein",
        "HassTurnOff": "schalte {things} aus",
        "open": "öffne {things}",
        "close": "schließe {things}",
        "HassLightSet": "stelle {things} auf {brightness} Prozent",
        "HassSetPosition": "stelle {things} auf {position} Prozent",
        "HassClimateSetTemperature": "stelle {things} auf {temperature} Grad",
        "HassSetVolume": "stelle die Lautstärke von {things} auf {volume_level} Prozent",
        "HassFanSetSpeed": "stelle {things} auf {percentage} Prozent",
        "HassMediaPause": "pausiere {things}",
        "HassMediaUnpause": "setze {things} fort",
        "HassVacuumStart": "starte {things}",
        "HassVacuumReturnToBase": "schicke {things} nach Hause",
    },
}
"""Candidates: one is offered only if the grammar reads it as exactly what was done."""
_AND = {"en": " and ", "de": " und "}


async def offer_of(
    answer: Answer, utterance: Utterance, grammars: Grammars, home: HomeView, learning: Teacher | None
) -> Aside | None:
    """Return the question whether words are to stand for what the model made of them; ``None``: it is not asked.

    It is asked where all of it was done, and there is a sentence for it.
    """
    if learning is None or answer.route != "reasoner" or answer.status is not Status.DONE:
        return None
    if not 2 <= len(utterance.text.split()) <= LONGEST_PHRASE:
        return None
    language = utterance.language.partition("-")[0]
    command = sentence_of(answer.commands, home, language)
    if command is None:
        return None
    context = Context(utterance.area)
    meant = await grammars.understand(utterance.language, command, home, context, within_s=OFFER_S)
    if meant.decision is not Decision.ACT or list(map(_gist, meant.matches)) != list(map(_gist, answer.commands)):
        return None
    words = utterance.text.strip(" .,;:!?")
    question = say("Shall I take “{words}” for “{command}” from now on?", words=words, command=command)
    match = Match("learning.phrase", {"said": words, "command": command})
    return Aside(match, Ask(question, slot="sure", wants=Wants.YES))


def sentence_of(matches: Sequence[Match], home: HomeView, language: str) -> str | None:
    """Return what one could have said for commands; ``None`` if there are no words of ours for one of them."""
    parts = [_part(match, home, language) for match in matches]
    told = [part for part in parts if part is not None]
    return _AND[language].join(told) if told and len(told) == len(parts) else None


def _part(match: Match, home: HomeView, language: str) -> str | None:
    things = [thing for target in match.targets if (thing := home.entity(target)) is not None]
    if not things or language not in _SENTENCES:
        return None
    opens = all(thing.domain in _OPENED for thing in things)
    kind = {"HassTurnOn": "open", "HassTurnOff": "close"}.get(match.intent, match.intent) if opens else match.intent
    form = _SENTENCES[language].get(kind)
    return None if form is None else form.format(things=_AND[language].join(one.name for one in things), **match.slots)


def _gist(match: Match) -> tuple[object, ...]:
    """Return what counts of a command: names and rooms are only how its things were found."""
    numbers = {name: float(value) for name, value in match.slots.items() if isinstance(value, int | float)}
    return match.intent, sorted(match.targets), sorted(numbers.items())
