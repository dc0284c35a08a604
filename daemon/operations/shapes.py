"""Answers, outcomes and causes in the forms that programs read."""

from daemon.conversation import Answer
from skills.model import Action, Cause, Outcome


def answer_json(text: str, answer: Answer) -> dict[str, object]:
    """Return an answer in the form that ``hearth ask --json`` prints."""
    return {
        "utterance": text,
        "reply": answer.reply,
        "status": answer.status,
        "route": answer.route,
        "commands": [
            {"intent": match.intent, "slots": dict(match.slots), "targets": list(match.targets)}
            for match in answer.commands
        ],
        "outcomes": [outcome_json(action, outcome) for action, outcome in answer.outcomes],
        "cause": cause_json(answer.cause) if answer.cause else None,
        "timings_ms": dict(answer.timings_ms),
    }


def outcome_json(action: Action, outcome: Outcome) -> dict[str, object]:
    """Return an outcome as programs read it."""
    return {
        "effect": outcome.effect or action.effect,
        "targets": [target.entity for target in outcome.targets],
        "verdict": outcome.verdict,
        "detail": outcome.detail,
        "each": [{"target": t.entity, "verdict": t.verdict, "detail": t.detail} for t in outcome.targets],
        "entry": outcome.entry,
        "approval": outcome.approval,
        "elsewhere": outcome.elsewhere or None,
        "can_undo": outcome.undo is not None,
    }


def cause_json(cause: Cause) -> dict[str, object]:
    """Return a cause as programs read it."""
    return {
        "id": cause.id,
        "origin": cause.origin,
        "person": cause.person,
        "parent": cause.parent,
        "area": cause.area,
        "said": cause.said,
        "tainted": cause.tainted,
    }
