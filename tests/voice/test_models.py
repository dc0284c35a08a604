import hashlib
import io
import json
import random
import shutil
import socket
import stat
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.voice.servers import Behaviour, serving
from voice.catalogue import ANY, CATALOGUE, Kind, Offer, Remote, suggested
from voice.download import NeverLessSafe
from voice.kaldi import Vosk
from voice.model import ModelError
from voice.models import Installed, best, install, installed, offered, pull, remove, verify

FINAL = random.Random(1).randbytes(300_000)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


ARCHIVE = zipped({"tiny/": b"", "tiny/am/final.mdl": FINAL, "tiny/conf/model.conf": b"--x=1\n", "tiny/README": b"hi"})
VOICE = {"en/tiny.onnx": b"onnx" * 100, "en/tiny.onnx.json": b"{}", "en/MODEL_CARD": b"free"}


def recognizer(host: str, data: bytes = ARCHIVE, *, known: Mapping[str, object] | None = None) -> Offer:
    row = known or {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return Offer("tiny", Kind.RECOGNIZER, "en", "MIT", "for tests", host, (Remote("tiny.zip", **row),))  # pyright: ignore[reportArgumentType] - a row of keywords


def voice(host: str, name: str = "tiny-voice") -> Offer:
    files = tuple(Remote(path) for path in VOICE)
    return Offer(name, Kind.SYNTHESIZER, "en", "MIT", "for tests", host, files, "voices.json")


def voices_json(**changes: object) -> bytes:
    rows = {
        path: {"size_bytes": len(data), "md5_digest": hashlib.md5(data).hexdigest(), **changes}
        for path, data in VOICE.items()
    }
    return json.dumps({"tiny": {"files": rows}, "broken": 3, "other": {"files": {"x": None}}}).encode()


@pytest.fixture
def behaviour() -> Behaviour:
    files = {"/tiny.zip": ARCHIVE, "/voices.json": voices_json(), **{f"/{path}": data for path, data in VOICE.items()}}
    return Behaviour(files)


@pytest.fixture
def host(behaviour: Behaviour) -> Iterator[str]:
    with serving(behaviour) as address:
        yield address


def left_over(into: Path) -> list[str]:
    return sorted(path.name for path in into.iterdir() if path.name not in (".lock", "pins.json"))


def test_a_recognizer_is_fetched_checked_and_unpacked(tmp_path: Path, host: str):
    told: list[tuple[str, int, int | None]] = []

    def tell(name: str, done: int, total: int | None) -> None:
        told.append((name, done, total))

    model = install(recognizer(host), tmp_path, progress=tell)

    assert model.path == tmp_path / "tiny"
    assert (model.path / "am" / "final.mdl").read_bytes() == FINAL
    assert (model.path / "conf" / "model.conf").read_bytes() == b"--x=1\n"
    assert installed(tmp_path) == [model]
    assert told[0] == ("tiny.zip", 0, len(ARCHIVE))
    assert told[-1] == ("tiny.zip", len(ARCHIVE), len(ARCHIVE))
    assert left_over(tmp_path) == ["tiny"]
    assert stat.S_IMODE(model.path.stat().st_mode) == 0o755
    verify(model)


def test_a_model_that_is_there_is_not_fetched_again(tmp_path: Path, host: str, behaviour: Behaviour):
    install(recognizer(host), tmp_path)
    install(recognizer(host), tmp_path)

    assert len(behaviour.requests) == 1


def test_a_voice_is_checked_against_the_list_of_its_publisher(tmp_path: Path, host: str):
    model = install(voice(host), tmp_path)

    assert model.path == tmp_path / "tiny-voice" / "tiny.onnx"
    assert model.path.with_name("tiny.onnx.json").read_bytes() == b"{}"
    assert model.kind is Kind.SYNTHESIZER
    assert left_over(tmp_path) == ["tiny-voice"]


def test_a_connection_that_keeps_breaking_is_continued(tmp_path: Path, host: str, behaviour: Behaviour):
    behaviour.cut_after = 100_000

    model = install(recognizer(host), tmp_path)

    assert (model.path / "am" / "final.mdl").read_bytes() == FINAL
    assert [wanted for _, wanted in behaviour.requests] == ["", "bytes=100000-", "bytes=200000-", "bytes=300000-"]


def test_a_pull_that_was_ended_goes_on_where_it_was(tmp_path: Path, host: str, behaviour: Behaviour):
    parts = tmp_path / "tiny.parts"
    parts.mkdir()
    (parts / "tiny.zip.part").write_bytes(ARCHIVE[:250_000])

    install(recognizer(host), tmp_path)

    assert behaviour.requests == [("/tiny.zip", "bytes=250000-")]


@pytest.mark.parametrize("size", [None, len(ARCHIVE)], ids=["size unknown", "size known"])
def test_a_server_without_ranges_starts_again(tmp_path: Path, host: str, behaviour: Behaviour, size: int | None):
    behaviour.ignore_range = True
    parts = tmp_path / "tiny.parts"
    parts.mkdir()
    (parts / "tiny.zip.part").write_bytes(b"x" * 1_000)

    install(recognizer(host, known={"size": size, "md5": hashlib.md5(ARCHIVE).hexdigest()}), tmp_path)

    assert installed(tmp_path)


@pytest.mark.parametrize("there", [len(ARCHIVE), len(ARCHIVE) + 5], ids=["all of it", "more than it"])
def test_a_part_that_is_long_enough_is_checked_not_trusted(tmp_path: Path, host: str, there: int):
    parts = tmp_path / "tiny.parts"
    parts.mkdir()
    (parts / "tiny.zip.part").write_bytes(b"x" * there)
    offer = recognizer(host, known={"md5": hashlib.md5(ARCHIVE).hexdigest()})

    install(offer, tmp_path)

    assert installed(tmp_path)


def test_an_answer_without_a_length_is_taken(tmp_path: Path, host: str, behaviour: Behaviour):
    behaviour.chunked = True

    install(recognizer(host), tmp_path)

    assert installed(tmp_path)


def test_a_redirect_to_another_host_is_followed(tmp_path: Path, host: str):
    with serving(Behaviour({}, redirect=host)) as moved:
        install(recognizer(moved), tmp_path)

    assert installed(tmp_path)


def test_a_redirect_to_a_file_is_not_followed(tmp_path: Path):
    with serving(Behaviour({}, redirect="file:///etc")) as moved, pytest.raises(ModelError, match="answers 302"):
        install(recognizer(moved), tmp_path)


def test_a_redirect_from_https_to_http_is_not_followed():
    request = urllib.request.Request("https://safe.example/tiny.zip")
    to = "http://unsafe.example/tiny.zip"

    with pytest.raises(ModelError, match="not safe"):
        NeverLessSafe().redirect_request(request, None, 302, "Found", None, to)


@pytest.mark.parametrize(
    ("served", "known", "why"),
    [
        (ARCHIVE[:-1] + b"!", {"size": len(ARCHIVE), "sha256": hashlib.sha256(ARCHIVE).hexdigest()}, "sha256 differs"),
        (ARCHIVE[:-1] + b"!", {"size": len(ARCHIVE), "md5": hashlib.md5(ARCHIVE).hexdigest()}, "md5 differs"),
        (ARCHIVE + b"more", {"size": len(ARCHIVE), "md5": "x"}, "not the file it should be"),
        (b"<html>no", {"md5": hashlib.md5(ARCHIVE).hexdigest()}, "md5 differs"),
    ],
)
def test_wrong_bytes_are_never_installed(
    tmp_path: Path, host: str, behaviour: Behaviour, served: bytes, known: dict[str, object], why: str
):
    behaviour.files = {"/tiny.zip": served}

    with pytest.raises(ModelError, match=why) as caught:
        install(recognizer(host, known=known), tmp_path)

    assert caught.value.code == "model-broken"
    assert installed(tmp_path) == []
    behaviour.files = {"/tiny.zip": ARCHIVE}
    install(recognizer(host), tmp_path)
    assert installed(tmp_path)


def test_more_bytes_than_announced_by_a_silent_server_are_refused(tmp_path: Path, host: str, behaviour: Behaviour):
    behaviour.files = {"/tiny.zip": ARCHIVE * 2}
    behaviour.chunked = True

    with pytest.raises(ModelError, match="longer than"):
        install(recognizer(host), tmp_path)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_error_of_the_server_is_told(tmp_path: Path, host: str, behaviour: Behaviour, status: int):
    behaviour.status = status

    with pytest.raises(ModelError, match=f"answers {status}"):
        install(recognizer(host), tmp_path)


def test_being_offline_says_what_to_do_instead(tmp_path: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(
            ModelError, match=r"tiny\.zip, copy it here, and run: hearth models pull tiny --from FOLDER"
        ) as caught:
            install(recognizer(f"http://127.0.0.1:{port}"), tmp_path)

    assert caught.value.code == "model-offline"
    assert "models cannot be downloaded: no connection to 127.0.0.1" in str(caught.value)
    assert left_over(tmp_path) == []


def test_a_server_that_sends_nothing_ends_the_pull(tmp_path: Path, host: str, behaviour: Behaviour):
    behaviour.cut_after = 0

    with pytest.raises(ModelError) as caught:
        install(recognizer(host), tmp_path)

    assert caught.value.code == "model-offline"
    assert len(behaviour.requests) == 1


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        (b"not json", "cannot be read"),
        (b"[]", "does not hold"),
        (b'{"tiny": {"files": {"en/tiny.onnx": {"size_bytes": -1, "md5_digest": "x"}}}}', "does not hold"),
        (voices_json(md5_digest="0" * 32), "md5 differs"),
    ],
)
def test_a_voice_whose_list_is_wrong_is_not_installed(
    tmp_path: Path, host: str, behaviour: Behaviour, listed: bytes, why: str
):
    behaviour.files = {**behaviour.files, "/voices.json": listed}

    with pytest.raises(ModelError, match=why):
        install(voice(host), tmp_path)

    assert installed(tmp_path) == []


def test_a_file_that_was_verified_once_must_stay_the_same(tmp_path: Path, host: str, behaviour: Behaviour):
    """The publisher's list and file both change: only our own note of the first download tells."""
    install(voice(host), tmp_path)
    shutil.rmtree(tmp_path / "tiny-voice")
    changed = b"evil" * 100
    row = {"size_bytes": len(changed), "md5_digest": hashlib.md5(changed).hexdigest()}
    listed = json.loads(voices_json())
    listed["tiny"]["files"]["en/tiny.onnx"] = row
    behaviour.files = {**behaviour.files, "/en/tiny.onnx": changed, "/voices.json": json.dumps(listed).encode()}

    with pytest.raises(ModelError, match="sha256 differs"):
        install(voice(host), tmp_path)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"tiny/../../evil": b"x"}, "leads out"),
        ({"/etc/evil": b"x"}, "leads out"),
        ({"tiny/..\\..\\evil": b"x"}, "leads out"),
        ({"C:/evil/x": b"x"}, "leads out"),
    ],
)
def test_an_archive_that_leads_out_of_its_folder_is_refused(
    tmp_path: Path, host: str, behaviour: Behaviour, members: dict[str, bytes], why: str
):
    data = zipped(members)
    behaviour.files = {"/tiny.zip": data}
    into = tmp_path / "models"

    with pytest.raises(ModelError, match=why):
        install(recognizer(host, data), into)

    assert installed(into) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models"]


def test_a_link_in_an_archive_is_refused(tmp_path: Path, host: str, behaviour: Behaviour):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("tiny/am")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc")
    behaviour.files = {"/tiny.zip": buffer.getvalue()}

    with pytest.raises(ModelError, match="leads out"):
        install(recognizer(host, buffer.getvalue()), tmp_path)


@pytest.mark.parametrize("limit", ["UNPACKED_MAX", "MEMBERS_MAX"])
def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch, limit: str
):
    monkeypatch.setattr(f"voice.archive.{limit}", 2)

    with pytest.raises(ModelError, match="more than a model can be"):
        install(recognizer(host), tmp_path)


def test_a_damaged_archive_is_refused(tmp_path: Path, host: str, behaviour: Behaviour):
    data = ARCHIVE.replace(FINAL[1_000:1_004], b"oops")
    behaviour.files = {"/tiny.zip": data}

    with pytest.raises(ModelError, match="cannot be unpacked"):
        install(recognizer(host, data), tmp_path)


@pytest.mark.parametrize("form", ["archive", "unpacked"])
def test_a_model_is_imported_from_a_folder_without_a_network(tmp_path: Path, form: str):
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "tiny.zip").write_bytes(ARCHIVE)
    if form == "unpacked":
        shutil.unpack_archive(stick / "tiny.zip", stick)
        (stick / "tiny.zip").unlink()

    model = install(recognizer("http://nowhere.invalid"), tmp_path / "models", source=stick)

    assert (model.path / "am" / "final.mdl").read_bytes() == FINAL
    verify(model)


def test_a_model_of_another_house_is_imported_by_its_name(tmp_path: Path, host: str):
    other = install(recognizer(host), tmp_path / "other")

    model = install(recognizer("http://nowhere.invalid"), tmp_path / "models", source=other.path.parent)

    assert (model.path / "am" / "final.mdl").read_bytes() == FINAL


def test_a_voice_is_imported_without_its_card(tmp_path: Path):
    for path in ("en/tiny.onnx", "en/tiny.onnx.json"):
        (tmp_path / Path(path).name).write_bytes(VOICE[path])

    model = install(voice("http://nowhere.invalid"), tmp_path / "models", source=tmp_path)

    assert model.path.name == "tiny.onnx"


def test_an_import_is_checked_too(tmp_path: Path):
    (tmp_path / "tiny.zip").write_bytes(ARCHIVE[:-1] + b"!")

    with pytest.raises(ModelError, match="sha256 differs"):
        install(recognizer("http://nowhere.invalid"), tmp_path / "models", source=tmp_path)


def test_an_import_from_a_folder_without_the_files_names_them(tmp_path: Path):
    with pytest.raises(ModelError, match=r"does not hold 'tiny\.zip'") as caught:
        install(recognizer("http://nowhere.invalid"), tmp_path / "models", source=tmp_path)

    assert caught.value.code == "model-missing"


def test_a_model_with_a_missing_or_short_file_is_not_installed_and_is_replaced(tmp_path: Path, host: str):
    model = install(recognizer(host), tmp_path)
    (model.path / "am" / "final.mdl").write_bytes(FINAL[:10])

    assert installed(tmp_path) == []
    install(recognizer(host), tmp_path)
    assert (model.path / "am" / "final.mdl").read_bytes() == FINAL


def test_damage_inside_a_file_is_found_by_verifying(tmp_path: Path, host: str):
    model = install(recognizer(host), tmp_path)
    (model.path / "am" / "final.mdl").write_bytes(FINAL[:-1] + b"!")

    with pytest.raises(ModelError, match=r"final\.mdl' is damaged"):
        verify(model)


def test_an_engine_refuses_a_model_that_was_damaged_after_it_was_pulled(tmp_path: Path, host: str):
    model = install(recognizer(host), tmp_path)
    (model.path / "am" / "final.mdl").write_bytes(FINAL[:-1] + b"!")

    with pytest.raises(ModelError, match="hearth models remove tiny"):
        Vosk(model.path)


@pytest.mark.parametrize(
    ("language", "memory", "cores", "names"),
    [
        ("en", 16, 8, ["vosk-lgraph-en", "piper-en"]),
        ("en-GB", 4, 4, ["vosk-small-en", "piper-en"]),
        ("en", 16, 2, ["vosk-small-en", "piper-en"]),
        ("de", 16, 8, ["vosk-small-de", "piper-de"]),
        ("fr", 8, 4, ["vosk-small-fr"]),
        ("en", 1, 4, ["vosk-small-en"]),
        ("fi", 16, 8, []),
    ],
)
def test_a_machine_is_offered_what_fits_it(language: str, memory: int, cores: int, names: list[str]):
    offers = suggested(language, memory_bytes=memory * 10**9, cores=cores)

    assert [offer.name for offer in offers] == names


def test_two_commands_at_once_do_not_disturb_each_other(tmp_path: Path, host: str):
    def second(*_row: object) -> None:
        with pytest.raises(ModelError, match="another command"):
            install(recognizer(host), tmp_path)

    install(recognizer(host), tmp_path, progress=second)

    assert installed(tmp_path)


def test_a_model_is_removed_with_what_was_half_fetched(tmp_path: Path):
    name = "vosk-small-en"
    (tmp_path / name).mkdir()
    (tmp_path / f"{name}.parts").mkdir()

    assert remove(name, tmp_path) is True
    assert remove(name, tmp_path) is False
    assert left_over(tmp_path) == []
    assert remove(name, tmp_path / "nowhere") is False


def test_the_biggest_model_of_a_language_is_the_best(tmp_path: Path):
    def model(name: str, kind: Kind, language: str, size: int) -> Installed:
        return Installed(name, kind, language, "MIT", tmp_path / name, size)

    small, big = (model(name, Kind.RECOGNIZER, "en", size) for name, size in (("small", 40), ("big", 130)))
    others = [model("german", Kind.RECOGNIZER, "de", 500), model("voice", Kind.SYNTHESIZER, "en", 600)]

    assert best([small, big, *others], Kind.RECOGNIZER, "en-US") == big
    assert best(others, Kind.RECOGNIZER, "en") is None


def test_foreign_folders_are_not_models(tmp_path: Path):
    for name, record in {"a": "[]", "b": "{", "c": '{"name": "other"}', "d": ""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "hearth-model.json").write_text(record)

    assert installed(tmp_path) == []
    assert installed(tmp_path / "nowhere") == []


def test_an_unknown_model_names_those_that_there_are(tmp_path: Path):
    with pytest.raises(ModelError, match="vosk-small-en") as caught:
        pull("vosk-huge", tmp_path)

    assert caught.value.code == "model-unknown"


def test_a_mirror_replaces_the_host_of_the_publisher(tmp_path: Path, host: str, behaviour: Behaviour):
    with pytest.raises(ModelError, match="answers 404"):
        pull("vosk-small-en", tmp_path, base_url=host)

    assert behaviour.requests == [("/vosk-model-small-en-us-0.15.zip", "")]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_the_catalogue_is_complete(name: str):
    offer = offered(name)

    assert offer.name == name
    assert offer.host.startswith("https://")
    assert all(file.sha256 or file.md5 or file.git_blob or offer.index for file in offer.files)
    assert (offer.kind is Kind.SYNTHESIZER) == any(file.name.endswith(".onnx") for file in offer.files)


@pytest.mark.parametrize(("content", "is_it"), [(b"hello\n", True), (b"hullo\n", False)], ids=["same", "other"])
def test_a_file_of_a_git_repository_is_checked_by_the_name_of_its_content(tmp_path: Path, content: bytes, is_it: bool):
    """`git hash-object` calls "hello" and a newline ce013625030ba8dba906f756967f9e9ca394464a."""
    file = Remote("somebody/something/main/a.pt", git_blob="ce013625030ba8dba906f756967f9e9ca394464a")
    offer = Offer("speaker-test", Kind.SPEAKER, ANY, "MIT", "", "https://example.org", (file,))
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "a.pt").write_bytes(content)

    if is_it:
        there = install(offer, tmp_path / "models", source=folder)
        assert best([there], Kind.SPEAKER, "de") == there
        verify(there)
    else:
        with pytest.raises(ModelError, match="not the file it should be"):
            install(offer, tmp_path / "models", source=folder)
