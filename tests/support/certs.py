"""Certificates for a test: one authority, good and bad servers, a client."""

import os
import subprocess
from collections import namedtuple

Certs = namedtuple("Certs", "ca cert key wrong_cert wrong_key "
                            "expired_cert expired_key client_cert client_key "
                            "other_ca")
Certs.__doc__ = """Paths of PEM files.

ca: the authority that signed all the rest.  cert, key: localhost and
127.0.0.1.  wrong_*: good signature, name of another machine.  expired_*: right
name, ended years ago.  client_*: for a client.  other_ca: an authority that
signed nothing here.
"""


def _openssl(*args):
    done = subprocess.run(["openssl", *args], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"openssl {args[0]}: {done.stderr.strip()}")


def _authority(folder, name):
    cert, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
             "-out", cert, "-days", "30", "-subj", f"/CN=Buzzard test {name}")
    return cert, key


def _signed(folder, name, ca, san, start=None, end=None):
    """A certificate of the authority; start and end as YYYYMMDDHHMMSSZ."""
    cert, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    request = f"{folder}/{name}.csr"
    _openssl("req", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
             "-out", request, "-subj", f"/CN={name}")
    config = f"{folder}/{name}.cnf"
    with open(config, "w", encoding="utf-8") as f:
        f.write(f"[ca]\ndefault_ca=d\n[d]\nnew_certs_dir={folder}\n"
                f"database={folder}/index.txt\nrand_serial=yes\n"
                "default_md=sha256\npolicy=p\nunique_subject=no\n"
                "x509_extensions=x\ndefault_days=30\n"
                "[p]\ncommonName=supplied\n"
                f"[x]\nsubjectAltName={san}\nbasicConstraints=CA:FALSE\n")
    dates = ["-startdate", start, "-enddate", end] if start else []
    _openssl("ca", "-batch", "-notext", "-config", config, "-cert", ca[0],
             "-keyfile", ca[1], "-in", request, "-out", cert, *dates)
    return cert, key


def make_client(folder, name, subject, ca="ca", **extensions):
    """A certificate of a person, signed in the folder of make_certs().

    subject as openssl writes it ("/CN=liaison"); ca may be "other-ca"; dates=
    (start, end); other extensions by name, such as subjectAltName.  Returns the
    paths of certificate and key.
    """
    folder = str(folder)
    cert, key = f"{folder}/{name}.pem", f"{folder}/{name}.key"
    request, config = f"{folder}/{name}.csr", f"{folder}/{name}.cnf"
    dates = extensions.pop("dates", None)
    _openssl("req", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
             "-out", request, "-subj", subject)
    with open(config, "w", encoding="utf-8") as f:
        f.write(f"[ca]\ndefault_ca=d\n[d]\nnew_certs_dir={folder}\n"
                f"database={folder}/index.txt\nrand_serial=yes\n"
                "default_md=sha256\npolicy=p\nunique_subject=no\n"
                "preserve=yes\nx509_extensions=x\ndefault_days=30\n"
                "[p]\ncommonName=optional\norganizationName=optional\n"
                "[x]\nbasicConstraints=CA:FALSE\n"
                + "".join(f"{k}={v}\n" for k, v in extensions.items()))
    _openssl("ca", "-batch", "-notext", "-config", config,
             "-cert", f"{folder}/{ca}.pem", "-keyfile", f"{folder}/{ca}.key",
             "-in", request, "-out", cert,
             *(["-startdate", dates[0], "-enddate", dates[1]] if dates
               else []))
    return cert, key


def make_certs(folder):
    """Make them all in the folder (made if need be); a Certs of paths."""
    folder = str(folder)
    os.makedirs(folder, exist_ok=True)
    open(f"{folder}/index.txt", "w", encoding="utf-8").close()
    ca = _authority(folder, "ca")
    other_ca, _ = _authority(folder, "other-ca")
    here = "DNS:localhost,IP:127.0.0.1"
    good = _signed(folder, "server", ca, here)
    wrong = _signed(folder, "wrong", ca, "DNS:elsewhere.example.org")
    expired = _signed(folder, "expired", ca, here, "20200101000000Z",
                      "20200201000000Z")
    client = _signed(folder, "client", ca, "DNS:buzzard.example.org")
    return Certs(ca[0], *good, *wrong, *expired, *client, other_ca)
