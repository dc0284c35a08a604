"""Tests of `daemon.channels.mail` over a real server: what is handed in, and over which connection."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from daemon.channels.mail import Mail, MailServer
from daemon.notify.model import Answer, ChannelError, Message, Urgency
from daemon.tokens import Tokens
from tests.broker import free_port
from tests.conformance.reach import ANN, Mailbox, person, tokens_in
from tests.doubles import ManualClock

ANNE = person(ANN, email="ann@example.org")
LAUNDRY = Message("hearth-7", "The laundry is done.", answers=(Answer.DONE, Answer.SNOOZE))
# aiosmtpd does not take a connection that was encrypted from the start for one that is.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
Security = Literal["starttls", "tls", "none"]


class Guarded(Controller):
    """A server that wants to be spoken to in private, and to know by whom."""

    def __init__(self, box: Mailbox, papers: Path, security: Security) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(papers / "mail.pem", papers / "mail.key")
        self._starttls = context if security == "starttls" else None
        super().__init__(
            box, hostname="127.0.0.1", port=free_port(), ssl_context=context if security == "tls" else None
        )

    def factory(self) -> SMTP:
        """Return what speaks to one client."""
        return SMTP(
            self.handler, hostname="mail", tls_context=self._starttls, require_starttls=self._starttls is not None,
            auth_required=True, auth_require_tls=self._starttls is not None, authenticator=_authenticate,
        )  # fmt: skip


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"hearth", b"s3cret"), handled=False)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for 127.0.0.1 that nobody else trusts."""
    folder = tmp_path_factory.mktemp("papers")
    try:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "mail.key",
             "-out", "mail.pem"], cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return folder


@asynccontextmanager
async def serving(controller: Controller) -> AsyncGenerator[int]:
    await asyncio.to_thread(controller.start)
    try:
        yield controller.port
    finally:
        await asyncio.to_thread(controller.stop)


@asynccontextmanager
async def mail(folder: Path, server: MailServer, *, api: str | None = None) -> AsyncGenerator[tuple[Mail, Tokens]]:
    async with tokens_in(folder) as tokens, Mail(server, tokens, api=api, now=ManualClock().now) as channel:
        yield channel, tokens


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_mail_goes_over_a_connection_that_nobody_reads(tmp_path: Path, papers: Path, security: Security):
    box = Mailbox()
    async with serving(Guarded(box, papers, security)) as port:
        server = MailServer("127.0.0.1", port, security, "hearth@home.example", "hearth", "s3cret", papers / "mail.pem")
        async with mail(tmp_path, server) as (channel, _):
            await channel.deliver(LAUNDRY, ANNE)
    assert len(box.mails) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("trusted", "password", "why"), [(False, "s3cret", "not trusted"), (True, "wr0ng", "not let us in")]
)
async def test_a_stranger_of_a_server_or_a_wrong_password_is_an_error_that_stays(
    tmp_path: Path, papers: Path, security: Security, trusted: bool, password: str, why: str
):
    box = Mailbox()
    async with serving(Guarded(box, papers, security)) as port:
        ca = papers / "mail.pem" if trusted else None
        server = MailServer("127.0.0.1", port, security, "hearth@home.example", "hearth", password, ca)
        async with mail(tmp_path, server) as (channel, _):
            with pytest.raises(ChannelError, match=why) as raised:
                await channel.deliver(LAUNDRY, ANNE)
    assert raised.value.lasting
    assert (box.mails, password in str(raised.value)) == ([], False)
    assert password not in repr(server)


async def test_a_server_without_encryption_is_not_told_anything_if_that_was_asked_for(tmp_path: Path):
    box = Mailbox()
    async with plain(tmp_path, box, "starttls") as (channel, _):
        with pytest.raises(ChannelError, match="cannot do what is configured") as raised:
            await channel.deliver(LAUNDRY, ANNE)
    assert (box.mails, raised.value.lasting) == ([], True)


@asynccontextmanager
async def plain(
    folder: Path, box: Mailbox, security: Security, api: str | None = None
) -> AsyncGenerator[tuple[Mail, Tokens]]:
    """Open the channel over a server that knows no encryption."""
    async with AsyncExitStack() as stack:
        controller = Controller(box, hostname="127.0.0.1", port=free_port())
        port = await stack.enter_async_context(serving(controller))
        server = MailServer("127.0.0.1", port, security, "hearth@home.example")
        yield await stack.enter_async_context(mail(folder, server, api=api))


async def handed_in(folder: Path, message: Message, *, api: str | None) -> tuple[EmailMessage, Tokens]:
    box = Mailbox()
    async with plain(folder, box, "none", api) as (channel, tokens):
        await channel.deliver(message, ANNE)
    return message_from_bytes(box.mails[0], policy=policy.default), tokens


async def test_a_mail_has_a_link_for_each_answer_that_is_good_once(tmp_path: Path):
    found, tokens = await handed_in(tmp_path, LAUNDRY, api="https://hearth.example/api/notices/answer")
    lines = cast("str", found.get_content()).split()
    links = [line for line in lines if line.startswith("https://")]
    answers = [tokens.read(link.partition("?token=")[2]).answer for link in links]
    assert answers == [Answer.DONE, Answer.SNOOZE]
    assert {tokens.read(link.partition("?token=")[2]).person for link in links} == {ANN}


async def test_a_mail_says_what_it_is(tmp_path: Path):
    found, _ = await handed_in(tmp_path, Message("hearth-7", LAUNDRY.text, urgency=Urgency.IMPORTANT), api=None)
    said = {name: str(found[name]) for name in ("From", "To", "Subject", "Auto-Submitted", "Importance", "Date")}
    assert said == {
        "From": "hearth@home.example",
        "To": "ann@example.org",
        "Subject": "The laundry is done.",
        "Auto-Submitted": "auto-generated",
        "Importance": "high",
        "Date": "Sun, 01 Mar 2026 12:00:00 +0000",
    }
    assert found.get_content_type() == "text/plain"
