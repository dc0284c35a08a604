"""Shows plans to clients: one with all its steps, as it was shown and as it stands, and those nobody here can read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from daemon.plans.coordinator import seen_of
from daemon.plans.going import Going
from daemon.plans.model import StepId
from daemon.plans.previewing import Preview
from daemon.plans.stored import REMEDY, Unread
from daemon.supervise import Condition, Health
from skills.planned import Planned

PART = "stored plans"


def shown(going: Going, preview: Preview, words: Mapping[StepId, str]) -> Mapping[str, object]:
    """Return a plan as clients have it; ``words`` says what each step does."""
    marks = {
        step: {
            "status": mark.at.value,
            "attempt": mark.attempt,
            "verdict": mark.verdict,
            "why": mark.why,
            "since": mark.since,
            "can_undo": mark.undo is not None,
            "gave": asdict(seen_of(step, mark.result)),
        }
        for step, mark in going.marks.items()
    }
    seen = going.seen(words)
    return {
        "id": going.id,
        "goal": going.row.goal,
        "status": seen.status,
        "why": seen.why,
        "done": seen.done,
        "of": seen.of,
        "digest": seen.digest,
        "waits": [
            {"step": one.step, "what": one.what, "digest": one.digest, "unknown": one.unknown} for one in seen.waits
        ],
        "preview": preview.as_object(),
        "text": preview.written(),
        "marks": marks,
    }


def listed(one: Unread) -> Planned:
    """Return a plan that cannot be read as it is listed, with what to do about it."""
    why = f"{one.why}; {REMEDY.format(id=one.id)}"
    return Planned(one.id, one.goal, "unreadable", digest="", done=0, of=0, why=why)


def health_of(unread: Sequence[Unread]) -> Health:
    """Return whether all plans that were begun can be carried out."""
    if not unread:
        return Health(PART, Condition.FINE)
    names = ", ".join(f"“{one.goal}”" for one in unread)
    remedy = "; ".join(REMEDY.format(id=one.id) for one in unread)
    return Health(PART, Condition.DEGRADED, f"begun, and cannot be read by this Hearth: {names}", remedy)
