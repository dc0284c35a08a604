"""The public door: everything a skill author imports."""

from devices.model import AreaId, Capability, DeviceId, Entity, EntityId, HomeView, State
from skills.actions import device_call, undo
from skills.api import Skill
from skills.effect import Effect
from skills.model import (
    Action,
    Ask,
    Cause,
    CauseId,
    EntryId,
    Match,
    Origin,
    Outcome,
    PersonId,
    Reply,
    Request,
    Risk,
    SkillError,
    TargetOutcome,
    Utterance,
    Verdict,
)
from skills.views import AgendaView, Appointment, Happening, Item, JournalView, Kind

__all__ = [
    "Action",
    "AgendaView",
    "Appointment",
    "AreaId",
    "Ask",
    "Capability",
    "Cause",
    "CauseId",
    "DeviceId",
    "Effect",
    "Entity",
    "EntityId",
    "EntryId",
    "Happening",
    "HomeView",
    "Item",
    "JournalView",
    "Kind",
    "Match",
    "Origin",
    "Outcome",
    "PersonId",
    "Reply",
    "Request",
    "Risk",
    "Skill",
    "SkillError",
    "State",
    "TargetOutcome",
    "Utterance",
    "Verdict",
    "device_call",
    "undo",
]
