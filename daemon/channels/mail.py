"""Mail: plain text with a link for each answer, over the household's own server."""

import asyncio
import smtplib
import ssl
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from daemon.channels.buttons import Buttons, nothing
from daemon.channels.deadline import in_time
from daemon.channels.shown import label, mark, text_of, title_of
from daemon.household import Person
from daemon.notify.model import Answered, ChannelError, Message, Receipt, Urgency

STEP_S = 5.0
"""How long the server may take for one step: less than the deadline, so that its silence is named as such."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    """Whom to trust; ``None``: the authorities that this machine trusts."""


class Mail:
    """Messages to people by mail. Opened as a context manager."""

    name = "email"

    def __init__(self, server: MailServer, buttons: Buttons, *, api: str | None, now: Callable[[], datetime]) -> None:
        """Take ``api``, the address that a link opens with a token behind it; without one, mails have no links."""
        self._server, self._buttons, self._api, self._now = server, buttons, api, now
        self._thread = ThreadPoolExecutor(2, "hearth-mail")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not waiting: a server that hangs must not hold up the end.
        self._thread.shutdown(wait=False, cancel_futures=True)

    def reaches(self, person: Person) -> bool:
        """Say whether an address of this person is known."""
        return bool(person.addresses.get(self.name))

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Hand a mail in."""
        addresses = person.addresses.get(self.name, ())
        if not addresses:
            raise ChannelError(f"email: no address of {person.id!r} is known; give one in addresses", lasting=True)
        try:
            mail = self._mail(message, person, addresses)
        except ValueError as error:
            raise ChannelError(f"email: {person.id!r} has an address that is none; correct it", lasting=True) from error
        loop = asyncio.get_running_loop()
        try:
            async with in_time(self.name, self._server.host):
                await loop.run_in_executor(self._thread, self._hand_in, mail)
        except (OSError, smtplib.SMTPException) as error:
            raise self._problem(error) from None
        return Receipt.ACCEPTED

    async def withdraw(self, key: str, person: Person) -> None:
        """Do nothing: a mail cannot be taken back."""
        del key, person

    def answers(self) -> AsyncGenerator[Answered]:
        """Return what yields nothing: links are answered over HTTP."""
        return nothing()

    def _mail(self, message: Message, person: Person, addresses: Sequence[str]) -> EmailMessage:
        text = text_of(message)
        mail = EmailMessage()
        mail["From"], mail["To"] = self._server.sender, ", ".join(addresses)
        mail["Subject"] = title_of(message) if message.title else text.splitlines()[0][:120]
        mail["Date"] = format_datetime(self._now())
        domain = self._server.sender.rpartition("@")[2]
        mail["Message-ID"] = make_msgid(domain=domain)
        # One conversation for one notice, though a mail cannot replace another.
        mail["References"] = f"<{mark(message.key)}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.urgency >= Urgency.IMPORTANT:
            mail["Importance"] = "high"
        mail.set_content(text + "\n" + self._links(message, person))
        return mail

    def _links(self, message: Message, person: Person) -> str:
        if self._api is None or not message.answers:
            return ""
        issue = self._buttons.issue
        links = (
            f"{label(message, answer)}: {self._api}?token="
            f"{issue(message.key, answer, person.id, channel=self.name, until=message.until)}"
            for answer in message.answers
        )
        return "\n" + "\n".join(links) + "\n"

    def _hand_in(self, mail: EmailMessage) -> None:
        server = self._server
        # Named, for the default looks up the name of this machine, which can take seconds.
        us = server.sender.rpartition("@")[2]
        context = ssl.create_default_context(cafile=server.ca_file) if server.security != "none" else None
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=us, timeout=STEP_S, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, local_hostname=us, timeout=STEP_S)
        with connection:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.username is not None:
                connection.login(server.username, server.password or "")
            connection.send_message(mail)

    def _problem(self, error: OSError | smtplib.SMTPException) -> ChannelError:
        host = self._server.host
        match error:
            case smtplib.SMTPAuthenticationError():
                return ChannelError(
                    f"email: {host} does not let us in; correct the name and the password", lasting=True
                )
            case smtplib.SMTPRecipientsRefused():
                codes = [code for code, _ in error.recipients.values()]
                return ChannelError(f"email: {host} takes no mail for them ({codes[0]})", lasting=min(codes) >= 500)
            case smtplib.SMTPNotSupportedError():
                return ChannelError(f"email: {host} cannot do what is configured; see channels.email", lasting=True)
            case smtplib.SMTPResponseException():
                return ChannelError(f"email: {host} said {error.smtp_code}", lasting=error.smtp_code >= 500)
            case ssl.SSLCertVerificationError():
                return ChannelError(f"email: the certificate of {host} is not trusted", lasting=True)
            case _:
                return ChannelError(f"email: cannot reach {host} ({type(error).__name__})")
