"""Makes months of a household's life, seeded: habits that are planted, and all that only looks like one."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from daemon.habits.model import EVERY_DAY, FIRST_HOME, LAST_OUT, WEEKEND, WORKDAYS
from daemon.routines.triggers import SunEvent
from skills.grammar.when.sun import sun_at

ZONE = ZoneInfo("Europe/Berlin")
BERLIN = (52.5, 13.4)
By = Literal["hand", "voice", "routine", "automation", "name"]
ROOMS = ("kitchen", "living", "bedroom", "hall", "bath", "office")


@dataclass(frozen=True, slots=True)
class Planted:
    """A habit that the household really has."""

    targets: frozenset[str]
    up: bool
    anchor: str
    """``clock``, ``sunset``, ``sunrise``, ``lux`` or ``after``."""
    minute: float = 0.0
    """After the anchor; where it drifts, at the end."""
    days: frozenset[int] = EVERY_DAY
    events: frozenset[tuple[str, bool]] = frozenset()
    """Of ``after``: what may be named as that which it follows."""
    dark: bool = False
    levels: Mapping[str, float] = field(default_factory=dict[str, float])
    """By target, the level that it is set to."""
    sets: bool = False
    """Whether it was on already, and only its level is set."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One change."""

    at: float
    entity: str
    value: str
    by: By = "hand"
    told: str | None = None
    """What else was said of it, as JSON."""


@dataclass
class Life:
    """A household's past, and what of it is habit."""

    seed: int
    since: datetime
    until: datetime
    planted: list[Planted] = field(default_factory=list[Planted])
    happened: list[Happened] = field(default_factory=list[Happened])
    lux: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    areas: dict[str, str] = field(default_factory=dict[str, str])
    classes: dict[str, str] = field(default_factory=dict[str, str])


@cache
def sun(event: SunEvent, day: date) -> datetime | None:
    """Return when the sun rises or sets in Berlin."""
    return sun_at(event, day, BERLIN, ZONE)


def live(seed: int, *, weeks: int = 8, until: date | None = None) -> Life:
    """Return a household's life, which is wholly made from a seed; without a day it ends in a season of its own."""
    return _Making(seed, weeks, until).life


@dataclass(slots=True)
class _Day:
    date: date
    weekday: int
    away: bool
    odd: bool
    """A holiday: no habit of a working day."""
    wakes: float
    sleeps: float
    home: list[tuple[float, float]]
    """When somebody is at home, in minutes."""


class _Making:
    def __init__(self, seed: int, weeks: int, until: date | None) -> None:
        self.random = chance = random.Random(seed)
        last = until or date(2026, 1, 1) + timedelta(days=chance.randrange(365))
        first = last - timedelta(weeks=weeks)
        ends = datetime.combine(last, time(3), ZONE)
        self.life = Life(seed, datetime.combine(first, time(0), ZONE), ends)
        self.people = [f"person.p{number}" for number in range(chance.choice((0, 1, 2, 2, 3)))]
        self.works = chance.random() < 0.75
        self.leaves, self.returns = chance.uniform(455, 520), chance.uniform(990, 1100)
        self.rises, self.rests = chance.uniform(370, 430), chance.uniform(1330, 1400)
        self._furnish()
        self.days = self._calendar(first, weeks * 7)
        self.taken: set[str] = set()
        self._plant()
        self._decoys()
        self._noise()
        self._settle()
        self.life.planted = [one for one in self.life.planted if self._is_seen(one)]

    def _is_seen(self, planted: Planted) -> bool:
        """Say whether it was done often enough that one could know."""
        word = _words(next(iter(planted.targets)))[not planted.up]
        done = sum(1 for one in self.life.happened if one.entity in planted.targets and one.value == word)
        return done >= (6 if len(planted.days) == 1 else 12) * len(planted.targets)

    # The house

    def _furnish(self) -> None:
        put = self._put
        for room in ROOMS:
            for number in range(2):
                put(f"light.{room}_{number}", room)
        for name, room in (
            ("switch.coffee", "kitchen"), ("switch.fridge", "kitchen"), ("switch.radio", "kitchen"),
            ("switch.garden", "garden"), ("switch.plug", "office"), ("media_player.tv", "living"),
            ("cover.living", "living"), ("cover.bedroom", "bedroom"), ("switch.pump", "garden"),
            ("fan.bath", "bath"), ("switch.heater_fan", "office"), ("light.porch", "garden"),
        ):  # fmt: skip
            put(name, room)
        put("binary_sensor.front_door", "hall", "door")
        put("binary_sensor.balcony_door", "living", "door")
        for room in ("hall", "kitchen", "bath", "living"):
            put(f"binary_sensor.{room}_motion", room, "motion")

    def _put(self, entity: str, room: str, kind: str = "") -> None:
        self.life.areas[entity] = room
        if kind:
            self.life.classes[entity] = kind

    def _calendar(self, first: date, count: int) -> list[_Day]:
        chance = self.random
        gone = chance.randrange(count) if chance.random() < 0.5 else count
        length = chance.randrange(4, 12)
        found: list[_Day] = []
        for number in range(count):
            day = first + timedelta(days=number)
            away, odd = gone <= number < gone + length, chance.random() < 0.03
            wakes, sleeps = chance.gauss(self.rises, 8), chance.gauss(self.rests, 12)
            free = day.weekday() > 4 or odd
            if free:
                wakes += chance.uniform(30, 120)
            found.append(_Day(day, day.weekday(), away, odd, wakes, sleeps, self._at_home(free=free, away=away)))
        return found

    def _at_home(self, *, free: bool, away: bool) -> list[tuple[float, float]]:
        chance = self.random
        if away:
            return []
        if not free and self.works:
            out, back = chance.gauss(self.leaves, 7), chance.gauss(self.returns, 22)
        elif chance.random() < 0.7:
            out = chance.uniform(560, 900)
            back = out + chance.uniform(40, 240)
        else:
            return [(0, 1440)]
        return [(0, out), (back, 1440)]

    def _moment(self, day: _Day, minute: float) -> float:
        ahead, rest = divmod(minute * 60, 86_400)
        wall = datetime.combine(day.date + timedelta(days=int(ahead)), time(), ZONE) + timedelta(seconds=rest)
        return wall.timestamp()

    def _do(self, day: _Day, minute: float, entity: str, up: bool, by: By | None = None) -> None:
        at = self._moment(day, minute)
        ours: tuple[By, ...] = ("hand", "hand", "voice", "name")
        whose: By = self.random.choice(ours) if by is None else by
        self._say(at, entity, up, whose)

    def _say(self, at: float, entity: str, up: bool, by: By = "hand") -> None:
        self.life.happened.append(Happened(at, entity, _words(entity)[not up], by))

    def _is_home(self, day: _Day, minute: float) -> bool:
        return any(since <= minute <= until for since, until in day.home)

    # Habits

    def _plant(self) -> None:
        kinds = [
            self._coffee, self._weekend, self._sunset_light, self._bedtime, self._door_light, self._coming_home,
            self._leaving, self._television, self._covers, self._weekly, self._by_light, self._drifting, self._young,
        ]  # fmt: skip
        for kind in self.random.sample(kinds, self.random.randrange(3, 8)):
            kind()

    def _clockwork(
        self,
        targets: Sequence[str],
        minute: float,
        *,
        up: bool,
        days: frozenset[int] = EVERY_DAY,
        drift: float = 0.0,
        since: int = 0,
        ends: int = 0,
        often: float | None = None,
        sd: float | None = None,
        plant: bool = True,
    ) -> None:
        """Let something be done by the clock; where it is not to count as a habit, without planting it."""
        chance, count = self.random, len(self.days)
        often = often if often is not None else chance.uniform(0.86, 0.98)
        sd = sd if sd is not None else chance.uniform(2, 7)
        self.taken.update(targets)
        for number, day in enumerate(self.days[since : count - ends], since):
            if day.weekday not in days or day.away or (day.odd and days == WORKDAYS):
                continue
            at = chance.gauss(minute + drift * number, sd)
            does = chance.random() < often and self._is_home(day, min(at, 1439))
            for target in targets:
                # Before, it must be the other way; that is done at any time, by whoever comes by.
                if chance.random() < 0.95:
                    self._do(day, at - chance.uniform(60, 400), target, not up)
                if does:
                    self._do(day, at + chance.uniform(0, 0.5), target, up)
                if len(days) == 1:
                    self._do(day, at + chance.uniform(50, 130), target, not up)
        if plant:
            self.life.planted.append(Planted(frozenset(targets), up, "clock", minute + drift * (count - 7), days))

    def _coffee(self) -> None:
        self._clockwork(["switch.coffee"], self.rises + 12, up=True, days=WORKDAYS)

    def _weekend(self) -> None:
        self._clockwork(["switch.radio"], self.random.uniform(560, 640), up=True, days=WEEKEND, often=0.97)

    def _bedtime(self) -> None:
        self._clockwork(["light.living_0", "light.hall_1"], self.rests - 15, up=False)

    def _covers(self) -> None:
        self._clockwork(["cover.bedroom"], self.rises + 20, up=True)

    def _weekly(self) -> None:
        day = self.random.randrange(5)
        self._clockwork(["switch.garden"], self.random.uniform(1110, 1200), up=True, days=frozenset({day}), often=1.0)

    def _drifting(self) -> None:
        self._clockwork(["light.office_1"], 1170, up=True, drift=self.random.uniform(-0.5, 0.5))

    def _young(self) -> None:
        since = max(0, len(self.days) - 30)
        self._clockwork(["fan.bath"], self.rises + 25, up=True, since=since, often=0.95)

    def _sunset_light(self) -> None:
        self._sunlit("light.porch", "sunset", self.random.uniform(-25, 30), up=True)

    def _sunlit(self, target: str, event: SunEvent, offset: float, *, up: bool) -> None:
        chance, often = self.random, self.random.uniform(0.86, 0.98)
        self.taken.add(target)
        for day in self.days:
            falls = sun(event, day.date)
            if falls is None or day.away or chance.random() > often:
                continue
            minute = falls.hour * 60 + falls.minute + chance.gauss(offset, 6)
            if self._is_home(day, minute):
                self._do(day, minute, target, up)
                self._do(day, 1430 + chance.uniform(-60, 60), target, not up)
        self.life.planted.append(Planted(frozenset({target}), up, event, offset))

    def _by_light(self) -> None:
        """Plant a lamp that is switched on when it grows dark outside, clouds or not."""
        chance, often, level = self.random, self.random.uniform(0.88, 0.98), self.random.choice((150.0, 300.0, 600.0))
        self.taken.add("light.living_1")
        for day in self.days:
            sets = sun("sunset", day.date)
            assert sets is not None
            cloud = chance.choice((1.0, 0.6, 0.25, 0.08))
            done = False
            for minute in range(0, 1440, 5):
                at = self._moment(day, minute)
                ahead = (sets.timestamp() - at) / 60
                reading = 0.0 if ahead < -40 or minute < 360 else min(20_000.0, 400 * 10 ** (ahead / 40)) * cloud
                self.life.lux.append((at, round(reading, 1)))
                if not done and minute > 780 and reading < level:
                    done = True
                    late = minute + abs(chance.gauss(0, 5))
                    if not day.away and chance.random() < often and self._is_home(day, late):
                        self._do(day, late, "light.living_1", up=True)
                        self._do(day, 1425 + chance.uniform(-60, 60), "light.living_1", up=False)
        self.life.planted.append(Planted(frozenset({"light.living_1"}), True, "lux", level))

    def _door_light(self) -> None:
        self._followed("light.hall_0", "binary_sensor.front_door", dark=True)

    def _followed(self, target: str, event: str, *, dark: bool) -> None:
        self.taken.add(target)
        self.follow_door = target
        self.door_often = self.random.uniform(0.86, 0.97)
        events = {(event, True), *([(FIRST_HOME, True)] if self.people else [])}
        self.life.planted.append(
            Planted(frozenset({target}), True, "after", days=EVERY_DAY, events=frozenset(events), dark=dark)
        )

    follow_door: str | None = None
    door_often = 0.0

    def _coming_home(self) -> None:
        if self.people and self.works:
            self._after_presence("switch.plug", FIRST_HOME, up=True)

    def _leaving(self) -> None:
        if self.people and self.works:
            self._after_presence("switch.heater_fan", LAST_OUT, up=False)

    def _after_presence(self, target: str, event: str, *, up: bool) -> None:
        self.taken.add(target)
        chance, often, delay = self.random, self.random.uniform(0.88, 0.98), self.random.uniform(0.5, 3)
        for day in self.days:
            if len(day.home) < 2:
                continue
            minute = day.home[1][0] if event == FIRST_HOME else day.home[0][1]
            if chance.random() < often:
                self._do(day, minute + delay + abs(chance.gauss(0, 0.4)), target, up)
                self._do(day, minute + (chance.uniform(90, 300) if up else -chance.uniform(450, 620)), target, not up)
        names = {(event, up)} | {(one, up) for one in self.people} | {("binary_sensor.front_door", True)}
        self.life.planted.append(Planted(frozenset({target}), up, "after", events=frozenset(names)))

    def _television(self) -> None:
        chance, often = self.random, self.random.uniform(0.87, 0.98)
        self.taken |= {"media_player.tv", "light.bedroom_1"}
        for day in self.days:
            if day.away:
                continue
            for _ in range(chance.choice((0, 1, 1, 2))):
                minute = chance.uniform(1090, 1300)
                if not self._is_home(day, minute):
                    continue
                self._do(day, minute, "media_player.tv", up=True)
                self._do(day, minute - chance.uniform(10, 30), "light.bedroom_1", up=True)
                self._do(day, minute + chance.uniform(40, 70), "media_player.tv", up=False)
                if chance.random() < often:
                    self._do(day, minute + chance.uniform(0.1, 0.7), "light.bedroom_1", up=False)
        events = frozenset({("media_player.tv", True)})
        self.life.planted.append(Planted(frozenset({"light.bedroom_1"}), False, "after", events=events))

    # What is none

    def _decoys(self) -> None:
        chance = self.random
        kinds = [self._ended, self._weak, self._vague, self._routine, self._automation, self._timer, self._fridge]
        for kind in chance.sample(kinds, chance.randrange(3, 7)):
            kind()
        if self.random.random() < 0.5:
            self._switches_itself_off()

    def _ended(self) -> None:
        if len(self.days) > 40:
            self._clockwork(["light.kitchen_1"], 1100, up=True, ends=20, plant=False)

    def _weak(self) -> None:
        self._clockwork(["light.office_0"], 1010, up=True, often=self.random.uniform(0.2, 0.4), plant=False)

    def _vague(self) -> None:
        self._clockwork(["light.bath_0"], 1080, up=True, sd=self.random.uniform(70, 110), plant=False)

    def _routine(self) -> None:
        for day in self.days:
            self._do(day, 1260, "light.bath_1", up=True, by="routine")
            self._do(day, 1380, "light.bath_1", up=False, by="routine")

    def _automation(self) -> None:
        for day in self.days:
            falls = sun("sunset", day.date)
            assert falls is not None
            self._say(falls.timestamp() + 2, "cover.living", up=False, by="automation")
            self._do(day, 480, "cover.living", up=True, by="automation")

    def _timer(self) -> None:
        for day in self.days:
            late = self.random.uniform(0, 0.1)
            self._do(day, 360 + late, "switch.pump", up=True, by="hand")
            self._do(day, 375 + late, "switch.pump", up=False, by="hand")

    def _fridge(self) -> None:
        for day in self.days:
            minute = self.random.uniform(0, 40)
            while minute < 1440:
                self._do(day, minute, "switch.fridge", up=True, by="hand")
                self._do(day, minute + self.random.uniform(8, 14), "switch.fridge", up=False, by="hand")
                minute += self.random.uniform(30, 50)

    def _switches_itself_off(self) -> None:
        """Let the coffee maker go off half an hour after it went on."""
        for one in [one for one in self.life.happened if one.entity == "switch.coffee" and one.value == "on"]:
            self._say(one.at + 1_800 + self.random.uniform(0, 0.8), "switch.coffee", up=False)

    def _noise(self) -> None:
        chance = self.random
        for entity in list(self.life.areas):
            if (
                entity.startswith(("light.", "switch.", "fan.", "media_player.", "cover."))
                and entity != "switch.fridge"
            ):
                busy = chance.uniform(0.02, 0.25) if entity in self.taken else chance.choice((0.05, 0.4, 1.0, 2.5))
                self._at_random(entity, busy)
        for day in self.days:
            self._movements(day)
        self._comings()

    def _at_random(self, entity: str, a_day: float) -> None:
        chance = self.random
        for day in self.days:
            for _ in range(_poisson(chance, a_day)):
                minute = chance.triangular(day.wakes, day.sleeps, 1150)
                if self._is_home(day, minute):
                    self._do(day, minute, entity, up=True)
                    self._do(day, minute + chance.lognormvariate(3.6, 0.8), entity, up=False)

    def _movements(self, day: _Day) -> None:
        chance = self.random
        for room in ("hall", "kitchen", "bath", "living"):
            for _ in range(_poisson(chance, 18 if not day.away else 1.5)):
                minute = chance.uniform(day.wakes, day.sleeps)
                if day.away or self._is_home(day, minute):
                    self._do(day, minute, f"binary_sensor.{room}_motion", up=True, by="hand")
                    self._do(day, minute + chance.uniform(1, 3), f"binary_sensor.{room}_motion", up=False, by="hand")
        if not day.away:
            for _ in range(_poisson(chance, 2.0)):
                self._open(day, "binary_sensor.balcony_door", chance.uniform(day.wakes, day.sleeps))

    def _open(self, day: _Day, door: str, minute: float) -> None:
        self._do(day, minute, door, up=True, by="hand")
        self._do(day, minute + self.random.uniform(0.15, 0.6), door, up=False, by="hand")

    def _comings(self) -> None:
        """Let people come and go, through the front door, and do what they do then."""
        chance = self.random
        inside = True
        for day in self.days:
            goes = [part[1] for part in day.home if part[1] < 1440]
            comes = [part[0] for part in day.home if part[0] > 0]
            if inside and day.away:
                goes, inside = [600.0], False
            elif not inside and not day.away:
                comes, inside = [30.0, *comes], True
            for minute in goes:
                self._pass(day, minute, back=False)
            for minute in comes:
                self._pass(day, minute, back=True)
            for _ in range(_poisson(chance, 1.2)):
                minute = chance.uniform(day.wakes, 1300)
                if self._is_home(day, minute) and not day.away:
                    self._through(day, minute)

    def _pass(self, day: _Day, minute: float, *, back: bool) -> None:
        for person in self.people:
            self._do(day, minute + self.random.uniform(0, 0.3), person, up=back, by="hand")
        self._through(day, minute + (0.6 if back else -0.4))

    def _through(self, day: _Day, minute: float) -> None:
        chance = self.random
        self._open(day, "binary_sensor.front_door", minute)
        at = self._moment(day, minute)
        rises, sets = sun("sunrise", day.date), sun("sunset", day.date)
        assert rises is not None
        assert sets is not None
        dark = not rises.timestamp() <= at < sets.timestamp()
        if self.follow_door is not None and dark and chance.random() < self.door_often:
            self._do(day, minute + chance.uniform(0.05, 0.4), self.follow_door, up=True)
            self._do(day, minute + chance.uniform(6, 20), self.follow_door, up=False)

    def _settle(self) -> None:
        life = self.life
        until = life.until.timestamp()
        life.happened = sorted((one for one in life.happened if one.at < until), key=lambda one: one.at)
        # The beginning: every phone is at home, every thing is off.
        begins = life.since.timestamp()
        first = [Happened(begins, entity, "closed" if entity.startswith("cover.") else "off") for entity in life.areas]
        first += [Happened(begins, person, "home") for person in self.people]
        life.happened = [*first, *life.happened]
        for person in self.people:
            life.areas[person] = ""


def _words(entity: str) -> tuple[str, str]:
    words = {"cover": ("open", "closed"), "media_player": ("playing", "off"), "person": ("home", "not_home")}
    return words.get(entity.partition(".")[0], ("on", "off"))


def _poisson(chance: random.Random, mean: float) -> int:
    left, count = chance.expovariate(1.0), 0
    while left < mean:
        left += chance.expovariate(1.0)
        count += 1
    return count


def utc(at: float) -> datetime:
    """Return seconds since 1970 as the history has them."""
    return datetime.fromtimestamp(at, UTC)
