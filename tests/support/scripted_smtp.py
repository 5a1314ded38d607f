"""A mail server that fails on demand (aiosmtpd), for what no real one does.

    smtp = ScriptedSmtp(certs=certs, accounts={"buzzard": "secret"})
    smtp.fail("data", "451 4.3.0 try later", times=3)
    with smtp: ...

A fault is taken at its stage, first come first served, times times:

    connect     instead of the greeting ("421 busy": said, then closed)
    auth, mail, rcpt, data
                the reply to that command, or for data to the final dot
    "drop"      as reply: the connection is cut without an answer.  At "data"
                the message is kept first, as by a server that died between
                taking it and saying so
    "hang"      as reply: no answer for 60 s

Messages taken are in messages: sender, recipient, tls, user, at (time.time()),
mono, data (bytes) and mail (email.message).
"""

import asyncio
import email
import email.policy
import logging
import ssl
import threading
import time
import warnings
from collections import namedtuple

from aiosmtpd.smtp import SMTP, AuthResult

from .process import free_port, wait_for

# That a test server asks for passwords without TLS is the point of a test.
warnings.filterwarnings("ignore", "Requiring AUTH", UserWarning)
logging.getLogger("mail.log").setLevel(logging.ERROR)

Mail = namedtuple("Mail",
                  "sender recipient tls user at mono data mail completed")


class _Session(SMTP):
    """One connection: what aiosmtpd does, with our faults before it."""

    def __init__(self, owner, **settings):
        self.owner = owner
        super().__init__(_Handler(owner), **settings)

    def connection_made(self, transport):
        super().connection_made(transport)
        self.owner.open_sessions.add(self)

    def connection_lost(self, error):
        self.owner.open_sessions.discard(self)
        super().connection_lost(error)

    def cut(self):
        """End the connection below TLS, without a word."""
        transport = self._original_transport or self.transport
        if transport:
            transport.abort()

    async def _handle_client(self):
        self.owner.connections += 1
        fault = self.owner.take_fault("connect")
        if fault and await self._refuse(fault):
            self.transport.close()
            return
        await super()._handle_client()

    async def _refuse(self, fault):
        """Answer with the fault; true if one was answered."""
        if fault == "drop":
            self.cut()
        elif fault == "hang":
            await asyncio.sleep(60)
        else:
            await self.push(fault)
        return True

    async def smtp_AUTH(self, arg):
        fault = self.owner.take_fault("auth")
        if not (fault and await self._refuse(fault)):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        fault = self.owner.take_fault("mail")
        if not (fault and await self._refuse(fault)):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg):
        fault = self.owner.take_fault("rcpt")
        if not (fault and await self._refuse(fault)):
            await super().smtp_RCPT(arg)


class _Handler:
    def __init__(self, owner):
        self.owner = owner

    async def handle_DATA(self, server, session, envelope):
        fault = self.owner.take_fault("data")
        if fault in (None, "drop"):
            self.owner.keep(session, envelope, completed=not fault)
        if fault == "drop":
            server.cut()
            return "250 nobody hears this"
        if fault == "hang":
            await asyncio.sleep(60)
        return fault if fault not in (None, "hang") else "250 2.0.0 taken"


class ScriptedSmtp:
    """See the module.  Without certs there is no STARTTLS.

    server: "" for a good certificate, else "wrong" or "expired".  accounts:
    {user: password}: AUTH is offered (after STARTTLS if there are certs) and
    required.  offers_starttls and offers_auth may be set to False at any time
    for what a downgraded or misconfigured server does.  on_mail(mail) is called
    for each, on the server's thread.
    """

    def __init__(self, certs=None, server="", accounts=None, on_mail=None):
        self.port = free_port()
        self.messages = []
        self.connections = 0
        self.open_sessions = set()
        self.offers_starttls = certs is not None
        self.offers_auth = bool(accounts)
        self._accounts = accounts or {}
        self._also = on_mail
        self._faults = []
        self._lock = threading.Lock()
        self._context = None
        self._loop = self._thread = None
        if certs:
            cert = getattr(certs, f"{server}_cert" if server else "cert")
            key = getattr(certs, f"{server}_key" if server else "key")
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(cert, key)

    def fail(self, stage, reply, times=1):
        """From now on, times times at stage, answer with reply."""
        assert stage in ("connect", "auth", "mail", "rcpt", "data"), stage
        with self._lock:
            self._faults += [(stage, reply)] * times

    def take_fault(self, stage):
        with self._lock:
            for i, (at, reply) in enumerate(self._faults):
                if at == stage:
                    del self._faults[i]
                    return reply
        return None

    def faults_left(self):
        with self._lock:
            return len(self._faults)

    def keep(self, session, envelope, completed):
        data = envelope.original_content or envelope.content
        mail = email.message_from_bytes(data, policy=email.policy.default)
        user = session.auth_data.decode() if session.auth_data else None
        for recipient in envelope.rcpt_tos:
            taken = Mail(envelope.mail_from, recipient,
                         session.ssl is not None, user, time.time(),
                         time.monotonic(), data, mail, completed)
            self.messages.append(taken)
            if self._also:
                self._also(taken)

    def _check(self, _server, _session, _envelope, _mechanism, data):
        user, password = data.login.decode(), data.password.decode()
        good = self._accounts.get(user) == password
        return AuthResult(success=good, handled=False,
                          auth_data=data.login if good else None)

    def _session(self):
        auth = self.offers_auth
        return _Session(
            self, loop=self._loop, hostname="localhost",
            ident="scripted ESMTP", enable_SMTPUTF8=True,
            tls_context=self._context if self.offers_starttls else None,
            require_starttls=self.offers_starttls,
            authenticator=self._check, auth_required=auth,
            auth_exclude_mechanism=None if auth else ["PLAIN", "LOGIN"],
            auth_require_tls=self._context is not None)

    def start(self):
        """Start it, or start it again on the same port."""
        self._loop = asyncio.new_event_loop()
        listening = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(listening,), daemon=True)
        self._thread.start()
        if not listening.wait(10):
            raise TimeoutError("the scripted mail server does not listen")
        return self

    def _serve(self, listening):
        loop = self._loop
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(loop.create_server(
            self._session, "127.0.0.1", self.port, reuse_address=True))
        listening.set()
        loop.run_forever()
        server.close()
        for session in list(self.open_sessions):
            session.cut()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        # One more turn, for the connections to notice.
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    def stop(self):
        """Close the port and every connection."""
        if self._thread:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._thread = None

    def wait_for(self, count, timeout=20.0):
        """The messages, once there are at least count of them."""
        wait_for(lambda: len(self.messages) >= count, timeout,
                 f"{count} mails")
        return self.messages

    __enter__ = start

    def __exit__(self, *_):
        self.stop()
