"""Fills Home Assistant's blueprints in: the blueprint's text with what somebody chose for its inputs."""

from collections.abc import Mapping

from daemon.routines.loading import LoadingError, loaded
from daemon.routines.notation import MisreadError
from daemon.routines.values import Raw, Tagged

Parts = Mapping[str, Raw]


def filled_in(routine: Parts, blueprints: Mapping[str, str]) -> Parts:
    """Return a routine that uses a blueprint with the blueprint's text in its place.

    ``blueprints`` gives texts by path, as ``use_blueprint`` names them: ``owner/motion_light.yaml``.

    Raises:
        MisreadError: the blueprint is not there, is none, or lacks an input.
    """
    use = _mapping(routine.get("use_blueprint"), "the use of a blueprint")
    path = str(use.get("path"))
    if path not in blueprints:
        msg = f"the blueprint {path!r}, whose text is not here"
        raise MisreadError(msg)
    try:
        text = _mapping(loaded(blueprints[path]), f"the blueprint {path!r}")
    except LoadingError as error:
        msg = f"the blueprint {path!r}: {error}"
        raise MisreadError(msg) from error
    head = _mapping(text.get("blueprint"), f"the head of the blueprint {path!r}")
    chosen = {**_usual(head.get("input")), **_mapping(use.get("input") or {}, "the inputs of a blueprint")}
    body = {key: _with_inputs(part, chosen) for key, part in text.items() if key != "blueprint"}
    return {**body, **{key: part for key, part in routine.items() if key != "use_blueprint"}}


def _usual(inputs: Raw) -> Parts:
    """Return the inputs' defaults, of those in sections too."""
    found: dict[str, Raw] = {}
    for name, about in inputs.items() if isinstance(inputs, Mapping) else ():
        if not isinstance(about, Mapping):
            continue
        if "input" in about:
            found.update(_usual(about["input"]))
        elif "default" in about:
            found[name] = about["default"]
    return found


def _with_inputs(raw: Raw, chosen: Parts) -> Raw:
    match raw:
        case Tagged(tag="input", text=name):
            if name not in chosen:
                msg = f"the blueprint's input {name!r} has no value"
                raise MisreadError(msg)
            return chosen[name]
        case tuple():
            return tuple(_with_inputs(item, chosen) for item in raw)
        case Mapping():
            return {key: _with_inputs(item, chosen) for key, item in raw.items()}
        case _:
            return raw


def _mapping(raw: Raw, what: str) -> Parts:
    if not isinstance(raw, Mapping):
        msg = f"{what} is no mapping"
        raise MisreadError(msg)
    return raw
