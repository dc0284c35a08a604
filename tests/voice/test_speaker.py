"""Speakers made of numbers: each is a direction, each utterance of theirs lies near it."""

import random
from pathlib import Path

import pytest

from tests.voice.sounds import TINY
from voice.model import ModelError
from voice.speaker import Vector, Voiceprint, calibrated, cosine, unit, who
from voice.xvector import VoskSpeakers

SIZE = 64


class Person:
    """A direction in space."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self._chance = random.Random(seed)
        self._centre = unit([self._chance.gauss(0, 1) for _ in range(SIZE)])

    def says(self, spread: float = 0.08) -> Vector:
        return unit([value + self._chance.gauss(0, spread) for value in self._centre])

    def enrolled(self, count: int = 8) -> Voiceprint:
        return Voiceprint(self.name, tuple(self.says() for _ in range(count)))


ANN, TIM, GUEST = Person("ann", 1), Person("tim", 2), Person("guest", 3)
HOUSEHOLD = (ANN.enrolled(), TIM.enrolled())


@pytest.mark.parametrize("person", [ANN, TIM], ids=["ann", "tim"])
def test_a_person_is_told_by_their_voice(person: Person):
    said = who(person.says(), HOUSEHOLD, calibrated(HOUSEHOLD))

    assert said[person.name] > 0.9
    assert sum(said.values()) <= 1.0


def test_a_stranger_is_nobody():
    assert sum(who(GUEST.says(), HOUSEHOLD, calibrated(HOUSEHOLD)).values()) < 0.1


def test_probabilities_are_as_often_right_as_they_say():
    calibration = calibrated(HOUSEHOLD)
    said = [(who(one.says(0.3), HOUSEHOLD, calibration), one.name) for one in (ANN, TIM) * 200]
    sure = [(max(row, key=row.__getitem__), name) for row, name in said if max(row.values()) > 0.9]

    assert sum(found == name for found, name in sure) / max(len(sure), 1) > 0.9


def test_nobody_is_known_before_enough_was_said():
    few = Voiceprint("ann", (ANN.says(), ANN.says()))

    assert who(ANN.says(), [few]) == {}
    assert not few.enrolled


def test_without_a_vector_or_with_one_of_another_model_nothing_is_said():
    assert who((), HOUSEHOLD) == {}
    assert who((1.0, 0.0), HOUSEHOLD) == {}


def test_vectors_that_tell_nobody_apart_leave_everybody_as_likely():
    alike = [Voiceprint(name, ((1.0, 0.0), (0.0, 1.0)) * 4) for name in ("ann", "tim")]
    said = who((1.0, 0.0), alike, calibrated(alike))

    assert said["ann"] == pytest.approx(said["tim"])
    assert said["ann"] < 0.5


def test_too_few_people_to_calibrate_leave_the_default():
    assert calibrated([ANN.enrolled()]) is None


def test_a_cosine_needs_vectors_of_one_model():
    assert cosine((0.6, 0.8), (0.6, 0.8)) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="argument 2"):
        cosine((1.0,), (1.0, 0.0))


@pytest.mark.audio
def test_a_missing_or_broken_speaker_model_is_named(tmp_path: Path):
    with pytest.raises(ModelError, match="no speaker model"):
        VoskSpeakers(TINY, tmp_path / "spk")
    (tmp_path / "spk").mkdir()
    with pytest.raises(ModelError, match="cannot read the speaker model"):
        VoskSpeakers(TINY, tmp_path / "spk")
