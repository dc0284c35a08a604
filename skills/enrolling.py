"""The effects by which voices are learned and forgotten, as typed constructors; both sides validate against these."""

from skills.actions import Name, Parameters
from skills.model import Action


class VoiceAllow(Parameters):
    """Parameters of ``voice.allow``: somebody's voice may be learned, for some minutes."""

    person: Name


class VoiceLearn(Parameters):
    """Parameters of ``voice.learn``: keep how somebody sounds, from the samples that are held."""

    person: Name


class VoiceForget(Parameters):
    """Parameters of ``voice.forget``: forget how somebody sounds."""

    person: Name


def voice_allow(person: str) -> Action:
    """Return the wish that somebody's voice may be learned."""
    return Action("voice.allow", {"person": person})


def voice_learn(person: str) -> Action:
    """Return the wish that it is learned from what is held of it."""
    return Action("voice.learn", {"person": person})


def voice_forget(person: str) -> Action:
    """Return the wish that it is forgotten."""
    return Action("voice.forget", {"person": person})
