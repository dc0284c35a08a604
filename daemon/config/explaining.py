"""Says in one line what is wrong in a configuration: where it stands, and what was probably meant."""

from collections.abc import Mapping, Sequence
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from daemon.config.errors import ConfigError
from daemon.config.model import PREFIX, Config
from devices.names import nearest

NOT_OURS = frozenset({"HEARTH_REQUIRE_SERVICES"})
"""Variables of that prefix that are no keys: this one is for the tests."""
IN_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "tuple_type": 'must be a list: ["one", "two"]',
    "list_type": 'must be a list: ["one", "two"]',
    "frozen_set_type": 'must be a list: ["one", "two"]',
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
}
"""What kinds of errors of pydantic (2.12) are called here: a household knows neither tuples nor parsing."""


def refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    """Refuse variables of our prefix that say nothing: pydantic-settings passes over them.

    Raises:
        ConfigError: there is one; the message says what was probably meant.
    """
    sections = {name.upper() for name in Config.model_fields}
    for name in environment:
        section, nested, _ = name.removeprefix(PREFIX).partition("__")
        if not name.startswith(PREFIX) or section.upper() in sections or name in NOT_OURS:
            continue
        if nested:
            hint = nearest(section, sections)
            meant = f", did you mean {PREFIX}{hint}__…?" if hint else ""
            raise ConfigError(f"environment: unknown section in {name!r}{meant}")
        hint = nearest(section.replace("_", " "), keys := _spelled())
        meant = f", did you mean {PREFIX}{keys[hint]}?" if hint else f"; keys are written {PREFIX}SECTION__KEY"
        raise ConfigError(f"environment: unknown key in {name!r}{meant}")


def _spelled() -> Mapping[str, str]:
    """Return the variable of every key, by its words."""
    found: dict[str, str] = {}
    for section, field in Config.model_fields.items():
        model = _model_in(field.annotation)
        for key in model.model_fields if model is not None else ():
            found[f"{section} {key}".replace("_", " ").upper()] = f"{section}__{key}".upper()
    return found


def explained(error: ValidationError, origins: Mapping[tuple[str, ...], str]) -> str:
    """Return the first problem in one line, with the file from ``origins`` that it stands in."""
    problems = error.errors(include_url=False)
    first = problems[0]
    where = tuple(str(part) for part in first["loc"])
    line = _unknown_key(where) if first["type"] == "extra_forbidden" else _wrong_value(where, first)
    file = next((origins[where[:n]] for n in range(len(where), 0, -1) if where[:n] in origins), None)
    file = file or ("environment" if where else "configuration")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{file}: {line}{more}"


def _unknown_key(where: tuple[str, ...]) -> str:
    *path, key = where
    model: type[BaseModel] | None = Config
    for part in path:
        annotation = model.model_fields[part].annotation if model and part in model.model_fields else None
        model = _model_in(annotation) if not part.isdigit() else model
    hint = nearest(key, model.model_fields if model else ())
    table = ".".join(part for part in path if not part.isdigit())
    meant = f", did you mean {hint!r}?" if hint else "; remove it"
    return f"unknown key {key!r} in [{table}]{meant}" if table else f"unknown section {key!r}{meant}"


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model that an annotation is, or holds: ``tuple[AreaEntry, ...]`` holds one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _wrong_value(where: tuple[str, ...], error: ErrorDetails) -> str:
    kind = error["type"]
    model = (
        _model_in(Config.model_fields[where[0]].annotation) if where[:1] and where[0] in Config.model_fields else None
    )
    if len(where) == 1 and model is not None and kind in ("tuple_type", "model_type", "dict_type"):
        many = kind == "tuple_type"
        return f"{where[0]}: is a {'list of sections' if many else 'section'}; write {_table(where[0], many=many)}"
    told = IN_WORDS.get(kind, error["msg"].removeprefix("Value error, "))
    return ": ".join(filter(None, (_place(where), told)))


def _table(name: str, *, many: bool) -> str:
    return f"[[{name}]]" if many else f"[{name}]"


def _place(where: Sequence[str]) -> str:
    """Return where something stands as people count: `people.0.role` is `role` in the first `[[people]]`."""
    if len(where) > 1 and where[1].isdigit() and where[0] in Config.model_fields:
        table = f"[[{where[0]}]] {int(where[1]) + 1}"
        return ".".join((table, *where[2:])) if len(where) > 2 else table
    return ".".join(where)
