"""Tests of `devices.homeassistant.client`: whom it trusts, whom it tells the token, and what it says when it cannot."""

import ssl
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from devices.homeassistant import Settings
from devices.homeassistant.client import AnswerError, LostError, connected
from tests.broker import free_port
from tests.devices.homeassistant.hub import Hub, hub


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of our own and a certificate of it for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("papers")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]
    for name, more in (("ca", []), ("hub", ca)):
        ours = ["-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
        try:
            command = ["openssl", "req", "-x509", *key, *more, *ours]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("openssl is not installed")
    return folder


@asynccontextmanager
async def guarded(papers: Path) -> AsyncGenerator[Hub]:
    """Run a hub that speaks TLS."""
    it = Hub()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers / "hub.pem", papers / "hub.key")
    async with serve(it.serve, "127.0.0.1", it.port, ssl=context, close_timeout=0.1):
        yield it


async def test_certificate_of_an_authority_of_the_house_is_trusted_if_it_is_named(papers: Path):
    async with guarded(papers) as it:
        settings = Settings(f"https://127.0.0.1:{it.port}", "right", papers / "ca.pem")
        async with connected(settings) as connection:
            assert connection.version == "2026.11.0"


async def test_certificate_that_nobody_named_is_refused_before_the_token_is_told(papers: Path):
    async with guarded(papers) as it:
        with pytest.raises(LostError, match=r"homeassistant\.ca_file"):
            async with connected(Settings(f"https://127.0.0.1:{it.port}", "right")):
                pass
    assert it.logins == 0


async def test_redirect_is_not_followed():
    async with hub() as other:
        port = free_port()
        elsewhere = Headers(Location=f"ws://127.0.0.1:{other.port}/api/websocket")

        def send_away(_: ServerConnection, __: Request) -> Response:
            return Response(HTTPStatus.FOUND, "Found", elsewhere)

        async with serve(other.serve, "127.0.0.1", port, process_request=send_away):
            with pytest.raises(LostError):
                async with connected(Settings(f"http://127.0.0.1:{port}", "right")):
                    pass
    assert other.logins == 0


@pytest.mark.parametrize("url", ["/some/where", "homeassistant.local", "http://", "ftp://127.0.0.1", "http://[::"])
async def test_address_that_is_none_is_said_to_lead_nowhere(url: str):
    with pytest.raises(LostError, match="cannot be reached"):
        async with connected(Settings(url, "right")):
            pass


async def test_nobody_there_is_said_with_the_address():
    port = free_port()
    with pytest.raises(LostError, match=f"127.0.0.1:{port} cannot be reached"):
        async with connected(Settings(f"http://127.0.0.1:{port}", "right")):
            pass


async def test_refusal_has_the_reason_that_home_assistant_gives():
    async with hub() as it, connected(it.settings()) as connection:
        with pytest.raises(AnswerError, match="Unknown command") as raised:
            await connection.request("config/label_registry/list")
    assert raised.value.reason == "unknown_command"


def test_token_is_not_shown_with_the_settings():
    assert "geheim" not in repr(Settings("http://hub:8123", "geheim"))
