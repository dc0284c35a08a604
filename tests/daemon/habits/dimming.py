"""Adds levels to a made-up life: lamps that are dimmed, a heating that is turned up and down, and what is no habit."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.habits.levels import SCALES
from tests.daemon.habits.household import ZONE, By, Happened, Life, Planted, live

HEATING, BEDROOM, READING, RESTLESS = "climate.living", "climate.bedroom", "light.reading", "light.restless"


def dimmed(seed: int, *, weeks: int = 8) -> Life:
    """Return a household's life with the levels of its lamps and heatings; all else in it is as without them."""
    return _Dimming(live(seed, weeks=weeks)).life


def _told(entity: str, level: float) -> str:
    scale = SCALES[entity.partition(".")[0]]
    return json.dumps({scale.attribute: round(level * scale.whole, 1)})


class _Dimming:
    def __init__(self, life: Life) -> None:
        self.life, self.random = life, random.Random(f"{life.seed} dimmed")
        hands = ("hand", "voice", "name")
        lamps = [one for one in life.happened if one.entity.startswith("light.") and one.by in hands]
        self.days = sorted({datetime.fromtimestamp(one.at, ZONE).date() for one in lamps})
        for lamp in [one for one in life.areas if one.startswith("light.")]:
            self._dim(lamp)
        self._heat()
        self._read()
        self._cold_feet()
        self._restless()
        life.happened.sort(key=lambda one: one.at)

    # Lamps that are switched on

    def _dim(self, lamp: str) -> None:
        chance, life = self.random, self.life
        habit = next((one for one in life.planted if lamp in one.targets and one.up), None)
        kind = chance.choice(("habit", "habit", "any", "full")) if habit else chance.choice(("any", "full"))
        usual, drift = float(chance.randrange(15, 85, 5)), chance.uniform(-6, 6)
        begins, length = life.since.timestamp(), (life.until - life.since).total_seconds()

        def level(at: float) -> float:
            if kind == "full":
                return 100.0
            if kind == "any" or chance.random() < 0.07:
                return chance.uniform(3, 100)
            return usual + drift * ((at - begins) / length - 1) + chance.gauss(0, 1.5)

        made: list[Happened] = []
        for one in life.happened:
            if one.entity != lamp or one.value != "on":
                made.append(one)
                continue
            becomes = level(one.at)
            if chance.random() < 0.5:
                # It comes on as it was, and is dimmed then.
                made.append(replace(one, told=_told(lamp, chance.uniform(3, 100))))
                one = replace(one, at=one.at + chance.uniform(0.5, 6))
            made.append(replace(one, told=_told(lamp, becomes)))
        life.happened = made
        if habit is not None and kind == "habit":
            life.planted[life.planted.index(habit)] = replace(habit, levels={**habit.levels, lamp: usual})

    # What is set while it is on

    def _set(self, at: float, entity: str, level: float, by: By = "hand") -> None:
        state = "heat" if entity.startswith("climate.") else "on"
        self.life.happened.append(Happened(at, entity, state, by, _told(entity, level)))

    def _daily(self, entity: str, minute: float, sd: float, level: Callable[[], float], by: By = "hand") -> None:
        for day in self.days:
            if self.random.random() < 0.93:
                midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE)
                self._set(
                    (midnight + timedelta(minutes=self.random.gauss(minute, sd))).timestamp(), entity, level(), by
                )

    def _plant(self, entity: str, minute: float, level: float) -> None:
        self.life.planted.append(Planted(frozenset({entity}), True, "clock", minute, levels={entity: level}, sets=True))

    def _heat(self) -> None:
        chance, warm, cool = self.random, self.random.choice((20.0, 20.5, 21.0, 22.0)), self.random.choice((16.0, 17.0))
        self._begin(HEATING, 18.5)
        morning, night = chance.uniform(385, 430), chance.uniform(1280, 1330)
        for minute, level in ((morning, warm), (night, cool)):
            self._daily(HEATING, minute, chance.uniform(3, 7), lambda it=level: it + chance.choice((0, 0, 0, 0, 0.5)))
            self._plant(HEATING, minute, level)
        self._now_and_then(HEATING, 0.3, lambda: chance.choice((18.0, 19.0, 23.0)))

    def _read(self) -> None:
        chance, level, minute = self.random, float(self.random.randrange(10, 45, 5)), self.random.uniform(1250, 1290)
        self._evenings(READING)
        self._daily(READING, minute, 5, lambda: level + chance.gauss(0, 1.2))
        self._plant(READING, minute, level)

    def _cold_feet(self) -> None:
        """Let a heating be set by an automation, by its own clock, or by hand, but never the same."""
        chance, kind = self.random, self.random.choice(("automation", "clock", "any"))
        self._begin(BEDROOM, 18.5)
        for minute, level in ((400.0, 19.0), (1320.0, 16.0)):
            if kind == "any":
                self._daily(BEDROOM, minute, 5, lambda: chance.choice((16.0, 17.5, 19.0, 20.5, 22.0, 23.5)))
            else:
                by: By = "automation" if kind == "automation" else "hand"
                self._daily(BEDROOM, minute, 0.03, lambda it=level: it, by)

    def _restless(self) -> None:
        chance = self.random
        self._evenings(RESTLESS)
        self._daily(RESTLESS, 1270, 5, lambda: chance.uniform(5, 95))

    def _evenings(self, lamp: str) -> None:
        self.life.areas[lamp] = "living"
        self.life.happened.append(Happened(self.life.since.timestamp(), lamp, "off"))
        for day in self.days:
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()
            on, off = self.random.uniform(960, 1200), self.random.uniform(1300, 1500)
            self.life.happened.append(Happened(midnight + on * 60, lamp, "on", "hand", _told(lamp, 100)))
            self.life.happened.append(Happened(midnight + off * 60, lamp, "off"))

    def _begin(self, entity: str, level: float) -> None:
        self.life.areas[entity] = "living"
        self._set(self.life.since.timestamp(), entity, level)

    def _now_and_then(self, entity: str, a_day: float, level: Callable[[], float]) -> None:
        for day in self.days:
            if self.random.random() < a_day:
                midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp()
                self._set(midnight + self.random.uniform(480, 1260) * 60, entity, level())
