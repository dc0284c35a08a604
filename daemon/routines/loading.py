"""Files of routines as plain data: YAML with Home Assistant's tags in, YAML that reads like its own out."""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

import yaml

from daemon.routines.values import Raw, Secret, Tagged

MOST_CHARACTERS = 5_000_000
MOST_PARTS = 200_000
"""How much a file may come to with its anchors spelled out; the largest household's known has 60,000 parts."""
_DEEPEST = 100


_CLOCK = re.compile(r"[-+]?\d+(?::\d+)+")


class LoadingError(ValueError):
    """A file that is no YAML, or too much of it; the message says where."""


class _Loader(yaml.SafeLoader):
    """YAML 1.1 without its times: ``10:00:00`` is text here, not 36000, and a day stays text."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag.rpartition(":")[2] not in ("timestamp", "int", "float")]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]\d+)?$"), list("-+.0123456789")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9]\d*)$"), list("-+0123456789"))


def _tagged(_loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Secret | Tagged:
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else yaml.serialize(node).strip()
    return Secret(text) if suffix == "secret" else Tagged(suffix, text)


_Loader.add_multi_constructor("!", _tagged)


def loaded(text: str) -> Raw:
    """Return what a YAML text holds; an empty one is none.

    Raises:
        LoadingError: it is no YAML, or larger than any household's.
    """
    if len(text) > MOST_CHARACTERS:
        msg = f"{len(text)} characters of YAML; at most {MOST_CHARACTERS} are read"
        raise LoadingError(msg)
    try:
        found: object = yaml.load(text, _Loader)  # noqa: S506 - derived from SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        msg = f"no YAML: {' '.join(str(error).split())[:300]}"
        raise LoadingError(msg) from error
    return raw_of(found)


def raw_of(thing: object) -> Raw:
    """Return data from outside as it may be kept: with text for keys, without cycles, within bounds.

    Raises:
        LoadingError: it is larger than any household's, or holds itself.
    """
    return _raw(thing, [MOST_PARTS], 0)


def _raw(thing: object, left: list[int], depth: int) -> Raw:
    left[0] -= 1
    if left[0] < 0 or depth > _DEEPEST:
        msg = f"more than {MOST_PARTS} parts or {_DEEPEST} levels, anchors spelled out"
        raise LoadingError(msg)
    match thing:
        case None | bool() | int() | float() | str() | Secret() | Tagged():
            return thing
        case Mapping():
            pairs = cast(Mapping[Hashable, object], thing)
            return {_key(key): _raw(item, left, depth + 1) for key, item in pairs.items()}
        case list() | tuple():
            items = cast(Sequence[object], thing)
            return tuple(_raw(item, left, depth + 1) for item in items)
        case _:
            return str(thing)


def _key(key: Hashable) -> str:
    return {True: "on", False: "off"}[key] if isinstance(key, bool) else str(key)


class _Dumper(yaml.SafeDumper):
    """Lists indented, texts of several lines as blocks, tags as they were."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's
        return True


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    # Quoted where PyYAML's own styles lose a line break of Unicode's, or a reader would take a time for a number.
    strange = not text.replace("\n", "").isprintable()
    style = '"' if strange else "|" if "\n" in text else "'" if _CLOCK.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _secret_node(dumper: yaml.SafeDumper, secret: Secret) -> yaml.Node:
    return dumper.represent_scalar("!secret", secret.name)


def _tagged_node(dumper: yaml.SafeDumper, tagged: Tagged) -> yaml.Node:
    return dumper.represent_scalar(f"!{tagged.tag}", tagged.text)


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(Secret, _secret_node)
_Dumper.add_representer(Tagged, _tagged_node)


def dumped(raw: Raw) -> str:
    """Return data as YAML; `loaded` gives the same back."""
    text: str = yaml.dump(_thawed(raw), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


def _thawed(raw: Raw) -> object:
    if isinstance(raw, Mapping):
        return {key: _thawed(item) for key, item in raw.items()}
    return [_thawed(item) for item in raw] if isinstance(raw, tuple) else raw


def json_of(raw: Raw) -> object:
    """Return data as JSON can hold it, tags too; `raw_of_json` gives the same back."""
    match raw:
        case Secret():
            return {"!secret": raw.name}
        case Tagged():
            return {f"!{raw.tag}": raw.text}
        case Mapping():
            return {key: json_of(item) for key, item in raw.items()}
        case tuple():
            return [json_of(item) for item in raw]
        case _:
            return raw


def raw_of_json(thing: object) -> Raw:
    """Return the data that `json_of` made this of.

    Raises:
        LoadingError: it is larger than any household's.
    """
    return _untagged(raw_of(thing))


def _untagged(raw: Raw) -> Raw:
    match raw:
        case Mapping() if len(raw) == 1 and (tag := next(iter(raw))).startswith("!") and isinstance(raw[tag], str):
            text = str(raw[tag])
            return Secret(text) if tag == "!secret" else Tagged(tag[1:], text)
        case Mapping():
            return {key: _untagged(item) for key, item in raw.items()}
        case tuple():
            return tuple(_untagged(item) for item in raw)
        case _:
            return raw
