import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from devices.home import Home
from devices.mqtt import Mqtt
from tests.broker import Mosquitto
from tests.conftest import BrokerFactory
from tests.devices.plain import AT, QUICK, Plain, bridged, eventually, running

pytestmark = pytest.mark.mosquitto

GUARDED = """
listener {{port}} 127.0.0.1
cafile {folder}/ca.pem
certfile {folder}/broker.pem
keyfile {folder}/broker.key
require_certificate {both}
allow_anonymous true
"""


def _openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority, a broker's certificate for 127.0.0.1, and one of ours."""
    folder = tmp_path_factory.mktemp("papers")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]
    try:
        _openssl("req", "-x509", *key, "-subj", "/CN=house", "-keyout", "ca.key", "-out", "ca.pem", folder=folder)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    for name in ("broker", "hearth"):
        ours = ["-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
        _openssl("req", "-x509", *key, *ca, *ours, folder=folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


@pytest.fixture
def guarded(papers: Path, mosquitto_with: BrokerFactory) -> Mosquitto:
    """A broker that speaks TLS."""
    return mosquitto_with(GUARDED.format(folder=papers, both="false"))


async def test_broker_with_a_certificate_that_we_trust_is_spoken_to(guarded: Mosquitto, papers: Path):
    async with bridged(guarded, settings=replace(QUICK, tls=True, ca_file=papers / "ca.pem")) as bridge:
        assert bridge.health.connected


async def test_broker_that_wants_to_see_our_certificate_is_shown_it(mosquitto_with: BrokerFactory, papers: Path):
    broker = mosquitto_with(GUARDED.format(folder=papers, both="true"))
    ours = {"cert_file": papers / "hearth.pem", "key_file": papers / "hearth.key"}
    async with bridged(broker, settings=replace(QUICK, tls=True, ca_file=papers / "ca.pem", **ours)) as bridge:
        assert bridge.health.connected


@pytest.mark.parametrize(
    ("ca_file", "said"),
    [(None, "its certificate is not trusted"), (Path("nowhere.pem"), "No such file")],
    ids=["unknown authority", "no such file"],
)
async def test_broker_that_cannot_be_trusted_is_not_spoken_to(guarded: Mosquitto, ca_file: Path | None, said: str):
    settings = replace(QUICK, port=guarded.port, tls=True, ca_file=ca_file)
    bridge = Mqtt(settings, Home(), [Plain()], now=lambda: AT, jitter=lambda: 0.0)
    async with running(bridge):
        await eventually(lambda: said in bridge.health.detail)
        assert not bridge.health.connected


async def test_broker_without_tls_is_named_when_we_want_it(mosquitto: Mosquitto):
    bridge = Mqtt(replace(QUICK, port=mosquitto.port, tls=True), Home(), [Plain()], now=lambda: AT)
    async with running(bridge):
        await eventually(lambda: "cannot be reached" in bridge.health.detail)
