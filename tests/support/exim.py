"""A real mail server, Debian's exim4, with a configuration of its own.

STARTTLS and AUTH are required; what arrives is delivered into one Maildir and
read back from there.  Exim was chosen because it is the only one of Debian's
that runs beside an installed one, on its own port, spool and configuration
(OpenSMTPD has one fixed spool and socket, and in Debian 12 its STARTTLS fails
with OpenSSL 3; Postfix needs a SASL daemon beside it).  Its daemon must be
started by its own user, so this takes root or sudo without a password.
"""

import email
import email.policy
import os
import shutil
import subprocess
import tempfile
from collections import namedtuple

from .process import Child, free_port, is_listening, wait_for

_EXIM = "/usr/sbin/exim4"
_USER = "Debian-exim"

_CONFIG = r"""
spool_directory = @DIR@/spool
log_file_path = @DIR@/log/%slog
pid_file_path = @DIR@/exim.pid
primary_hostname = localhost
smtp_banner = localhost ESMTP exim
local_interfaces = 127.0.0.1
daemon_smtp_ports = @PORT@
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
deliver_drop_privilege = true
host_lookup =
keep_environment =
add_environment = PATH=/usr/bin:/bin
tls_advertise_hosts = *
tls_certificate = @DIR@/cert.pem
tls_privatekey = @DIR@/key.pem
auth_advertise_hosts = ${if def:tls_in_cipher{*}{}}
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny message = no such mailbox
       local_parts = nobody-here
  deny message = authentication required
       !authenticated = *
  accept
begin routers
all:
  driver = accept
  transport = keep
begin transports
keep:
  driver = appendfile
  directory = @DIR@/mail
  maildir_format
  mode = 0644
  directory_mode = 0755
  delivery_date_add
  envelope_to_add
  return_path_add
begin retry
* * F,1h,2s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \
    ${if and{{eq{$auth2}{@NAME@}}{eq{$auth3}{@PASSWORD@}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \
    ${if and{{eq{$auth1}{@NAME@}}{eq{$auth2}{@PASSWORD@}}}}
  server_set_id = $auth1
"""

# recipient: the envelope's; at: the file's time of arrival.
Mail = namedtuple("Mail", "recipient data mail at")


def _as_exim():
    """How to run a command as exim's user, or None: (prefix, user)."""
    if os.geteuid() == 0:
        return [], _USER
    probe = subprocess.run(["sudo", "-n", "-u", _USER, "true"],
                           capture_output=True) if shutil.which("sudo") else None
    if probe and probe.returncode == 0:
        return ["sudo", "-n", "-u", _USER], None
    return None


class RealMta:
    """See the module.  Call unavailable() first."""

    def __init__(self, certs, accounts=None, server=""):
        ((self.user, self.password),) = (
            accounts or {"buzzard": "secret"}).items()
        self.port = free_port()
        self.child = None
        self._prefix, self._run_as = _as_exim()
        # Not below pytest's own folder, which exim's user cannot enter.
        self.folder = tempfile.mkdtemp(prefix="exim.", dir="/tmp")
        self._fill_folder(certs, server)

    @staticmethod
    def unavailable():
        """Why there is no real mail server here; None if there is."""
        if not os.path.exists(_EXIM):
            return "exim4 is not installed (./dev setup)"
        if _as_exim() is None:
            return "exim4's daemon needs root, or sudo without a password"
        return None

    def _fill_folder(self, certs, server):
        os.chmod(self.folder, 0o777)
        cert = getattr(certs, f"{server}_cert" if server else "cert")
        key = getattr(certs, f"{server}_key" if server else "key")
        shutil.copy(cert, f"{self.folder}/cert.pem")
        shutil.copy(key, f"{self.folder}/key.pem")
        os.chmod(f"{self.folder}/key.pem", 0o644)
        text = _CONFIG
        for name, value in (("DIR", self.folder), ("PORT", self.port),
                            ("NAME", self.user), ("PASSWORD", self.password)):
            text = text.replace(f"@{name}@", str(value))
        config = f"{self.folder}/exim.conf"
        with open(config, "w", encoding="utf-8") as f:
            f.write(text)
        options = {"user": self._run_as} if self._run_as else {}
        for name in ("spool", "log", "mail"):
            subprocess.run([*self._prefix, "mkdir", "-m", "755",
                            f"{self.folder}/{name}"], check=True, **options)

    def start(self):
        """Start it, or start it again on the same port."""
        self.child = Child(
            [*self._prefix, _EXIM, "-C", f"{self.folder}/exim.conf", "-bdf",
             "-q1m"], f"{self.folder}/exim.out", cwd="/", user=self._run_as)
        wait_for(lambda: is_listening(self.port) or self._ended(), 10,
                 "exim listening")
        return self

    def _ended(self):
        if not self.child.is_running():
            raise RuntimeError(f"exim ended: {self.child.log()}{self.log()}")

    def stop(self):
        """Stop it for good and remove its folder."""
        if self.child:
            self.child.stop()
        options = {"user": self._run_as} if self._run_as else {}
        subprocess.run([*self._prefix, "rm", "-rf", f"{self.folder}/spool",
                        f"{self.folder}/log", f"{self.folder}/mail"],
                       **options, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pause(self):
        """Stop it; start() brings it back with all it has."""
        self.child.stop()

    def log(self):
        path = f"{self.folder}/log/mainlog"
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def messages(self):
        """Every mail delivered, in order of arrival."""
        folder, mails = f"{self.folder}/mail/new", []
        for entry in os.scandir(folder) if os.path.isdir(folder) else ():
            with open(entry.path, "rb") as f:
                data = f.read()
            mail = email.message_from_bytes(data, policy=email.policy.default)
            mails.append(Mail(str(mail["Envelope-to"]), data, mail,
                              entry.stat().st_mtime))
        return sorted(mails, key=lambda m: m.at)

    def wait_for(self, count, timeout=20.0):
        """The messages, once there are at least count of them."""
        wait_for(lambda: len(self.messages()) >= count, timeout,
                 f"{count} mails in the Maildir", every=0.05)
        return self.messages()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()
