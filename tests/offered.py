"""Whether the things that a sentence is about are among the few that a model is told of, and how long its prompt is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from daemon.reasoner.offer import Offers
from daemon.reasoner.prompt import Situation, prompt_of
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId

SHARED = Path(__file__).resolve().parents[2] / "shared/data/understanding"
NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of the sentences."""

    things: int
    """How many things they were about, all sentences together."""
    missed: Sequence[str]
    """The sentences of which one is not offered."""
    found: int
    most_tokens: int
    """Of the longest prompt."""

    @property
    def share(self) -> float:
        """Of the things that were offered."""
        return self.found / self.things


def home_of(file: Path) -> Home:
    """Read a house of the common sets."""
    read = cast("Mapping[str, Sequence[Row]]", json.loads(file.read_text("utf-8")))
    home = Home()
    home.lay_out(
        [Floor(FloorId(str(one["id"])), str(one["name"]), aliases=_aliases(one)) for one in read["floors"]],
        [
            Area(AreaId(str(one["id"])), str(one["name"]), aliases=_aliases(one), floor=_floor(one))
            for one in read["areas"]
        ],
    )
    for one in read["entities"]:
        code, domain, area = EntityId(str(one["id"])), str(one["domain"]), one.get("area")
        place = AreaId(str(area)) if area is not None else None
        home.add(Entity(code, str(one["name"]), domain, area=place, aliases=_aliases(one)))
        home.observe(code, str(one["state"]), at=NOW)
    return home


def measured(home: Home, rows: Sequence[Row]) -> Measured:
    """Return what of the things that sentences are about is offered; one that is about many counts with each."""
    offers, missed, found, things, longest = Offers(home), list[str](), 0, 0, 0
    for row in rows:
        wanted = _targets(row)
        if not wanted or row.get("history"):
            continue
        area = cast("Mapping[str, str]", row["context"]).get("area")
        text, place = str(row["text"]), next((one.id for one in home.areas() if one.name == area), None)
        offered = offers.of(text, place)
        prompt = prompt_of(Situation(text, "en", NOW, area, things=offered))
        there = wanted & {str(one.entity.id) for one in offered}
        things, found, longest = things + len(wanted), found + len(there), max(longest, prompt.tokens)
        missed += [text] if there < wanted else []
    return Measured(things, missed, found, longest)


def rows_of(file: Path) -> Sequence[Row]:
    """Read the sentences of a common set."""
    return [cast("Row", json.loads(line)) for line in file.read_text("utf-8").splitlines()]


def _targets(row: Row) -> frozenset[str]:
    """Return what the first of the right readings is about."""
    readings = cast("Sequence[Sequence[Mapping[str, Sequence[str]]]]", row["expect_any"])
    return (
        frozenset(target for command in readings[0] for target in command.get("targets", ()))
        if readings
        else frozenset()
    )


def _aliases(one: Row) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", one.get("aliases", ())))


def _floor(one: Row) -> FloorId | None:
    floor = one.get("floor")
    return FloorId(str(floor)) if floor is not None else None
