import os
from pathlib import Path

import pytest

from daemon.config import ConfigError, default_path, load, secret

PERSON = '[[people]]\nid = "ann"\nname = "Ann"\n'


@pytest.fixture(autouse=True)
def no_hearth_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("HEARTH_")]:
        monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    path = folder / "hearth.toml"
    path.write_text(text)
    return path


def test_without_a_file_the_defaults_hold():
    config = load(None)
    assert (config.mqtt.host, config.mqtt.port, config.home.zone) == (None, 1883, "UTC")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[mqtt]\nhots = "x"', "hearth.toml: unknown key 'hots' in [mqtt], did you mean 'host'?"),
        ('[mqtt]\npassword = "x"', "hearth.toml: unknown key 'password' in [mqtt], did you mean 'password_file'?"),
        ("[mqt]", "hearth.toml: unknown section 'mqt', did you mean 'mqtt'?"),
        (
            '[[home.areas]]\nname = "K"\nflor = "x"',
            "hearth.toml: unknown key 'flor' in [home.areas], did you mean 'floor'?",
        ),
        ('[mqtt]\npublish = "yes"', "hearth.toml: mqtt.publish: must be a list: "),
        ("[mqtt]\npresent = 3", "hearth.toml: mqtt.present: must be true or false"),
        ("[mqtt]\nhost = 3", "hearth.toml: mqtt.host: must be a text in quotes"),
        ('[policy]\nhold_minutes = "an hour"', "hearth.toml: policy.hold_minutes: must be a number"),
        ('[people]\nid = "ann"', "hearth.toml: people: is a list of sections; write [[people]]"),
        ('home = "ours"', "hearth.toml: home: is a section; write [home]"),
        ("[[mqtt]]\nport = 1", "hearth.toml: mqtt: is a section; write [mqtt]"),
        ('[[rights]]\nmay = true\nthings = ["light"]', "hearth.toml: [[rights]] 1.who: is missing"),
        ("[mqtt]\nport = 99999", "hearth.toml: mqtt.port: Input should be less than or equal to 65535"),
        ('[home]\nzone = "Berlin"', "hearth.toml: home.zone: unknown time zone 'Berlin'"),
        ('[home]\nlanguage = "xx"', "hearth.toml: home.language: there are no sentences in 'xx'; there are: af, ar"),
        ('[[home.areas]]\nname = "K"\nfloor = "x"', "hearth.toml: home: area 'K' is on floor 'x', which is not in"),
        ('[home.placement]\nlamp = "Hall"', "hearth.toml: home: 'lamp' is placed in 'Hall', which is not in"),
        ('[[home.areas]]\nname = "A"\n[[home.areas]]\nname = "a"', "hearth.toml: home: areas: 'a' is there twice"),
        (
            '[[people]]\nid = "a"\nname = "A"\n[[people]]\nid = "a"\nname = "B"',
            "hearth.toml: people: two people have the id 'a'",
        ),
        (
            '[[satellites]]\nname = "a"\nkind = "soundcard"\nhost = "x"',
            "hearth.toml: [[satellites]] 1: satellite 'a' is of kind 'soundcard', which has no 'host'",
        ),
        (
            '[[home.areas]]\nname = "K"\n[[satellites]]\nname = "a"\nkind = "wyoming"\nroom = "X"',
            "configuration: satellite 'a' is in 'X', which is not in [[home.areas]]",
        ),
        (
            '[[satellites]]\nname = "a"\nkind = "wyoming"\n[[satellites]]\nname = "a"\nkind = "soundcard"',
            "hearth.toml: satellites: two satellites are called 'a'",
        ),
        ('[wyoming]\nclients = ["all"]', "hearth.toml: wyoming: wyoming.clients: 'all' is no address or network"),
        ('[wyoming]\nenabled = true\nhost = "0.0.0.0"', "hearth.toml: wyoming: wyoming.host is open to the network"),
        ('[wyoming]\nvoice = "nas"', "hearth.toml: wyoming.voice: String should match pattern"),
        ('[mqtt]\nhost = ""', "hearth.toml: mqtt.host: String should have at least 1 character"),
        (
            PERSON + 'addresses = { ntyf = "a" }',
            "hearth.toml: [[people]] 1.addresses: there is no channel 'ntyf', did you me",
        ),
        (
            PERSON + 'addresses = { email = "ann" }',
            "hearth.toml: [[people]] 1.addresses: 'ann' is no address on email: it is",
        ),
        (
            PERSON + 'addresses = { ntfy = "a b" }',
            "hearth.toml: [[people]] 1.addresses: 'a b' is no address on ntfy: it is a",
        ),
        (
            PERSON + 'addresses = { mqtt = "a/#" }',
            "hearth.toml: [[people]] 1.addresses: 'a/#' is no address on mqtt: it is",
        ),
        (
            PERSON + 'addresses = { ntfy = "a" }',
            "configuration: 'ann' has an address on ntfy, which is not set up; set c",
        ),
        ('[channels.ntfy]\nurl = "http://u:p@h"', "hearth.toml: channels.ntfy.url: String should match pattern"),
        ('[channels.ntfy]\nanswers = "api"', "configuration: channels.ntfy.answers is 'api', and phones do not know"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tmp_path: Path, text: str, complaint: str):
    with pytest.raises(ConfigError) as raised:
        load(written(tmp_path, text))
    assert str(raised.value).startswith(complaint)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("rubbish", [b"x =", b"\xff\xfe", b"a = " + b"[" * 5000])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, rubbish: bytes):
    path = tmp_path / "hearth.toml"
    path.write_bytes(rubbish)
    with pytest.raises(ConfigError, match=r"hearth\.toml"):
        load(path)


def test_a_missing_file_is_not_taken_for_defaults(tmp_path: Path):
    with pytest.raises(ConfigError, match="no configuration file"):
        load(tmp_path / "nowhere.toml")


def test_sections_that_are_passed_over_may_hold_anything(tmp_path: Path):
    path = written(tmp_path, '[home]\nzone = 5\n[mqtt]\nhots = 1\n[log]\nlevel = "DEBUG"')
    config = load(path, {"home": {"name": "Given"}}, without=frozenset({"home", "mqtt"}))
    assert (config.home.name, config.mqtt.host, config.log.level) == ("Given", None, "DEBUG")


def test_drop_ins_win_by_name_and_are_named_in_complaints(tmp_path: Path):
    path = written(tmp_path, '[mqtt]\nhost = "one"\nport = 1')
    folder = tmp_path / "hearth.toml.d"
    folder.mkdir()
    (folder / "10-first.toml").write_text('[mqtt]\nhost = "two"')
    (folder / "20-second.toml").write_text('[mqtt]\nhost = "three"')
    assert (load(path).mqtt.host, load(path).mqtt.port) == ("three", 1)
    (folder / "30-third.toml").write_text("[mqtt]\nprot = 5")
    with pytest.raises(ConfigError, match=r"30-third.toml: unknown key 'prot'"):
        load(path)


def test_the_environment_wins_over_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HEARTH_MQTT__HOST", "from-environment")
    config = load(written(tmp_path, '[mqtt]\nhost = "file"\nport = 7'))
    assert (config.mqtt.host, config.mqtt.port) == ("from-environment", 7)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("HEARTH_MQTT__HSOT", "environment: unknown key 'hsot' in [mqtt], did you mean 'host'?"),
        ("HEARTH_MQTT_HOST", "environment: unknown key in 'HEARTH_MQTT_HOST', did you mean HEARTH_MQTT__HOST?"),
        ("HEARTH_FOO", "environment: unknown key in 'HEARTH_FOO'; keys are written HEARTH_SECTION__KEY"),
        ("HEARTH_MQT__HOST", "environment: unknown section in 'HEARTH_MQT__HOST', did you mean HEARTH_MQTT__…?"),
    ],
)
def test_unknown_variables_are_errors(monkeypatch: pytest.MonkeyPatch, name: str, complaint: str):
    monkeypatch.setenv(name, "x")
    with pytest.raises(ConfigError) as raised:
        load(None)
    assert str(raised.value) == complaint


@pytest.mark.parametrize(
    "name",
    [
        "HEARTH_VOICE__VOSK_MODEL",
        "HEARTH_MQTT__HOST",
        "HEARTH_HOMEASSISTANT__URL",
        "HEARTH_HOMEASSISTANT__TOKEN_FILE",
        "HEARTH_OLLAMA__URL",
        "HEARTH_OLLAMA__MODEL",
    ],
)
def test_the_published_variables_are_read(monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.setenv(name, "/some/where")
    section, key = name.removeprefix("HEARTH_").lower().split("__")
    assert str(getattr(getattr(load(None), section), key)) == "/some/where"


def test_a_secret_is_read_without_its_newline(tmp_path: Path):
    path = tmp_path / "token"
    path.write_text("s3cret\n")
    path.chmod(0o600)
    assert secret(str(path), what="mqtt.password_file") == "s3cret"


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [(b"x", 0o644, "chmod 600"), (b"\n", 0o600, "is empty"), (b"\xff", 0o600, "cannot read")],
)
def test_a_secret_that_leaks_or_holds_nothing_is_refused(tmp_path: Path, content: bytes, mode: int, complaint: str):
    path = tmp_path / "token"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=complaint):
        secret(str(path), what="mqtt.password_file")


def test_a_systemd_credential_is_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mqtt").write_text("from systemd")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret("credential:mqtt", what="mqtt.password_file") == "from systemd"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(ConfigError, match="LoadCredential"):
        secret("credential:mqtt", what="mqtt.password_file")


def test_the_users_own_file_comes_before_the_systems(tmp_path: Path):
    assert default_path({"XDG_CONFIG_HOME": str(tmp_path)}) in (None, Path("/etc/hearth/hearth.toml"))
    own = tmp_path / "hearth" / "hearth.toml"
    own.parent.mkdir()
    own.touch()
    assert default_path({"XDG_CONFIG_HOME": str(tmp_path)}) == own
