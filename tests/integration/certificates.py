# SPDX-License-Identifier: Apache-2.0
"""Certificates for the tests of TLS, made by the openssl command in a folder of the test's own."""

import subprocess
from pathlib import Path


def openssl(*arguments, data=None):
    """Runs a command of openssl's and gives what it wrote."""
    done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments}: {done.stderr.decode()}")
    return done.stdout


def lock_key(key, passphrase, out):
    """Encrypts a key into another file."""
    openssl("pkey", "-in", key, "-aes128", "-passout", f"pass:{passphrase}", "-out", out)
    out.chmod(0o600)


class Authority:
    """A certificate authority with its files: NAME.pem and NAME.key."""

    def __init__(self, folder, name="ca"):
        self.folder = Path(folder)
        self.name = name
        self.certificate = self.folder / f"{name}.pem"
        self.key = self.folder / f"{name}.key"
        self.serials = {}
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key,
                "-out", self.certificate, "-days", "30", "-subj", f"/CN={name} of the tests",
                "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self.key.chmod(0o600)

    def issue(self, file, names, rsa=False, days=10, subject=None, extensions=""):
        """Makes FILE.pem and FILE.key for these names; a negative number of days is a certificate that has expired."""
        pem, key, request = (self.folder / f"{file}.{kind}" for kind in ("pem", "key", "csr"))
        kind = ["rsa:2048"] if rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        openssl("req", "-newkey", *kind, "-nodes", "-keyout", key, "-out", request, "-subj", subject or f"/CN={names[0]}")
        serial = f"{0x1000 + len(self.serials):04X}"
        self.serials[file] = serial
        (self.folder / "extensions").write_text(
            "basicConstraints=CA:FALSE\nsubjectAltName="
            + ",".join(("IP:" if name[0].isdigit() else "DNS:") + name for name in names) + "\n" + extensions)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-set_serial", f"0x{serial}",
                "-days", days, "-extfile", self.folder / "extensions", "-out", pem)
        key.chmod(0o600)
        return pem

    def database(self, revoked=()):
        """The index of what was issued, as the commands ca and ocsp read it."""
        index = self.folder / f"{self.name}.index"
        index.write_text("".join(
            f"{'R' if file in revoked else 'V'}\t391231235959Z\t{'250101000000Z' if file in revoked else ''}\t{serial}"
            f"\tunknown\t/CN={file}\n" for file, serial in self.serials.items()))
        return index

    def ocsp(self, file, out):
        """What the authority says of FILE.pem, as a response in DER."""
        openssl("ocsp", "-index", self.database(), "-CA", self.certificate, "-rsigner", self.certificate, "-rkey", self.key,
                "-issuer", self.certificate, "-cert", self.folder / f"{file}.pem", "-respout", out, "-ndays", "1")

    def crl(self, revoked, out):
        """A list of what is revoked."""
        configuration = self.folder / "ca.conf"
        configuration.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.database(revoked)}\ndefault_md=sha256\n"
                                 "default_crl_days=10\n")
        openssl("ca", "-gencrl", "-config", configuration, "-keyfile", self.key, "-cert", self.certificate, "-out", out)
