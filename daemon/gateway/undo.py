"""What it takes to take things back: pure functions over the journal's entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from daemon.journal import Entry
from skills.language import say
from skills.model import Action, EntryId, Outcome, TargetOutcome, Verdict

RESTORE = "device.restore"


@dataclass(frozen=True, slots=True)
class Step:
    """One action that takes wishes back."""

    action: Action
    undoes: tuple[EntryId, ...]


def steps_back(outcomes: Sequence[Entry]) -> Sequence[Step]:
    """Return what takes these outcomes, given newest first, back: device states all at once, the rest one by one.

    Of several states of the same device the oldest counts: that is where it was before all of them.
    """
    steps: list[Step] = []
    states: dict[str, object] = {}
    restored: list[EntryId] = []
    for outcome in outcomes:
        undo = outcome.undo
        if undo is None or outcome.ref is None:
            continue
        if undo.effect == RESTORE:
            snapshots = cast("list[dict[str, object]]", undo.arguments["states"])
            states.update({str(snapshot["entity"]): snapshot for snapshot in snapshots})
            restored.append(outcome.ref)
        else:
            steps.append(Step(undo, (outcome.ref,)))
    if states:
        steps.append(Step(Action(RESTORE, {"states": list(states.values())}), tuple(restored)))
    return steps


def taken_back(stuck: Sequence[str], came: Sequence[Outcome]) -> Outcome:
    """Return the one outcome of an undo; what could not be taken back comes first in its words."""
    if not stuck and not came:
        return Outcome(Verdict.FAILED, say("there is nothing to take back"))
    told = [say("{what} cannot be taken back", what=what) for what in stuck]
    told += [outcome.detail for outcome in came if outcome.detail]
    targets: dict[str, TargetOutcome] = {target.entity: target for outcome in came for target in outcome.targets}
    waiting = next((outcome for outcome in came if outcome.verdict is Verdict.WAITING), Outcome(Verdict.WAITING))
    return Outcome(
        _overall(stuck, came),
        "; ".join(dict.fromkeys(told)),
        tuple(targets.values()),
        approval=waiting.approval,
        elsewhere=waiting.elsewhere,
    )


def _overall(stuck: Sequence[str], came: Sequence[Outcome]) -> Verdict:
    verdicts = {*(outcome.verdict for outcome in came), *(Verdict.FAILED for _ in stuck)}
    if Verdict.WAITING in verdicts:
        return Verdict.WAITING
    if len(verdicts) == 1:
        return verdicts.pop()
    if verdicts & {Verdict.DONE, Verdict.PARTLY}:
        return Verdict.PARTLY
    return Verdict.UNCONFIRMED if Verdict.UNCONFIRMED in verdicts else Verdict.FAILED
