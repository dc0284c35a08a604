"""What a text that is no sentence of a skill tells or asks of the memory; by rule, in English and German."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from daemon.heeding import spelled
from daemon.memory.asking import wanted
from daemon.memory.saying import DIETS, Statement, statements
from skills.model import Match

_POLITE = (
    r"^(?:(?:hey|ok(?:ay)?|so|and|please|hearth|well|um|can you|could you|tell me|do you (?:know|remember)|bitte|also"
    r"|und|sag mir|weißt du(?: noch)?|erinnerst du dich)\b[,\s]*)+"
)
_START = re.compile(_POLITE, re.IGNORECASE)

_WISHES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "memory.unheard": (
            r"(?:don't|do not) (?:remember|keep|save|store|record) (?:this|any of this|this (?:talk|conversation))",
            r"(?:don't|do not) (?:remember|keep|save|store|record) what (?:i|we) say(?: now)?",
            r"(?:go|stay) (?:incognito|off the record)|(?:this is |what follows is )?off the record",
        ),
        "memory.heard": (
            r"(?:you (?:can|may) |please )?(?:remember|listen) (?:everything |things |all )?again",
            r"(?:you're |you are |we're |we are )?(?:back )?on the record(?: again)?|(?:stop|end|leave) incognito",
        ),
        "memory.keep": (
            r"(?:please )?(?:remember|note|keep in mind)(?: (?:that|this|it|something))?",
            r"(?:please )?(?:remember|keep in mind|note|make a note|don't forget)(?: that|:|,)\s*(?P<what>.+)",
        ),
        "memory.known": (
            r"what do you (?:know|remember) (?:about|of) me",
            r"what have i told you(?: about (?:me|myself))?",
        ),
        "memory.about": (r"what do you (?:know|remember) about (?P<what>.+)",),
        "memory.more": (r"(?:tell me |and |what )+(?:more|else)|what else do you know(?: about me)?|and the rest",),
        "memory.who": (r"who (?:told you|said)(?: to you)?(?: that| about| where| what| when)? (?P<what>\w+ .+)",),
        "memory.when": (
            r"when (?:did|have) i (?:say|said|tell|told|mention)\w*(?: to)?(?: you)?(?: about| that)? (?P<what>.+)",
        ),
        "memory.said": (
            r"what (?:did|have) (?P<who>\w+) (?:ever )?(?:say|said|tell|told)(?: you| me)?(?: about| of)? (?P<what>.+)",
            r"what (?:did|have) (?P<who>\w+) (?:ever )?(?:talk|talked|mention|mentioned) (?:about |of )?(?P<what>.+)",
        ),
        "memory.why": (
            r"why do you (?:think|say|believe) (?:that|so|this)|how do you know(?: that| this)?|who says so|says who",
            r"who (?:told you|said) (?:that|so)|where did you (?:hear|get) that(?: from)?",
        ),
        "memory.forget": (
            r"forget (?:that|it|this|what i (?:just )?(?:said|told you))(?: again)?",
            r"strike that|unremember that",
        ),
        "memory.forget_all": (
            r"forget (?:everything|all)(?: that)?(?: you know)?(?: (?:about|of) me| i(?:'ve| have| ever)? told you)",
        ),
        "memory.forget_about": (
            r"forget (?:everything|all|anything|whatever)(?: that)?(?: you know)? (?:about|of|on) (?P<what>.+)",
            r"forget (?:the|my|our|that) (?:rule|instruction|order|wish|request)s? (?:about|on|for|to|of) (?P<what>.+)",
            r"forget (?:everything|all|whatever)(?: that)? (?:i|we) (?:said|told you) (?:about|of|on) (?P<what>.+)",
            r"forget what (?:i|we) (?:said|told you) (?:about|of|on) (?P<what>.+)",
            r"forget (?:about |that )?(?P<what>(?:my|the|our) .+|(?:i|we)(?:'\w+)? (?!said|told).+)",
        ),
        "memory.forget_said": (
            r"forget (?:everything |all )?(?:what |that )?(?:i|we) (?:have )?(?:said|told you) (?P<time>.+)",
        ),
    },
    "de": {
        "memory.unheard": (
            r"(?:merke?|behalte?|speicher[en]?) (?:dir )?(?:das|davon|dieses gespräch)(?: hier)? nichts?",
            r"(?:das ist |das bleibt )?unter uns|vertraulich",
        ),
        "memory.heard": (
            r"(?:du (?:kannst|darfst) )?(?:dir )?wieder (?:alles )?(?:merken|zuhören)|merk dir wieder (?:alles|was)",
        ),
        "memory.keep": (
            r"(?:bitte )?(?:merk|merke|notier|notiere)(?: dir)?(?: (?:was|etwas|das))?",
            r"(?:bitte )?(?:merke?|notiere?|behalte?)(?: dir)?(?: bitte)?(?:,? dass|:|,)\s*(?P<what>.+)",
            r"(?:vergiss nicht|denk daran|denk dran),? dass (?P<what>.+)",
        ),
        "memory.known": (
            r"was weißt du (?:alles )?(?:über|von) mich|was weißt du (?:alles )?von mir",
            r"was habe ich dir (?:über mich )?erzählt",
        ),
        "memory.about": (r"was weißt du (?:alles )?über (?P<what>.+)",),
        "memory.more": (r"(?:erzähl mir |und |was )*(?:mehr|noch|sonst noch|weißt du noch|weißt du sonst noch)",),
        "memory.who": (r"wer hat (?:dir )?(?:gesagt|erzählt),? (?:dass|wo|was|wann|wer) (?P<what>\w+ .+)",),
        "memory.when": (
            r"wann habe ich (?:dir )?(?:das )?(?:über |von |mit )?(?P<what>.+?) (?:gesagt|erzählt|erwähnt|gesprochen)",
        ),
        "memory.said": (
            r"was (?:habe ich|haben wir|hast du|hat (?P<who>\w+)) (?P<what>.+?) (?:gesagt|erzählt|besprochen|geredet)",
        ),
        "memory.why": (
            r"warum (?:glaubst|denkst|meinst|sagst) du das|woher weißt du das|wer (?:hat das|sagt das)(?: gesagt)?",
        ),
        "memory.forget": (
            r"vergiss (?:das|es)(?: wieder)?",
            r"vergiss,? was ich (?:gerade|eben) gesagt habe",
        ),
        "memory.forget_all": (
            r"vergiss alles(?:,? was du)? (?:über mich|von mir)(?: weißt)?",
            r"vergiss,? was du über mich weißt",
        ),
        "memory.forget_about": (
            r"vergiss alles(?:,? was (?:du|ich|wir))? (?:über|zu|von) (?P<what>.+?)(?: weißt| gesagt (?:habe|haben))?",
            r"vergiss (?:die|meine|unsere) (?:regel|anweisung|bitte)n? (?:mit|über|zu|von|für) (?P<what>.+)",
            r"vergiss,? dass (?:ich|wir) (?P<what>.+?)(?: bin| sind| habe| haben)?",
            r"vergiss (?P<what>(?:mein|meine|meinen|unser|unsere|unseren|den|die|das) .+)",
        ),
        "memory.forget_said": (r"vergiss(?: alles)?,? was (?:ich|wir) (?P<time>.+?) gesagt (?:habe|haben)",),
    },
}
_FORMS = {
    language: [
        (re.compile(f"^(?:{form})$", re.IGNORECASE), intent) for intent, forms in wishes.items() for form in forms
    ]
    for language, wishes in _WISHES.items()
}
_ASKS = {
    "en": re.compile(
        r"^(?:where(?:'s| is| are| did (?:i|we) (?:put|leave|hide))|what(?:'s| is| are| was| were)|who(?:'s| is| are)"
        r"|when(?:'s| is| are)|which (?:\w+ )?(?:is|are)) (?P<thing>.+)$",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"^(?:wo (?:ist|sind|liegt|liegen|steht|stehen|habe ich|haben wir)|was (?:ist|sind|war)|wer (?:ist|sind|war)"
        r"|wann (?:ist|sind|hat|war|kommt|kommen|fährt|beginnt|öffnet|schließt|endet)|wie (?:ist|lautet|heißt)"
        r"|welche\w* \w+ (?:ist|sind)) (?P<thing>.+)$",
        re.IGNORECASE,
    ),
}
_SMALL = re.compile(
    r"^(?:(?:the|a|an|my|our|your|der|die|das|den|dem|mein|meine|meinen|unser|unsere|unseren)\s+)+", re.IGNORECASE
)
_RIGHT = {
    "en": re.compile(
        r"^(?:no|nope|wrong|actually|that's (?:wrong|not (?:right|true))|not quite)[,.!\s]+"
        r"(?:it|that|this|he|she|they)(?:'s|'re| is| are| was)(?: now)? (?:not .+?,? but )?"
        r"(?P<what>(?!not\b|wrong\b).+)$",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"^(?:nein|falsch|doch nicht|das stimmt nicht|stimmt nicht)[,.!\s]+"
        r"(?:er|sie|es|das|der|die)(?: ist| sind| liegt| liegen| steht| heißt| lautet)(?: jetzt)? "
        r"(?P<what>(?!nicht\b).+)$",
        re.IGNORECASE,
    ),
}
_RENEWED = {
    "en": re.compile(
        r"^(?:no,? |actually,? )?(?:the|our) (?P<thing>[\w' -]{2,60}?) (?:is|are) (?:now )?.+$", re.IGNORECASE
    ),
    "de": re.compile(
        r"^(?:nein,? )?(?:der|die|das|unser|unsere) (?P<thing>[\w' -]{2,60}?)"
        r" (?:ist|sind|liegt|liegen|steht|heißt) .+$",
        re.IGNORECASE,
    ),
}
_KEPT_AT = {
    "en": re.compile(
        r"^(?:by the way,? |so you know,? )?(?:the|our|my) [\w' -]{2,60}? (?:is|are)(?: now| always| kept| usually)*"
        r" (?:in|on|at|under|behind|beside|inside|above|below|between|next to|on top of|in front of)"
        r" (?:the|a|an|my|our|your)(?: [\w'-]+){1,6}$",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"^(?:übrigens,? )?(?:der|die|das|unser|unsere|mein|meine) [\w' -]{2,60}?"
        r" (?:ist|sind|liegt|liegen|steht|stehen|hängt|hängen)(?: jetzt| immer)*"
        r" (?:im|am|beim|(?:in|an|auf|unter|hinter|neben|über|vor|bei|zwischen)"
        r" (?:der|dem|den|einem|einer|meinem|meiner|unserem|unserer))(?: [\w'-]+){1,6}$",
        re.IGNORECASE,
    ),
}
"""A thing of the house, and the place where it is."""
_NOWHERE = re.compile(
    r"\b(?:the|a|an|my|our|your|im|der|dem|den|einem|einer) (?:\w+ )?(?:way|moment|minute|hour|mood|phone|line|mess"
    r"|middle|morning|afternoon|evening|night|weekend|hurry|rush|day|dark|end|moment|weg|abend|morgen|nacht|eimer|gange"
    r"|telefon|laune|eile|anfang|ende)$",
    re.IGNORECASE,
)
"""What follows a "in" or "on" and is no place."""
_MARKS = frozenset(
    {"number", "code", "size", "name", "birthday", "password", "color", "colour", "address", "team", "nummer", "größe"}
)
"""What is one word for good."""
_POINTED = re.compile(r"(?:this|that|these|those|it|you|dich|euch|es|das|dies\w*)\b", re.IGNORECASE)
_JUST_NOW = re.compile(
    r"(?:too|so|very|still|not|getting|almost|nearly|already|quite|really|all|zu|sehr|so|noch|nicht|\w+ing)\b",
    re.IGNORECASE,
)
_INDIRECT = re.compile(r"^(where|what|who|when) ((?:the|my|our) .+) (is|are)$", re.IGNORECASE)
_MISPLACED = re.compile(r"^(?:where did (?:i|we)|wo habe(?:n)? (?:ich|wir)) ", re.IGNORECASE)
_USED = re.compile(r"\b(?:use[d]? to|before|formerly|previously|früher|damals)\b", re.IGNORECASE)
_DE_OWN: Sequence[tuple[str, str]] = (
    (
        r"wogegen bin ich allergisch|worauf bin ich allergisch|(?:was sind|welche sind) meine allergien",
        "what am i allergic to",
    ),
    (r"wo wohne ich", "where do i live"),
    (r"wo habe ich früher gewohnt", "where did i use to live"),
    (r"wo arbeite ich|für wen arbeite ich", "where do i work"),
    (r"was mag ich(?: gern| gerne)?", "what do i like"),
    (r"was mag ich nicht", "what do i not like"),
    (r"was mochte ich früher(?: gern| gerne)?", "what did i use to like"),
    (r"was ist mein ziel|was sind meine ziele", "what is my goal"),
    (r"wie heiße ich|wie nennst du mich", "what is my name"),
    (r"was ist meine? lieblings(?P<thing>\w+)", "what is my lieblings{thing}"),
    (r"bin ich (?:noch )?(?:gegen .+ )allergisch(?: gegen .+)?|bin ich allergisch gegen .+", "what am i allergic to"),
    (r"bin ich (?:noch |immer noch )?(?:vegetarier(?:in)?|veganer(?:in)?|vegetarisch|vegan)", "what is my diet"),
    (r"mag ich .+", "what do i like"),
    (r"wo (?:ist|sind|liegt|liegen|steht|stehen|hängt) meine? (?P<thing>\w+)", "what is my {thing}"),
    (r"wie heißt meine? (?P<thing>\w+)", "what is my {thing} called"),
    (r"wo (?:war|waren|lag|lagen) (?:der |die |das )?(?P<thing>\w+) (?:vorher|früher)", "what was the {thing} before"),
    (r"wann habe ich geburtstag|wann ist mein geburtstag", "when is my birthday"),
    (
        r"wann hat (?P<thing>\w+) geburtstag|wann ist (?:der geburtstag von )(?P<thing2>\w+)",
        "when is {thing}'s birthday",
    ),
    (r"wie alt bin ich", "how old am i"),
    (r"wie alt ist (?P<thing>\w+)", "how old is {thing}"),
    (r"wogegen ist (?P<thing>\w+) allergisch|worauf ist (?P<thing2>\w+) allergisch", "what is {thing} allergic to"),
    (r"was mag (?P<thing>\w+) nicht", "what does {thing} dislike"),
    (r"was mag (?P<thing>\w+)(?: gern| gerne)?", "what does {thing} like"),
    (r"wie heißt unsere? (?P<thing>\w+)|wer ist unsere? (?P<thing2>\w+)", "what is the {thing}"),
    (r"was (?:darf|kann) ich (?:alles )?nicht essen", "what am i allergic to"),
    (r"was ist meine? (?P<thing>\w+)|wer ist meine? (?P<thing2>\w+)", "what is my {thing}"),
    (
        r"(?:was|wer) war (?:früher )?(?:vorher )?meine? (?P<thing>\w+)(?: früher| vorher)?",
        "what was my {thing} before",
    ),
    (r"(?:wie läuft es|wie steht es|wie geht es|wie komme ich)(?: voran)? mit meine[mn] ziele?n?", "what is my goal"),
)
_EN_OWN: Sequence[tuple[str, str]] = (
    (r"do i (?:still )?(?:like|love|enjoy) .+", "what do i like"),
    (r"do i (?:still )?(?:hate|dislike|not like) .+|don't i like .+", "what do i not like"),
    (r"am i (?:still )?allergic to .+|do i have (?:any|an?)(?: \w+)? allerg(?:y|ies)", "what am i allergic to"),
    (rf"am i (?:still )?(?:an? )?(?:{DIETS})", "what is my diet"),
    (r"what (?:do|can) i (?:not )?eat", "what is my diet"),
    (r"what (?:can't|can i not|may i not|must i not|shouldn't|should i not) i? ?eat", "what am i allergic to"),
    (r"who(?:'s| is) my (?P<thing>\w+)", "what is my {thing}"),
    (r"(?:who|what) was my (?P<thing>[\w ]+?)(?: before)?", "what was my {thing} before"),
    (r"where (?:was|were) (?:the |our )?(?P<thing>[\w ]+?) before", "what was the {thing} before"),
    (r"how (?:am i (?:doing|getting on)|is it going|are things going) with my goals?", "what is my goal"),
    (r"how(?:'s| is| are) my goals? (?:going|coming along)", "what is my goal"),
)
_OWN: Mapping[str, Sequence[tuple[str, str]]] = {"en": _EN_OWN, "de": _DE_OWN}


_OURS = re.compile(r"\b(?:i|me|my|mine|we|us|our|ich|mir|mich|mein\w*|wir|uns|unser\w*)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"(?:in|on|at|under|behind|beside|next|inside|above|below|im|am|auf|unter|hinter|neben|über|bei|beim|zwischen)\b",
    re.IGNORECASE,
)
_PLACED = frozenset({"is", "note", "procedure", "home", "work", "whereabouts"})
"""Relations of what can be somewhere."""
_ORDERS = re.compile(
    r"[,.;] (?:(?:so|and|then|please|und|also|dann|bitte)\b ?)*(?:wake|turn|switch|set|open|close|lock|unlock|remind"
    r"|call|tell|play|stop|make|put|start|dim|heat|announce|weck\w*|mach\w*|schalt\w*|stell\w*|öffne|schließ\w*"
    r"|erinner\w*|sag|spiel\w*)\b",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return a text without what is only polite, and without marks at its end."""
    said = _START.sub("", " ".join(spelled(text).split())).strip().rstrip("?!. ")
    return _INDIRECT.sub(r"\1 \3 \2", said)


def wish(text: str, language: str) -> Match | None:
    """Return a plain wish on the memory itself: to keep, to tell, to forget."""
    said = plain(text)
    for form, intent in _FORMS.get(_code(language), ()):
        found = form.match(said) or form.match(spelled(text).strip().rstrip("?!. "))
        if found is None:
            continue
        slots = {key: value for key, value in found.groupdict().items() if value}
        who = slots.pop("who", "i")
        if who.lower() not in ("i", "we"):
            # Whose words they are is part of what is looked for.
            slots["what"] = f"{who} {slots['what']}"
        return Match(intent, slots)
    return None


def english(text: str, language: str) -> str:
    """Return what a question about oneself asks in the form that has rules for facts, which is English; else the text.

    "Am I allergic to nuts?" asks what one is allergic to: the answer tells more than a yes.
    """
    said = plain(text)
    for form, asked in _OWN.get(_code(language), ()):
        found = re.match(f"^(?:{form})$", said, re.IGNORECASE)
        if found is not None:
            named = {key.rstrip("2"): value.lower() for key, value in found.groupdict().items() if value}
            return asked.format(**named)
    return text


def says(text: str, at: datetime, language: str) -> bool:
    """Say whether a text tells something for good: not "my phone is ringing", which is over in a minute."""
    return any(not _passes(one) for one in statements(text, at=at, language=language))


def _passes(statement: Statement) -> bool:
    """Say whether it is over in a minute: a thing that is as one word says, broken or late; what one points at."""
    if _POINTED.match(statement.object) or (statement.kind == "fact" and _JUST_NOW.match(statement.object)):
        return True
    lasting = statement.kind != "fact" or len(statement.object.split()) > 1 or not statement.object.islower()
    return not lasting and statement.relation.rpartition(" ")[2] not in _MARKS


def is_personal(text: str, at: datetime, language: str) -> bool:
    """Say whether a question asks what only people can have told: what somebody likes, where they work."""
    asked = wanted(english(text, language), now=at)
    if _MISPLACED.match(plain(text)) is not None:
        return True
    return asked is not None and (asked.subject is None or asked.relation != "is")


def asks(text: str, at: datetime, language: str) -> bool:
    """Say whether a text is a question whose answer may be a fact."""
    return thing_of(text, language) is not None or wanted(english(text, language), now=at) is not None


def thing_of(text: str, language: str) -> str | None:
    """Return what a question is about, without article: ``spare key``; ``None`` if it asks in no such form."""
    forms = _ASKS.get(_code(language))
    found = forms.match(plain(text)) if forms is not None else None
    return None if found is None else _SMALL.sub("", found["thing"])


def is_ours(text: str) -> bool:
    """Say whether a question is about whoever asks it, or what they have."""
    return _OURS.search(text) is not None


def orders(text: str) -> bool:
    """Say whether a text ends in an order: what is only told is noted, but who was to be woken waits for it."""
    return _ORDERS.search(text) is not None


def put_right(text: str, language: str) -> str | None:
    """Return what takes the place of what was told last: ``in the red drawer``."""
    form = _RIGHT.get(_code(language))
    found = form.match(spelled(text).strip().rstrip("!. ")) if form is not None else None
    return None if found is None else found["what"]


def may_be(thing: str, relation: str, was: str) -> bool:
    """Say whether something can take the place of what ``was`` told: nobody likes "in the shed"."""
    return relation in _PLACED or _PLACE.match(was) is not None or _PLACE.match(thing) is None


def renewed(text: str, language: str) -> str | None:
    """Return the thing of which a text says how it is: news only where something is known of it already."""
    form = _RENEWED.get(_code(language))
    found = form.match(text.strip().rstrip("!. ")) if form is not None else None
    return None if found is None else found["thing"]


def kept_at(text: str, language: str) -> bool:
    """Say whether a text tells where a thing of the house is: "the spare key is in the shed"."""
    form, said = _KEPT_AT.get(_code(language)), " ".join(spelled(text).split()).rstrip("!. ")
    return form is not None and form.match(said) is not None and _NOWHERE.search(said) is None and not orders(said)


def past(text: str) -> bool:
    """Say whether it is asked about what is so no longer."""
    return _USED.search(text) is not None


def _code(language: str) -> str:
    return language.partition("-")[0]
