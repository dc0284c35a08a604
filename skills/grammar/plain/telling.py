"""Reads what people are told: "tell me that …", "send us a message", "announce it in the kitchen"."""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.model import AreaId, EntityId
from skills.grammar.plain.model import Written
from skills.grammar.plain.said import Said
from skills.grammar.plain.setting import Setting

LONGEST_PLACE = 4
"""In words: "in the living room"."""
WHOEVER = "notify.notify"
"""Tells whoever is there: for one who speaks and is not known."""
_ARTICLES = frozenset({"the", "der", "die", "dem", "den", "das"})


@dataclass(slots=True)
class Teller:
    """Reads what is told in one house."""

    setting: Setting
    notify: Mapping[str, str]
    """The services that reach people, by their entity's id; ``all`` for everybody."""
    about: str = ""
    """What sets the routine off, as it was said: what a message says that is given no words."""

    def told(self, said: Said) -> list[Written] | None:
        """Read what is told to people: "tell me that …", "send us a message", "announce it in the kitchen"."""
        speech = self.setting.speech
        for kind, pattern in speech.tell:
            found = pattern.match(said.text)
            if found is None:
                continue
            end = found.group().strip().count(" ") + 1
            rest = said.cut(end)
            groups = found.groupdict()
            who = str(groups.get("who") or groups.get("who2") or "")
            if kind == "speak" and rest.words and self.setting.speech.negation.fullmatch(rest.words[-1]):
                return []  # "say nothing in the kitchen"
            if kind == "speak":
                return self._spoken(rest)
            mine = not who or who in speech.me
            unknown = mine and self.setting.person is None
            services = [WHOEVER] if unknown else self._services(who or next(iter(speech.me)))
            if services is None:
                continue
            message = self._message(rest)
            return [{"action": service, "data": {"message": message}} for service in services]
        return None

    def _services(self, who: str) -> list[str] | None:
        """Return what reaches those who are named; ``None`` if it is nobody of the house."""
        speech = self.setting.speech
        people = self.setting.people()
        if speech.all_of_us.fullmatch(who):
            return [self.notify["all"]] if "all" in self.notify else [self._service(one.id) for one in people]
        found: list[str] = []
        for word in who.split():
            if speech.joins.fullmatch(word) or word == "an":
                continue
            mine = word in speech.me and self.setting.person is not None
            own = [
                one
                for one in people
                if one.name.lower() == word or (mine and one.id.endswith(f".{self.setting.person}"))
            ]
            if not own:
                return None
            found += [self._service(one.id) for one in own]
        return found or None

    def _service(self, person: EntityId) -> str:
        return self.notify.get(person, f"notify.mobile_app_{person.partition('.')[2]}")

    def _message(self, rest: Said) -> str:
        speech = self.setting.speech
        while rest.words:
            sizes = [size for size in (4, 3, 2, 1) if speech.that.fullmatch(" ".join(rest.words[:size]))]
            if not sizes:
                break
            rest = rest.cut(min(sizes[0], len(rest)))
        so = rest.span(speech.so)
        if so is not None and so[1] - so[0] == len(rest):
            rest = rest.cut(len(rest))
        text = rest.written if rest.words else self.about
        return text[:1].upper() + text[1:]

    def _spoken(self, rest: Said) -> list[Written]:
        area = self._room(rest)
        if area is not None:
            rest = rest.without(area[1])
        players = [one for one in self.setting.home.entities() if one.domain == "media_player" and not one.hidden]
        there = [one for one in players if area is not None and one.area == area[0]]
        there = [one for one in there if one.device_class == "speaker"] or there
        data: Written = {"message": self._message(rest)}
        if there:
            data["media_player_entity_id"] = there[0].id
        return [{"action": "tts.speak", "data": data}]

    def _room(self, said: Said) -> tuple[AreaId, tuple[int, int]] | None:
        """Return the room that a clause names, the last of them, and its words with "in the"."""
        for start in range(len(said) - 1, -1, -1):
            for end in range(min(start + LONGEST_PLACE, len(said)), start + 1, -1):
                words = [word for word in said.words[start + 1 : end] if word not in _ARTICLES]
                areas = self.setting.things.areas(words) if words else []
                if areas and self.setting.speech.place.fullmatch(said.words[start]):
                    return areas[0], (start, end)
        return None
