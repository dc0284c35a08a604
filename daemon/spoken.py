"""The words for what came of a wish: a skill's own only if everything was done, else the truth."""

from collections.abc import Sequence

from devices.model import EntityId, HomeView
from skills.builtin.words import called, listing
from skills.model import Outcome, TargetOutcome, Verdict

MOST_NAMED = 4
"""More devices than this are counted, not named: nobody listens to a list."""


def spoken(text: str, outcomes: Sequence[Outcome], home: HomeView) -> str:
    """Return what is said: ``text`` if every outcome is done, else what is known of each that is not."""
    if all(outcome.verdict is Verdict.DONE for outcome in outcomes):
        return text
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
            return " ".join([*(f"{_capital(part)}." for part in first), f"Shall I {wish}? Say yes or no."])
        case Verdict.REFUSED:
            return f"I may not do that: {outcome.detail}."
        case Verdict.DONE | Verdict.PARTLY | Verdict.UNCONFIRMED | Verdict.FAILED:
            return _what_happened(outcome, home)


def _what_happened(outcome: Outcome, home: HomeView) -> str:
    troubled = [target for target in outcome.targets if target.verdict is not Verdict.DONE]
    done = [target for target in outcome.targets if target.verdict is Verdict.DONE]
    if not troubled:
        return f"That did not work: {outcome.detail}." if outcome.detail else "That did not work."
    parts: list[str] = []
    if done:
        parts.append(f"{_capital(_names(done, home))} {_is(done)} done.")
    by_detail: dict[tuple[Verdict, str], list[TargetOutcome]] = {}
    for target in troubled:
        by_detail.setdefault((target.verdict, target.detail), []).append(target)
    for (verdict, detail), targets in by_detail.items():
        parts.append(_trouble(verdict, detail, targets, home))
    return " ".join(parts)


def _trouble(verdict: Verdict, detail: str, targets: Sequence[TargetOutcome], home: HomeView) -> str:
    names = _names(targets, home)
    why = _of_several(detail) if len(targets) > 1 else detail
    if verdict is Verdict.UNCONFIRMED:
        return f"I sent it, but {names} {_is(targets)} unconfirmed{f': {why}' if why else ''}."
    return f"{_capital(names)} did not do it: {why or 'no reason is known'}."


def _of_several(detail: str) -> str:
    """Return what is said of each as said of all: ``it reports off`` becomes ``they report off``."""
    words = detail.split(" ", 2)
    if words[0] != "it" or len(words) < 2:
        return detail
    verb = {"is": "are", "was": "were", "does": "do", "has": "have", "did": "did"}.get(
        words[1], words[1].removesuffix("s")
    )
    return " ".join(["they", verb, *words[2:]])


def _names(targets: Sequence[TargetOutcome], home: HomeView) -> str:
    if len(targets) > MOST_NAMED:
        return f"{len(targets)} devices"
    return listing([_name(target.entity, home) for target in targets])


def _name(id: EntityId, home: HomeView) -> str:
    entity = home.entity(id)
    return called(entity) if entity else str(id)


def _is(targets: Sequence[TargetOutcome]) -> str:
    return "is" if len(targets) == 1 else "are"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
