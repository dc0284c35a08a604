"""Which skills there are: one row for each entry point, whatever became of it, and the tables of those that work.

Bundled skills come in through the same entry points as anyone's. They are loaded first, so that another distribution
cannot take a command from them.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path

from pydantic import ValidationError

from devices.model import Entity
from skills.api import API, Handler, Skill
from skills.briefing import Part
from skills.documents import Document
from skills.effect import Effect
from skills.grammar.cache import Cache
from skills.model import SkillError
from skills.watch import Watch

log = logging.getLogger("hearth." + __name__)

GROUP = "hearth.skills"
OURS = "hearth-home"
Settings = Mapping[str, Mapping[str, object]]
"""What the configuration says about skills: skill's name -> its table."""


class Status(StrEnum):
    """What became of an entry point."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    LOAD_ERROR = "load_error"
    """Its module cannot be imported, does not hold the skill it promises, or claims what another skill has."""
    CONFIG_ERROR = "config_error"
    """Its settings do not fit the model that it declares."""
    SELF_CHECK_FAILED = "self_check_failed"
    """Its sentence documents cannot be used; its handlers still answer sentences from elsewhere."""
    WRONG_API = "wrong_api"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One entry point and what became of it."""

    name: str
    distribution: str
    status: Status
    skill: Skill | None = None
    error: str | None = None
    """For people: what is wrong, and what to do where that is known."""
    settings: object | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Lifespan:
    """What a skill holds open."""

    skill: str
    open: Callable[[], AbstractAsyncContextManager[object]]
    """Foreign code, and so is entering what it returns: either may raise anything."""


class Registry:
    """The skills that work, as tables; and a row for every skill."""

    def __init__(self, rows: Iterable[Loaded]) -> None:
        self._rows: list[Loaded] = []
        self._handlers: dict[tuple[str, str | None], Handler] = {}
        self._effects: dict[str, Effect] = {}
        for row in rows:
            self._rows.append(self._taken_in(row))

    @property
    def rows(self) -> Sequence[Loaded]:
        """Every entry point, bundled ones first."""
        return tuple(self._rows)

    def handler(self, intent: str, domain: str | None) -> Handler | None:
        """Return who answers the intent for targets of the domain: a handler of that very domain, else one of any."""
        return self._handlers.get((intent, domain)) or self._handlers.get((intent, None))

    def answers(self, intent: str) -> bool:
        """Return whether anyone answers the intent, for whatever it may be about."""
        return any(known == intent for known, _ in self._handlers)

    def split(self, intent: str, targets: Sequence[Entity]) -> Sequence[tuple[Handler | None, tuple[Entity, ...]]]:
        """Return who answers for which of the targets, in their order; ``None`` for those that nobody answers for.

        A request about no entity yields the handler for any domain, else the only one that there is for the intent.
        """
        if not targets:
            return [(self.handler(intent, None) or self._only(intent), ())]
        parts: dict[Handler | None, list[Entity]] = {}
        for entity in targets:
            parts.setdefault(self.handler(intent, entity.domain), []).append(entity)
        return [(handler, tuple(entities)) for handler, entities in parts.items()]

    def effects(self) -> Sequence[Effect]:
        """Return the effects of the skills, for the gateway's table."""
        return tuple(self._effects.values())

    def watches(self) -> Sequence[Watch]:
        """Return what the skills tell by themselves."""
        return [watch for row in self._enabled() for watch in row[0].watches(row[1])]

    def parts(self) -> Sequence[Part]:
        """Return the parts of briefings, in their order."""
        return sorted((part for skill, _ in self._enabled() for part in skill.parts()), key=lambda part: part.order)

    def _enabled(self) -> Iterator[tuple[Skill, object | None]]:
        for row in self._rows:
            if row.skill is not None and row.status in (Status.ENABLED, Status.SELF_CHECK_FAILED):
                yield row.skill, row.settings

    def documents(self, language: str, *, cache: Path | None = None) -> Sequence[Document]:
        """Return the sentence documents of the language. A skill whose documents are broken becomes a row that says
        so. In the folder `cache` is kept what was read, so that it is read faster the next time.
        """
        kept = None if cache is None else Cache(cache)
        documents: list[Document] = []
        for index, row in enumerate(self._rows):
            if row.skill is None or row.status is not Status.ENABLED:
                continue
            try:
                documents += row.skill.documents(language, kept)
            except SkillError as error:
                log.warning("the sentences of skill %s cannot be used: %s", row.name, error)
                self._rows[index] = replace(row, status=Status.SELF_CHECK_FAILED, error=str(error))
        return tuple(documents)

    def lifespans(self) -> Sequence[Lifespan]:
        """Return what the skills want held open, in the order of the rows."""
        return tuple(Lifespan(row.name, opener) for row in self._rows if (opener := _opener(row)) is not None)

    def _only(self, intent: str) -> Handler | None:
        found = {handler for (known, _), handler in self._handlers.items() if known == intent}
        return found.pop() if len(found) == 1 else None

    def _taken_in(self, row: Loaded) -> Loaded:
        """Enter the row's handlers and effects, all or none; return the row, with an error if one is taken."""
        if row.skill is None or row.status is not Status.ENABLED:
            return row
        handlers = {(h.intent, d): h for h in row.skill.handlers(row.settings) for d in h.domains or (None,)}
        effects = {effect.name: effect for effect in row.skill.effects(row.settings)}
        clash = self._clash(row.name, handlers, effects)
        if clash is not None:
            log.warning("skill %s is left out: it %s", row.name, clash)
            return replace(row, status=Status.LOAD_ERROR, error=f"it {clash}; disable one of the two")
        self._handlers |= handlers
        self._effects |= effects
        return row

    def _clash(
        self, name: str, handlers: Mapping[tuple[str, str | None], Handler], effects: Mapping[str, Effect]
    ) -> str | None:
        same = next((row for row in self._rows if row.name == name and row.status is Status.ENABLED), None)
        if same is not None:
            return f"has the name of a skill of {same.distribution!r}"
        for intent, domain in handlers:
            holder = self._handlers.get((intent, domain))
            if holder is not None:
                return f"claims {intent!r} for {domain or 'any domain'}, which skill {holder.skill!r} has"
        taken = next((effect for effect in effects if effect in self._effects), None)
        return f"claims the effect {taken!r}, which another skill has" if taken else None


def load(
    *, disabled: Collection[str] = frozenset(), settings: Settings | None = None, bundled_only: bool = False
) -> Registry:
    """Return the registry of everything installed under ``hearth.skills``. Never raises for what a skill does.

    With ``bundled_only`` the skills of others are rows that say they are disabled, and nothing of them is imported.
    """
    points = sorted(entry_points(group=GROUP), key=lambda p: (_distribution(p) != OURS, _distribution(p), p.name))
    tables = settings or {}
    return Registry(
        _loaded(
            point, point.name in disabled or (bundled_only and _distribution(point) != OURS), tables.get(point.name)
        )
        for point in points
    )


def registered(*skills: Skill, settings: Settings | None = None) -> Registry:
    """Return a registry of these skills, without entry points: for the bench and for tests."""
    tables = settings or {}
    return Registry(_configured(Loaded(s.name, "", Status.ENABLED, s), s, tables.get(s.name)) for s in skills)


def _loaded(point: EntryPoint, disabled: bool, table: Mapping[str, object] | None) -> Loaded:
    distribution, version = _published(point.dist)
    row = Loaded(point.name, distribution, Status.DISABLED, version=version)
    if disabled:
        return row
    try:
        skill: object = point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # foreign code: even a sys.exit() at import must not end the daemon
        log.warning("skill %s of %s cannot be loaded", point.name, row.distribution, exc_info=True)
        return replace(row, status=Status.LOAD_ERROR, error=f"{point.value}: {type(error).__name__}: {error}")
    if not isinstance(skill, Skill):
        return replace(row, status=Status.LOAD_ERROR, error=f"{point.value} is no Skill, but {type(skill).__name__!r}")
    if skill.name != point.name:
        why = f"its entry point is called {point.name!r}, the skill {skill.name!r}: they must agree"
        return replace(row, status=Status.LOAD_ERROR, error=why)
    if skill.api != API:
        why = f"it is written for version {skill.api!r} of the skill interface; this Hearth has {API!r}"
        return replace(row, status=Status.WRONG_API, error=why)
    return _configured(replace(row, status=Status.ENABLED, skill=skill), skill, table)


def _configured(row: Loaded, skill: Skill, table: Mapping[str, object] | None) -> Loaded:
    if skill.settings is None:
        if not table:
            return row
        return replace(row, status=Status.CONFIG_ERROR, error=f"skill {skill.name!r} takes no settings: remove them")
    try:
        return replace(row, settings=skill.settings.model_validate(dict(table or {})))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return replace(row, status=Status.CONFIG_ERROR, error=f"setting {where!r}: {first['msg']}")
    except Exception as error:  # a validator of the skill is foreign code
        log.warning("the settings of skill %s cannot be checked", row.name, exc_info=True)
        return replace(row, status=Status.CONFIG_ERROR, error=f"{type(error).__name__}: {error}")


def _opener(row: Loaded) -> Callable[[], AbstractAsyncContextManager[object]] | None:
    skill = row.skill
    if skill is None or row.status not in (Status.ENABLED, Status.SELF_CHECK_FAILED) or not skill.has_lifespan:
        return None
    return lambda: skill.open(row.settings)


def _distribution(point: EntryPoint) -> str:
    return _published(point.dist)[0]


@lru_cache(maxsize=64)
def _published(distribution: Distribution | None) -> tuple[str, str]:
    """Return name and version of a distribution, which each reads its metadata anew: 26 skills took 40 ms."""
    return (distribution.name, distribution.version) if distribution is not None else ("", "")
