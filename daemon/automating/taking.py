"""Takes over what a Home Assistant that is there has: its automations and scripts as they are written, as one text."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from daemon.automating.surroundings import Hub
from daemon.errors import DaemonError
from daemon.routines.loading import dumped, raw_of
from daemon.routines.reading import Known
from devices.homeassistant.client import AnswerError, HubError, mapping, objects

log = logging.getLogger("hearth." + __name__)

MOST_SCRIPTS = 1_000
_NOTHING: Final = Known()
_SCRIPT_KEYS: Final = {"sequence": "actions"}


class NoHubError(DaemonError):
    """There is no Home Assistant, or it does not tell."""

    code = "no-homeassistant"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a Home Assistant has."""

    text: str
    """A YAML list as `daemon.routines.reading` reads it; all of it is off, for over there it runs on."""
    automations: int
    scripts: int


async def taken_from(hub: Hub | None) -> Taken:
    """Return every automation and script of Home Assistant's that is told to our token.

    A script is a routine that nothing sets off but a person or another routine. Where Home Assistant can (2024.5 and
    later), the text of a blueprint stands in the place of its use.

    Raises:
        NoHubError: none is configured, none is connected, or the token is not of an administrator.
    """
    if hub is None:
        raise NoHubError("no Home Assistant is configured: set homeassistant.url and homeassistant.token_file")
    try:
        automations = await hub.automations()
        scripts = await _scripts(hub)
        found = [await _automation(hub, entity, config) for entity, config in automations.items()]
    except HubError as error:
        raise NoHubError(f"Home Assistant does not tell what it has: {error}") from error
    found += [_script(entity, config) for entity, config in scripts.items()]
    if not found:
        why = "Home Assistant has no automation or script, or its token is not of an administrator"
        raise NoHubError(why)
    return Taken(dumped(raw_of(found)), len(automations), len(scripts))


async def known_to(hub: Hub | None) -> Known:
    """Return what its registry says that automations are written with; nothing where it is not there."""
    if hub is None:
        return _NOTHING
    try:
        listed = objects(await hub.ask("config/entity_registry/list"))
    except HubError as error:
        log.debug("%s", error)
        return _NOTHING
    return Known({str(one["id"]): str(one["entity_id"]) for one in listed if "id" in one and "entity_id" in one})


async def _scripts(hub: Hub) -> Mapping[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    for one in objects(await hub.ask("get_states")):
        entity = one.get("entity_id")
        if isinstance(entity, str) and entity.startswith("script.") and len(found) < MOST_SCRIPTS:
            try:
                found[entity] = mapping(mapping(await hub.ask("script/config", entity_id=entity)).get("config"))
            except AnswerError as error:
                log.debug("%s", error)
    return found


async def _automation(hub: Hub, entity: str, config: Mapping[str, object]) -> Mapping[str, object]:
    name = entity.partition(".")[2]
    use = mapping(config.get("use_blueprint"))
    if use:
        path, given = use.get("path"), dict(mapping(use.get("input")))
        try:
            made = await hub.ask("blueprint/substitute", domain="automation", path=path, input=given)
            config = {**mapping(mapping(made).get("substituted_config")), **_without(config, "use_blueprint")}
        except AnswerError as error:
            log.debug("%s", error)
    return {"id": name, "alias": name, **_without(config, "initial_state"), "enabled": False}


def _script(entity: str, config: Mapping[str, object]) -> Mapping[str, object]:
    name = entity.partition(".")[2]
    body = {_SCRIPT_KEYS.get(key, key): item for key, item in config.items()}
    return {"alias": name, **_without(body, "id"), "id": f"script_{name}", "triggers": [], "enabled": False}


def _without(config: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    return {key: item for key, item in config.items() if key not in keys}
