"""How people ask tools of others: by which sentences, and the effect that answers as what somebody else says."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from daemon.household import Household, Role
from daemon.mcp.model import McpError
from daemon.mcp.servers import Servers
from daemon.reasoner.claims import claims
from daemon.reasoner.sayable import speakable
from devices.names import fold
from skills.effect import Effect
from skills.grammar.model import Decision, Understanding
from skills.language import say
from skills.model import Cause, Match, Origin, Outcome, Risk, Verdict
from skills.outside import LOOK_UP, OutsideAsk

ASK_S = 19.0
"""Less than a turn of the conversation; a server that has to be started takes some of it."""
_PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})
_OURS = re.compile(
    r"(?:my|our|me|us|i|we|mein\w*|unser\w*|mich|mir|uns|ich|wir|(?:the|in the|on the|at the) (?:house|home|calendar"
    r"|shopping list|list))\b",
    re.IGNORECASE,
)
"""How questions begin that are about the household: those are for nobody outside."""
_STANDS = r"(?:sagt|weiß|weiss|schreibt|steht)(?: in| im| bei| auf)?(?: der| die| das| dem)?"
_NAMED = (
    r"what (?:does|do|did) (?:the )?{who} (?:say|know|tell (?:us|me)|have|write) (?:about|on|of) (?P<what>.+?)",
    r"(?:ask|consult|search|check) (?:the |in the |on the |with the )?{who}(?:,| about| for| on)? (?P<what>.+?)",
    r"according to (?:the )?{who},? (?P<what>.+?)",
    r"look (?:up )?(?P<what>.+?) (?:up )?(?:on|in|with|at|using) (?:the )?{who}",
    rf"was {_STANDS} {{who}} (?:über|zu\w?|vo[nm]) (?P<what>.+?)",
    r"frage?(?: mal| bitte)* (?:die |den |das )?{who},?(?: nach| über| zu)? (?P<what>.+?)",
    r"laut (?:der |dem )?{who},? (?P<what>.+?)",
    r"(?:schlage?|schau|sieh|suche?)(?: mal| bitte)* (?P<what>.+?) (?:in|im|bei|auf|mit) (?:der |dem )?{who}(?: nach)?",
)
_UNNAMED = (
    r"look up (?P<what>.+?)",
    r"look (?P<what>.+?) up",
    r"(?:schlage?|schau|sieh)(?: mal| bitte)* (?P<what>.+?) nach",
)
_POLITE = r"(?:(?:please|bitte|can you|could you|kannst du) )?"
_END = r"(?: (?:please|bitte|for me|für mich))?"
LONGEST = 500
"""Characters of a question, as the effect takes them."""


class Asking:
    """Knows how people name the servers; has the effect by which one of them is asked."""

    def __init__(self, servers: Servers, household: Household) -> None:
        """Take the servers, and the people who may or may not ask them."""
        self._servers, self._household = servers, household
        every = {words: one.name for one in servers.by_name.values() for words in (one.name, *one.given.called)}
        self._names: Mapping[str, str] = {fold(words): name for words, name in every.items()}
        # A longer name before one that it begins with; what is spoken has blanks where a name has signs.
        who = "|".join(
            re.escape(words).replace("_", "[ _]").replace(r"\-", "[ -]") for words in sorted(every, reverse=True)
        )
        self._named = [_sentence(form.replace("{who}", f"(?P<who>{who})")) for form in _NAMED]
        self._unnamed = [_sentence(form) for form in _UNNAMED]

    def meaning(self, text: str) -> Understanding | None:
        """Return that a server is asked, if that is what was said; what is the household's own is for nobody outside.

        Where none was named it is `Servers.usual`.
        """
        said = " ".join(text.split()).rstrip(" ?!.")
        if len(said) > LONGEST:
            return None
        for form in self._named:
            found = form.fullmatch(said)
            if found is not None:
                return _asked(found["what"], self._names[fold(found["who"])])
        usual = self._servers.usual
        for form in self._unnamed if usual is not None else ():
            found = form.fullmatch(said)
            if found is not None and usual is not None and not _OURS.match(found["what"]):
                return _asked(found["what"], usual)
        return None

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [Effect("outside.ask", OutsideAsk, lambda _: Risk.READ, self._ask, _words, ASK_S, concurrent=True)]

    async def _ask(self, given: object, cause: Cause) -> Outcome:
        wish = OutsideAsk.model_validate(given)
        server = self._servers.by_name.get(wish.server)
        if server is None or cause.tainted or cause.origin not in _PEOPLE:
            # What strangers wrote, a model or a routine puts together, is not carried out of the house.
            return Outcome(Verdict.REFUSED, say("only a person can ask that"))
        if not self._may(cause, server.given.roles):
            return Outcome(Verdict.REFUSED, say("{server} is not for everybody to ask", server=server.called))
        try:
            text = plain(await self._servers.answered(wish.server, wish.text))
        except McpError as error:
            return Outcome(Verdict.FAILED, str(error))
        return Outcome(Verdict.DONE, told=_told(server.called, text))

    def _may(self, cause: Cause, roles: Sequence[str]) -> bool:
        role = self._household.role_of(cause)
        if role is None and not self._household.people:
            return True
        return (role or Role.GUEST).value in roles


def plain(text: str) -> str:
    """Return what a tool answered as it can be spoken; of a JSON object its values with their names."""
    try:
        answer: object = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        values = cast("Mapping[str, object]", answer).items()
        text = ", ".join(f"{name.replace('_', ' ')}: {one}" for name, one in values if not isinstance(one, dict | list))
    return speakable(text)


def _told(server: str, text: str) -> str:
    """Return an answer as somebody else's, once more at its end where one could take it for what the house did."""
    who = server[:1].upper() + server[1:]
    if not text:
        return say("{server} says nothing about that.", server=who)
    told = say("{server} says: {text}", server=who, text=text)
    return f"{told} {say('So says {server}, not I.', server=server)}" if claims(text) else told


def _sentence(form: str) -> re.Pattern[str]:
    return re.compile(_POLITE + form + _END, re.IGNORECASE)


def _asked(what: str, server: str) -> Understanding:
    match = Match(LOOK_UP, {"text": what, "server": server})
    return Understanding(Decision.ACT, (match,), confidence=1.0, reason="of tools of others")


def _words(given: object) -> str:
    wish = OutsideAsk.model_validate(given)
    return say("ask {server} about “{text}”", server=wish.server, text=wish.text)
