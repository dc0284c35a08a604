"""Takes a household's Home Assistant automations over, and reports what was not understood, place by place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from daemon.routines.model import NotUnderstood, Routine
from daemon.routines.reading import Known, Reading, read_routines
from daemon.routines.triggers import NotMeant
from daemon.routines.values import Secret
from daemon.routines.walking import parts_of

Understood: TypeAlias = Literal["wholly", "partly", "not"]
_NOTHING: Final = Known()


@dataclass(frozen=True, slots=True)
class Imported:
    """One automation, and how far it was understood."""

    routine: Routine
    """Switched off where a part of it has no meaning: it must not do half of what somebody meant."""
    understood: Understood
    reasons: tuple[NotUnderstood, ...] = ()
    """What has no meaning, and what is worth knowing though nothing is lost by it."""
    secrets: tuple[str, ...] = ()
    """Values it needs that are kept elsewhere, by name."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import."""

    routines: tuple[Imported, ...]
    problems: tuple[NotUnderstood, ...] = ()
    """What is no automation at all: a broken file, an entry that is no mapping."""

    def count(self, understood: Understood) -> int:
        """Return how many automations were understood so far."""
        return sum(each.understood == understood for each in self.routines)


def imported(text: str, *, known: Known = _NOTHING) -> Report:
    """Read a file of automations; the more is known of the Home Assistant they ran in, the more of them make sense."""
    return reported(read_routines(text, known=known))


def reported(reading: Reading) -> Report:
    """Return how far each routine of a reading was understood."""
    ids = {routine.id for routine in reading.routines}
    by_routine: dict[str, list[NotUnderstood]] = {}
    for place in reading.not_understood:
        by_routine.setdefault(place.routine, []).append(place)
    routines = tuple(_imported(routine, by_routine.get(routine.id, [])) for routine in reading.routines)
    return Report(routines, tuple(place for place in reading.not_understood if place.routine not in ids))


def told(report: Report) -> str:
    """Return a report as text for the terminal: the sum, then each automation that was not wholly understood."""
    counts = {kind: report.count(kind) for kind in ("wholly", "partly", "not")}
    how_far = f"{counts['wholly']} wholly understood, {counts['partly']} partly, {counts['not']} not"
    lines = [f"{len(report.routines)} automations: {how_far}"]
    lines += [f"! {problem.routine or 'the file'}: {problem.why}" for problem in report.problems]
    for each in report.routines:
        if each.reasons:
            lines.append(f"{each.understood:7}{each.routine.alias} ({each.routine.id})")
            lines += [f"       {place.where or 'the whole'}: {place.why}" for place in each.reasons]
    secrets = sorted({name for each in report.routines for name in each.secrets})
    if secrets:
        lines.append(f"Values kept elsewhere that are needed: {', '.join(secrets)}")
    return "\n".join(lines)


def _imported(routine: Routine, places: Sequence[NotUnderstood]) -> Imported:
    understood = _how_far(routine, places)
    kept = routine if understood == "wholly" else replace(routine, enabled=False)
    secrets = sorted({secret.name for secret in parts_of(routine, Secret)})
    return Imported(kept, understood, tuple(places), tuple(secrets))


def _how_far(routine: Routine, places: Sequence[NotUnderstood]) -> Understood:
    if all(place.harmless for place in places):
        return "wholly"
    can_begin = any(trigger.enabled and not isinstance(trigger.when, NotMeant) for trigger in routine.triggers)
    can_act = any(not isinstance(action.do, NotMeant) for action in routine.actions)
    return "partly" if can_begin and can_act else "not"
