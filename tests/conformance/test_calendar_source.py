"""The double of a calendar's source, a file and a real Radicale do the same things."""

from collections.abc import Generator
from pathlib import Path

import pytest

from daemon.calendar.caldav import CalDav
from daemon.calendar.feed import File
from daemon.calendar.http import Http
from daemon.calendar.model import AwayError, ConflictError, RubbishError, Source
from tests.calendars import MemorySource, vevent
from tests.radicale import PASSWORD, USER, Radicale, radicale

ONE = vevent("DTSTART:20260321T090000Z\nSUMMARY:one", uid="one")
LATER = vevent("DTSTART:20260321T100000Z\nSUMMARY:one\nSEQUENCE:1", uid="one")
ODD = "Ünï cø+de@hearth"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture(params=["double", "file", "radicale"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    if request.param == "double":
        return MemorySource()
    if request.param == "file":
        return File(tmp_path / "family.ics")
    running: Radicale = request.getfixturevalue("server")
    url = running.calendar(f"c{abs(hash(tmp_path))}")
    return CalDav(Http(url, username=USER, password=PASSWORD))


async def test_what_is_put_is_there_once_and_told_as_new_once(source: Source):
    first = await source.pull(None, {})
    etag = await source.put(source.href_of("one"), ONE, etag=None)
    new = await source.pull(first.token, {})
    assert not first.changed
    assert {href: item.etag for href, item in new.changed.items()} == {source.href_of("one"): etag}
    again = await source.pull(new.token, {href: item.etag for href, item in new.changed.items()})
    assert (again.changed, again.gone) == ({}, frozenset())


async def test_what_somebody_else_changed_is_not_written_over(source: Source):
    href = source.href_of("one")
    old = await source.put(href, ONE, etag=None)
    await source.put(href, LATER, etag=old)
    for etag in (None, old):
        with pytest.raises(ConflictError):
            await source.put(href, ONE, etag=etag)
    with pytest.raises(ConflictError):
        await source.delete(href, etag=old)
    there = await source.fetch(href)
    assert there is not None
    assert "T100000Z" in there.ics


async def test_what_is_deleted_is_gone_and_may_be_deleted_again(source: Source):
    href = source.href_of("one")
    etag = await source.put(href, ONE, etag=None)
    known = await source.pull(None, {})
    await source.delete(href, etag=etag)
    await source.delete(href, etag=etag)
    assert (await source.pull(known.token, {href: etag})).gone == {href}
    assert await source.fetch(href) is None


async def test_an_odd_uid_keeps_its_name(source: Source):
    href = source.href_of(ODD)
    await source.put(href, vevent("DTSTART:20260321T090000Z", uid=ODD), etag=None)
    assert list((await source.pull(None, {})).changed) == [href]


@pytest.mark.parametrize(
    ("path", "password", "error", "words"),
    [
        ("nothing/", PASSWORD, AwayError, "nothing at this address"),
        ("", PASSWORD, RubbishError, "address of the calendar itself"),
        ("nothing/", "wrong", AwayError, "user name and password"),
    ],
)
async def test_a_wrong_address_is_said_to_be_one(
    server: Radicale, path: str, password: str, error: type[Exception], words: str
):
    url = f"http://127.0.0.1:{server.port}/{USER}/{path}"
    with pytest.raises(error, match=words):
        await CalDav(Http(url, username=USER, password=password)).pull(None, {})


async def test_a_token_that_the_server_no_longer_knows_is_done_without(server: Radicale):
    source = CalDav(Http(server.calendar("tokens"), username=USER, password=PASSWORD))
    await source.put("one.ics", ONE, etag=None)
    assert list((await source.pull('{"sync": "http://radicale.org/ns/sync/gone"}', {})).changed) == ["one.ics"]


async def test_another_device_and_a_server_away_are_noticed(server: Radicale):
    url = server.calendar("shared")
    source = CalDav(Http(url, username=USER, password=PASSWORD))
    before = await source.pull(None, {})
    with server.client() as phone:
        assert phone.put(f"{url}one.ics", content=ONE, headers={"Content-Type": "text/calendar"}).status_code == 201
    assert list((await source.pull(before.token, {})).changed) == ["one.ics"]
    server.stop()
    try:
        with pytest.raises(AwayError, match="does not answer"):
            await source.pull(before.token, {})
    finally:
        server.start()


async def test_a_file_that_is_no_calendar_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "notes.ics"
    path.write_text("my notes")
    with pytest.raises(RubbishError):
        await File(path).pull(None, {})
    with pytest.raises(AwayError):
        await File(path).put("one", ONE, etag=None)
    assert path.read_text() == "my notes"


async def test_a_file_keeps_what_is_no_event(tmp_path: Path):
    path = tmp_path / "family.ics"
    todo = "BEGIN:VTODO\nUID:todo\nDTSTAMP:20260101T000000Z\nSUMMARY:keep me\nEND:VTODO"
    path.write_text(vevent("DTSTART:20260321T090000Z", uid="old", extra=todo))
    await File(path).put("one", ONE, etag=None)
    assert "keep me" in path.read_text()
    assert set((await File(path).pull(None, {})).changed) == {"old", "one"}
