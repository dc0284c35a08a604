"""The to-do lists of Home Assistant, as lists by the names that sentences here have for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devices.homeassistant import HomeAssistant
from devices.homeassistant.client import AnswerError, HubError, mapping, objects
from devices.model import EntityId
from devices.names import fold
from skills.builtin.lists import plain
from skills.language import say
from skills.model import Outcome, Verdict
from skills.views import Item


@dataclass(frozen=True, slots=True)
class Held:
    """One thing on a list of Home Assistant."""

    uid: str
    """What Home Assistant knows it by; the text itself where its list has no ids."""
    text: str
    done: bool


class Todo:
    """One list of Home Assistant; nothing of it is kept here."""

    def __init__(self, hub: HomeAssistant, id: EntityId, name: str) -> None:
        """Take the name that the list has here: ``shopping``."""
        self._hub, self._id, self.name = hub, id, name

    async def held(self) -> Mapping[str, Held]:
        """Return what is on it, in its order, by the folded text; of two that are the same, the one that is open.

        Raises:
            HubError: Home Assistant cannot be asked.
        """
        answer = mapping(await self._hub.ask("todo/item/list", entity_id=self._id))
        found: dict[str, Held] = {}
        for item in objects(answer.get("items")):
            text, uid = item.get("summary"), item.get("uid")
            if isinstance(text, str) and (fold(text) not in found or found[fold(text)].done):
                found[fold(text)] = Held(
                    uid if isinstance(uid, str) else text, text, done=item.get("status") == "completed"
                )
        return found

    async def add(self, items: Sequence[str], held: Mapping[str, Held]) -> Outcome:
        """Put things on it that are not ``held`` yet, and open those again that are done."""
        wanted: dict[str, str] = {}
        for item in items:
            wanted.setdefault(fold(item), item)
        new = [item for key, item in wanted.items() if key not in held]
        again = [held[key] for key in wanted if key in held and held[key].done]
        return await self._carry_out([
            *(("add_item", {"item": item}) for item in new),
            *(("update_item", {"item": item.uid, "status": "needs_action"}) for item in again),
        ])  # fmt: skip

    async def complete(self, items: Sequence[Held]) -> Outcome:
        """Check things off."""
        return await self._carry_out([("update_item", {"item": item.uid, "status": "completed"}) for item in items])

    async def remove(self, items: Sequence[Held]) -> Outcome:
        """Take things off."""
        return await self._carry_out([("remove_item", {"item": [item.uid for item in items]})])

    async def _carry_out(self, calls: Sequence[tuple[str, Mapping[str, object]]]) -> Outcome:
        """Call services of ``todo`` one after the other, up to the first that fails."""
        try:
            for service, data in calls:
                await self._hub.serve("todo", service, data, {"entity_id": self._id})
        except AnswerError:
            # Not its words: they are written for developers.
            return Outcome(Verdict.FAILED, say("Home Assistant does not take it"))
        except HubError:
            return Outcome(Verdict.UNCONFIRMED, say("Home Assistant did not say whether it took it"))
        return Outcome(Verdict.DONE)


class Todos:
    """The lists that Home Assistant has, and that the owner lets assistants have."""

    def __init__(self, hub: HomeAssistant) -> None:
        self._hub = hub

    def lists(self) -> Sequence[Todo]:
        """Return those that can be told apart by their names."""
        offered = [Todo(self._hub, entity.id, plain(entity.name)) for entity in self._hub.offered("todo")]
        called = Counter(one.name for one in offered)
        return [one for one in offered if called[one.name] == 1]

    def named(self, name: str) -> Todo | None:
        """Return the list of this name."""
        return next((one for one in self.lists() if one.name == plain(name)), None)

    async def items(self, name: str | None) -> Sequence[Item]:
        """Return what is on a list, or on all of them; what cannot be asked for is left out of all.

        Raises:
            HubError: the list that was asked for by name is there, and Home Assistant is not.
        """
        found: list[Item] = []
        for one in self.lists() if name is None else filter(None, [self.named(name)]):
            try:
                found += [Item(one.name, item.text, item.done) for item in (await one.held()).values()]
            except HubError:
                if name is not None:
                    raise
        return found
