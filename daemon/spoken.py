"""The words for what came of a wish: a skill's own only if everything was done, else the truth."""

from collections.abc import Sequence

from devices.model import EntityId, HomeView
from skills.builtin.words import called, counted, listed, noun
from skills.language import ENGLISH, Words, current, say
from skills.model import Outcome, TargetOutcome, Verdict

MOST_NAMED = 4
"""More devices than this are counted, not named: nobody listens to a list."""


def spoken(text: str, outcomes: Sequence[Outcome], home: HomeView) -> str:
    """Return what is said: ``text`` if every outcome is done, else what is known of each that is not."""
    if all(outcome.verdict is Verdict.DONE for outcome in outcomes):
        return text or " ".join(outcome.told for outcome in outcomes if outcome.told)
    return " ".join(_sentence(outcome, home) for outcome in outcomes if outcome.verdict is not Verdict.DONE)


def overall(outcomes: Sequence[Outcome]) -> Verdict:
    """Return the one verdict for several outcomes: the same if they agree, else what a person must know first."""
    verdicts = {outcome.verdict for outcome in outcomes}
    if len(verdicts) == 1:
        return verdicts.pop()
    if Verdict.WAITING in verdicts:
        return Verdict.WAITING
    if Verdict.DONE in verdicts or Verdict.PARTLY in verdicts:
        return Verdict.PARTLY
    return next(v for v in (Verdict.FAILED, Verdict.UNCONFIRMED, Verdict.REFUSED) if v in verdicts)


def _sentence(outcome: Outcome, home: HomeView) -> str:
    match outcome.verdict:
        case Verdict.WAITING:
            *first, wish = outcome.detail.split("; ")
            question = "Say your PIN to {wish}." if outcome.pin else "Shall I {wish}? Say yes or no."
            if outcome.elsewhere:
                question = "Shall I {wish}? {asked}"
            asked = say(question, wish=wish, asked=outcome.elsewhere)
            return " ".join([*(f"{_capital(part)}." for part in first), asked])
        case Verdict.REFUSED if outcome.targets:
            return " ".join(_left(outcome.targets, home))
        case Verdict.REFUSED:
            return say("I may not do that: {why}.", why=outcome.detail)
        case Verdict.DONE | Verdict.PARTLY | Verdict.UNCONFIRMED | Verdict.FAILED:
            return _what_happened(outcome, home)


def _what_happened(outcome: Outcome, home: HomeView) -> str:
    left = [target for target in outcome.targets if target.verdict is Verdict.REFUSED]
    troubled = [target for target in outcome.targets if target.verdict not in (Verdict.DONE, Verdict.REFUSED)]
    done = [target for target in outcome.targets if target.verdict is Verdict.DONE]
    if not troubled and not left:
        if not outcome.detail:
            return say("That did not work.")
        return say("That did not work: {why}.", why=outcome.detail)
    parts: list[str] = []
    if done:
        parts.append(_capital(say("It worked for {things:acc}.", things=_names(done, home))))
    by_detail: dict[tuple[Verdict, str], list[TargetOutcome]] = {}
    for target in troubled:
        by_detail.setdefault((target.verdict, target.detail), []).append(target)
    for (verdict, detail), targets in by_detail.items():
        parts.append(_trouble(verdict, detail, targets, home))
    return " ".join([*parts, *_left(left, home)])


def _left(targets: Sequence[TargetOutcome], home: HomeView) -> list[str]:
    """Return what is said of things that were left as they are, since somebody else's wish counts more."""
    by_reason: dict[str, list[TargetOutcome]] = {}
    for target in targets:
        by_reason.setdefault(target.detail, []).append(target)
    text = "I left {things:acc} as {things:it is|they are}: {why}."
    return [say(text, things=_names(some, home), why=why) for why, some in by_reason.items()]


def _trouble(verdict: Verdict, detail: str, targets: Sequence[TargetOutcome], home: HomeView) -> str:
    names = _names(targets, home)
    why = _of_several(detail) if len(targets) > 1 else detail
    if verdict is Verdict.UNCONFIRMED:
        if not why:
            return say("I sent it, but {things} {things:is|are} unconfirmed.", things=names)
        return say("I sent it, but {things} {things:is|are} unconfirmed: {why}.", things=names, why=why)
    return _capital(say("{things} did not do it: {why}.", things=names, why=why or say("no reason is known")))


def _of_several(detail: str) -> str:
    """Return what is said of each as said of all: ``it reports off`` becomes ``they report off``.

    Other languages word such details so that they fit one and many.
    """
    words = detail.split(" ", 2)
    if current().code != ENGLISH or words[0] != "it" or len(words) < 2:
        return detail
    verb = {"is": "are", "was": "were", "does": "do", "has": "have", "did": "did"}.get(
        words[1], words[1].removesuffix("s")
    )
    return " ".join(["they", verb, *words[2:]])


def _names(targets: Sequence[TargetOutcome], home: HomeView) -> Words:
    if len(targets) > MOST_NAMED:
        known = [entity for target in targets if (entity := home.entity(target.entity)) is not None]
        return counted(len(targets), noun(known) if known else "device")
    return listed([_name(target.entity, home) for target in targets])


def _name(id: EntityId, home: HomeView) -> Words:
    entity = home.entity(id)
    # Of one thing it is said in the singular, be its name a plural.
    return Words(called(entity), cases=called(entity).cases) if entity else Words(id)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
