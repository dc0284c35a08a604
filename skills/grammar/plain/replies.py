"""How people answer what is asked of a routine, or say what of it shall be otherwise; the words are folded."""

from dataclasses import dataclass
from functools import cache

from skills.grammar.plain.speech import Pattern, Table, table, words


@dataclass(frozen=True, slots=True)
class Replies:
    """One language."""

    leads: Pattern
    """What stands before that which shall be otherwise: ``no, make it …``."""
    trails: Pattern
    """The same at the end: ``… instead``."""
    adds: Pattern
    """What says that it comes in addition."""
    takes: Pattern
    """What stands before that which was wrong: ``not the hall light, the kitchen light``."""
    asks: Table
    """``rest``: what else is wrong; ``again``: how it is understood; ``trial``: what would come of it."""
    once: Pattern
    """What says that no routine was meant, but once."""
    bridges: tuple[str, ...]
    """What people leave out before an answer: ``(in the) evening``."""
    first: Pattern
    last: Pattern


@cache
def replies(language: str) -> Replies | None:
    """Return what is known of a language; ``None`` for one that routines cannot be said in."""
    return {"en": _ENGLISH, "de": _GERMAN}.get(language.partition("-")[0].lower())


_ENGLISH = Replies(
    leads=words(
        r"(?:(?:no|nope|nah|not quite|but|well|actually|rather|better|instead|sorry|oh|and|please|just|hm+"
        r"|make (?:it|that)|let it be|i (?:mean|meant|want|wanted|said)|let's say|say|use|take"
        r"|(?:do|run) (?:it|that)|(?:it|that) (?:should|shall) (?:be|run|happen|start)"
        r"|(?:change|switch|move|set) (?:it|that|the time|the light|the lamp|the number) to|it's|that's|that is"
        r"|the answer is|(?:i'd|i would) (?:prefer|rather have|like)) ?)+"
    ),
    trails=words(r"(?:instead|rather|please|then|better|i mean|i meant|thanks)"),
    adds=words(r"also|too|as well|in addition|additionally|and also"),
    takes=words(r"(?:and )?not"),
    asks=table(
        r"""
        rest = (?:and )?(?:what|anything|something) else(?: is (?:wrong|there))?|what (?:is|are) the (?:others?|rest)
          |(?:and )?the rest|what more|is that all|go on
        again = (?:say|read|repeat) (?:it|that)(?: back)?(?: to me)?(?: again)?|what (?:was|is) (?:it|that) again
          |once more|(?:say|come) again|how did you understand (?:it|that)|repeat
        trial = what would (?:it|that) (?:do|have done)|what would (?:happen|have happened)(?: then)?
          |how often would (?:it|that) (?:run|have run|happen|have happened)|rehearse (?:it|that)|try it(?: out)?
        """
    ),
    once=words(
        r"(?:no )?(?:just |only )?(?:the )?(?:once|one time|this time|this once)(?: only)?|only today|just today"
    ),
    bridges=("in the", "every", "at", "on", "when", "above"),
    first=words(r"(?:the )?first(?: one)?|number one"),
    last=words(r"(?:the )?(?:last|latter)(?: one)?"),
)  # fmt: skip

_GERMAN = Replies(
    leads=words(
        r"(?:(?:nein|ne|nee|nicht ganz|aber|doch|lieber|eher|besser|sondern|stattdessen|statt dessen|ach|und|bitte"
        r"|nur noch|mach (?:es|das|daraus|da)|ich (?:meine|meinte|will|wollte|sagte|mochte)|sagen wir|nimm|nimm da"
        r"|(?:es|das) soll(?:te)?|(?:ander[en]?|verschieb|stell|setz)e? (?:es|das|die zeit|die uhrzeit) (?:auf|zu|in)"
        r"|das ist|das war|das sind|gemeint ist|gemeint war) ?)+"
    ),
    trails=words(
        r"(?:stattdessen|statt dessen|lieber|bitte|dann|besser|eher|sein|laufen|passieren|meine ich|meinte ich)"
    ),
    adds=words(r"auch|ausserdem|zusatzlich|dazu|und auch|auch noch"),
    takes=words(r"(?:und )?nicht"),
    asks=table(
        r"""
        rest = (?:und )?(?:was|sonst) (?:sonst|noch)(?: noch| was)?|(?:und )?der rest|was noch
          |gibt es noch (?:was|etwas|mehr)|ist das alles|weiter
        again = (?:sag|lies|wiederhole?)(?: es| das| mir das)?(?: noch ?mal| noch einmal)?(?: vor)?|noch ?mal
          |noch einmal|wie (?:hast du|bitte)(?: das)?(?: verstanden)?|wie war das(?: noch ?mal)?
        trial = was (?:wurde|ware)(?: dann| da)?(?: passieren| passiert| geschehen| das tun)?
          |probier(?:e)? es(?: mal)?(?: aus)?
          |wie oft (?:wurde|ware) (?:das|sie|es)(?: gelaufen| laufen| passieren| passiert)?
        """
    ),
    once=words(r"(?:nein )?(?:nur|bloss)? ?(?:das )?(?:ein ?mal|eine mal|dieses mal|diesmal)(?: nur)?|nur heute"),
    bridges=("am", "jeden", "um", "in der", "wenn", "uber"),
    first=words(r"(?:die|der|das|den)? ?erste[nrs]?|nummer eins"),
    last=words(r"(?:die|der|das|den)? ?letzte[nrs]?"),
)  # fmt: skip
