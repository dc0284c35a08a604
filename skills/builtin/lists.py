"""Lists: the shopping list, to-do lists, and any other by its name."""

import re
from collections.abc import Sequence
from pathlib import Path

from devices.names import fold
from skills.actions import MOST_ITEMS, list_add, list_complete, list_remove
from skills.api import Skill
from skills.builtin.words import counted, join, listed, listing, named, sentence, to_number
from skills.language import ENGLISH, Words, current, say, term
from skills.model import Ask, Reply, Request, Wants
from skills.views import Item

SHOPPING, TODO = "shopping", "todo"
MOST_TOLD = 12
"""As many things are read out."""
_SAME = {"grocery": SHOPPING, "groceries": SHOPPING, "to do": TODO, "task": TODO, "tasks": TODO, "to dos": TODO,
         "einkaufsliste": SHOPPING, "einkauf": SHOPPING, "einkaufs": SHOPPING, "einkaufszettel": SHOPPING,
         "aufgabenliste": TODO, "aufgaben": TODO, "to do liste": TODO}  # fmt: skip
_NOTHING = "There is nothing on {list:dat}."
_TAKEN = "I took {what:acc} off {list:dat}."
ALL = "*"
"""The list that stands for all of them, in the sentences."""
_LISTS = re.compile(r"(?i)\b(what|which) (lists|are (my|the|our) lists)\b")
_HOW_MANY = re.compile(r"(?i)\b(how (many|much)|wie viele?)\b")
_OF = re.compile(
    r"(?i)\b(?P<en>shopping|grocery|to-do|to do|todo|tasks?)\s+list"
    r"|\b(?P<de>einkaufs(?:liste|zettel)|aufgaben(?=liste|zettel))"
)
_REMOVES = re.compile(r"(?i)\b(remove|delete|take|clear|drop|erase|lösch\w*|entfern\w*)\b")

_ARTICLES = frozenset({"the", "a", "an", "some", "my", "der", "die", "das", "den", "ein", "eine", "einen", "meine"})

skill = Skill("lists")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassShoppingListAddItem")
async def buy(request: Request, item: str | None = None, items: Sequence[str] = ()) -> Reply:
    """Answer "add milk to the shopping list", and "add an item to my list"; `items` are several put on at once."""
    if items:
        return await _added(request, SHOPPING, items)
    if item is None:
        question = say("What shall I put on {list:acc}?", list=list_called(SHOPPING))
        return Reply(question, ask=Ask(question, slot="item", wants=Wants.TEXT))
    return await _added(request, SHOPPING, [item])


@skill.handles("HassListAddItem")
async def add(request: Request, item: str = "", list: str | None = None, items: Sequence[str] = ()) -> Reply:
    """Answer "add call the plumber to my to-do list"."""
    return await _added(request, _named(request, list), items or [item])


@skill.handles("HassShoppingListCompleteItem")
async def bought(request: Request, item: str) -> Reply:
    """Answer "check milk off the shopping list", and "remove milk from the shopping list"."""
    removes = _REMOVES.search(request.utterance.text)
    return await (_remove if removes else _check)(request, SHOPPING, item)


@skill.handles("HassListCompleteItem")
async def complete(request: Request, item: str, list: str | None = None) -> Reply:
    """Answer "check the plumber off my to-do list"."""
    return await _check(request, _named(request, list), item)


@skill.handles("HassListRemoveItem")
async def remove(request: Request, item: str | None = None, list: str | None = None, number: object = None) -> Reply:
    """Answer "remove the plumber from my to-do list", and "remove the second thing"."""
    if item is not None:
        return await _remove(request, _named(request, list), item)
    left = [one for one in await request.agenda.items() if not one.done]
    lists = {one.list for one in left}
    said = list or _said(request)
    name = plain(said) if said else lists.pop() if len(lists) == 1 else SHOPPING
    there = [one for one in left if one.list == name]
    place = int(to_number(number) or 0)
    if not there:
        return Reply(say(_NOTHING, list=list_called(name)))
    if place > len(there) or not place:
        return Reply(_how_many(len(there), name))
    meant = there[place - 1 if place > 0 else place]
    return Reply(say(_TAKEN, what=meant.text, list=list_called(name)), [list_remove(name, [meant.text])])


@skill.handles("HassListGetItems")
async def get(request: Request, item: object = None, list: str | None = None) -> Reply:
    """Answer "what's on my shopping list?", "is milk on the list?", and "what are my lists?"."""
    text = request.utterance.text
    if list == ALL or _LISTS.search(text):
        return await _names(request)
    name = plain(list or _said(request) or SHOPPING)
    if item is not None:
        there = like(str(item), [one for one in await request.agenda.items(name) if not one.done])
        return _there(str(item), [one.text for one in there], name)
    return await _tell(request, name)


@skill.handles("HassListDelete")
async def delete(request: Request, name: str | None = None) -> Reply:
    """Answer "clear the shopping list", and "delete the list called holidays"."""
    said = _said(request)
    if name is None and said is None:
        question = say("Which list?")
        lists = sorted({item.list for item in await request.agenda.items()})
        return Reply(question, ask=Ask(question, tuple(lists), slot="name", wants=Wants.TEXT))
    meant = plain(name or said or "")
    return _emptied(meant, await request.agenda.items(meant))


@skill.handles("HassListCreate")
async def create(request: Request, name: str | None = None) -> Reply:
    """Answer "create a list called holidays": a list is there once something is on it."""
    del request
    if name is None:
        question = say("What shall it be called?")
        return Reply(question, ask=Ask(question, slot="name", wants=Wants.TEXT))
    return Reply(say("Say what to put on {list:acc}.", list=list_called(plain(name))))


@skill.handles("lists.short")
async def short(request: Request, items: Sequence[str], sure: bool = False) -> Reply:
    """Offer what was said to be wanted: "we're out of coffee"."""
    there = {fold(item.text) for item in await request.agenda.items(SHOPPING) if not item.done}
    missing = [item for item in items if fold(item) not in there]
    if not missing:
        told = say("{things} {things:is|are} already on {list:dat}", things=_subject(items), list=list_called(SHOPPING))
        return Reply(sentence(told))
    if not sure:
        question = say("Shall I put {items} on {list:acc}?", items=listing(missing), list=list_called(SHOPPING))
        return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))
    return await _added(request, SHOPPING, missing)


@skill.handles("lists.also")
async def also(request: Request, items: Sequence[str], list: str = SHOPPING) -> Reply:
    """Answer "and bananas", said after something was put on a list."""
    return await _added(request, list, items)


@skill.handles("lists.asked")
async def asked(request: Request, items: Sequence[str]) -> Reply:
    """Answer "do we need milk?"."""
    left = [item for item in await request.agenda.items(SHOPPING) if not item.done]
    there = [meant.text for item in items for meant in like(item, left)]
    return _there(listing(items), there, SHOPPING)


@skill.handles("lists.got")
async def got(request: Request, items: Sequence[str]) -> Reply:
    """Check off what is said to be bought: "I got the milk"."""
    there = [item for item in await request.agenda.items(SHOPPING) if not item.done]
    found = [meant.text for item in items for meant in like(item, there)[:1]]
    return Reply(say("I checked off {item}.", item=listing(found)), [list_complete(SHOPPING, found)])


@skill.handles("lists.dropped")
async def dropped(request: Request, items: Sequence[str]) -> Reply:
    """Take off what is no longer wanted: "we don't need bread any more"."""
    there = await request.agenda.items(SHOPPING)
    found = [meant.text for item in items for meant in like(item, there)[:1]]
    told = say(_TAKEN, what=listing(found), list=list_called(SHOPPING))
    return Reply(told, [list_remove(SHOPPING, found)])


async def _tell(request: Request, name: str) -> Reply:
    left = [item.text for item in await request.agenda.items(name) if not item.done]
    if not left:
        return Reply(say(_NOTHING, list=list_called(name)))
    if _HOW_MANY.search(request.utterance.text):
        return Reply(_how_many(len(left), name))
    if len(left) > MOST_TOLD:
        first = listing(left[:MOST_TOLD])
        text = "There are {n} things on {list:dat}; the first are {first}."
        return Reply(say(text, n=len(left), list=list_called(name), first=first))
    return Reply(join([say("on {list:dat}: {things}", list=list_called(name), things=listing(left))]))


def _there(said: str, texts: Sequence[str], name: str) -> Reply:
    things = _subject(texts or [said])
    text = (
        "Yes, {things} {things:is|are} on {list:dat}." if texts else "No, {things} {things:is|are} not on {list:dat}."
    )
    return Reply(say(text, things=things, list=list_called(name)))


async def _names(request: Request) -> Reply:
    left = [item for item in await request.agenda.items() if not item.done]
    sizes = {name: counted(sum(item.list == name for item in left), "thing") for name in sorted({i.list for i in left})}
    lists = [say("{list} with {things:dat}", list=list_called(name), things=size) for name, size in sizes.items()]
    return Reply(say("There is {lists}.", lists=listing(lists)) if lists else say("There is nothing on any list."))


async def _added(request: Request, name: str, items: Sequence[str]) -> Reply:
    there = {fold(one.text) for one in await request.agenda.items(name) if not one.done}
    fresh = [item for item in items if fold(item) not in there]
    if not fresh:
        told = say("{things} {things:is|are} already on {list:dat}", things=_subject(items), list=list_called(name))
        return Reply(sentence(told))
    return Reply(
        say("I put {item} on {list:acc}.", item=listing(fresh), list=list_called(name)), [list_add(name, fresh)]
    )


async def _check(request: Request, name: str | None, item: str) -> Reply:
    there = await request.agenda.items(name) if name else ()
    found = like(item, [one for one in there if not one.done])
    if len(found) != 1 or name is None:
        return _which(name, item, found)
    return Reply(say("I checked off {item}.", item=found[0].text), [list_complete(name, [found[0].text])])


async def _remove(request: Request, name: str, item: str) -> Reply:
    found = like(item, await request.agenda.items(name))
    if len(found) != 1:
        return _which(name, item, found)
    return Reply(say(_TAKEN, what=found[0].text, list=list_called(name)), [list_remove(name, [found[0].text])])


def _which(name: str | None, item: str, found: Sequence[Item]) -> Reply:
    if not found:
        if not name:
            return Reply(say("{item} is not on any list.", item=_capital(item)))
        return Reply(say("{item} is not on {list:dat}.", item=_capital(item), list=list_called(name)))
    question = say("Which one: {choices}?", choices=listing([one.text for one in found], "or"))
    return Reply(question, ask=Ask(question, tuple(one.text for one in found), slot="item"))


def like(item: str, among: Sequence[Item]) -> Sequence[Item]:
    """Return the things that are meant: called so, else those with all of the words."""
    wanted = fold(item)
    exact = [one for one in among if fold(one.text) == wanted]
    words = set(wanted.split(" ")) - _ARTICLES
    return exact or [one for one in among if words and words <= set(fold(one.text).split(" "))]


def _subject(items: Sequence[str]) -> Words:
    """Return things as a subject; one that ends in s is taken for several: "eggs are on the list"."""
    several = current().catalogue.plural(2)
    return listed([Words(item, form=several if re.search(r"(?i)[^s]s$", item) else 0) for item in items])


def _emptied(name: str, items: Sequence[Item]) -> Reply:
    if not items:
        return Reply(say(_NOTHING, list=list_called(name)))
    texts = [item.text for item in items][:MOST_ITEMS]
    told = say(_TAKEN, what=counted(len(texts), "thing"), list=list_called(name))
    return Reply(told, [list_remove(name, texts)])


def _named(request: Request, said: str | None) -> str:
    """Return the list that is meant: the one that was said, or the one that Home Assistant calls so."""
    name = request.match.slots.get("name")
    return plain(said or (str(name) if name is not None else TODO))


def _said(request: Request) -> str | None:
    """Return which of the lists that everybody has was spoken of, where no slot says it."""
    found = _OF.search(request.utterance.text)
    return None if found is None else found["en"] or found["de"]


def plain(name: str) -> str:
    """Return what a list is called in short: ``shopping`` for "the Groceries list", and for "Shopping List"."""
    words = re.sub(r"\b(?:list|liste)$", "", fold(name)).strip()
    return _SAME.get(words, words) or TODO


def list_called(name: str) -> Words:
    """Return a list by its name, with its article: ``the shopping list``."""
    if name in (SHOPPING, TODO):
        return named(term("list", "shopping list" if name == SHOPPING else "to-do list"), "list")
    return named(say("{name} list", name=name if current().code == ENGLISH else _capital(name)), "list")


def _how_many(number: int, name: str) -> str:
    text = "There {things:is|are} {things} on {list:dat}."
    return say(text, things=counted(number, "thing"), list=list_called(name))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
