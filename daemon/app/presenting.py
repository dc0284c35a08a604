"""Hearth as a device on the broker, over all the others: what it tells of them and has done by them."""

from collections.abc import Iterator, Sequence

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.app.running import Run
from daemon.app.speaking import Speaking
from daemon.app.talking import Talking
from daemon.app.telling import Telling
from daemon.config import Config
from daemon.presenting import Doing, Facts, Presenting, Room, Sources, Topics, Wanted
from daemon.supervise import HealthTable
from devices.home import Home
from devices.names import slug


def presenting_runs(
    config: Config,
    topics: Topics,
    house: House,
    kept: Kept,
    telling: Telling,
    talking: Talking,
    speaking: Speaking,
    table: HealthTable,
) -> Sequence[Run]:
    """Return what runs for it, nothing where there is no broker; the table is told of it."""
    if house.mqtt is None:
        return []
    rooms = rooms_of(config, house.home)
    placed = {one.name: slug(one.room) for one in config.satellites if one.room is not None}

    def stages() -> Iterator[tuple[str, str]]:
        for name, session in speaking.rooms.sessions.items():
            yield placed.get(name, ""), "away" if session.problem is not None else session.stage.value

    view, muting, clock = telling.notify.view, speaking.muting, kept.clock
    alone = next(iter(house.household.people)) if len(house.household.people) == 1 else None
    sources = Sources(house.home, telling.agenda, view, table, muting, stages, clock.now, kept.zone, alone)
    facts = Facts(sources, rooms, words=config.mqtt.present_words)
    wanted = Wanted(
        house.home,
        talking.gateway.submit,
        talking.conversation,
        telling.notify,
        speaking.rooms,
        lambda: clock.now().astimezone(kept.zone),
        config.home.language,
    )
    doing = Doing(wanted, rooms, facts.answered)
    presenting = Presenting(house.mqtt, topics, facts, doing, rooms if config.mqtt.present else None)
    if config.mqtt.present:
        talking.conversation.listen(presenting.on_said)
        telling.notify.listen(presenting.on_answer)
    table.ask("presenting", presenting.health)
    return [Run("presenting", lambda: presenting.run(telling.notices.follow), critical=False)]


def rooms_of(config: Config, home: Home) -> Sequence[Room]:
    """Return the rooms with a satellite, as the configuration has them: Home Assistant's come and go with it."""
    found: dict[str, Room] = {}
    for satellite in config.satellites:
        if satellite.room is not None:
            area = home.area_named(satellite.room)
            found.setdefault(slug(satellite.room), Room(slug(satellite.room), area.name if area else satellite.room))
    return list(found.values())
