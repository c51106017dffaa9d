# SPDX-License-Identifier: Apache-2.0
"""A real S3 store for one test: Ceph's radosgw with a monitor and an osd that keeps all in memory, on free loopback ports, in a
folder of its own. Debian: the packages of conf/packages-s3.txt. All three end with the test, whatever happens to it."""

import ctypes
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from ports import PORTS, free_port
from sigv4 import S3

PROGRAMS = ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "ceph-authtool", "monmaptool")
STEP_SECONDS = 120
START_SECONDS = 240
PR_SET_PDEATHSIG = 1

# The auth is cephx since radosgw refuses "none"; one copy of few and small pools, since nothing has to survive.
CONFIGURATION = """
[global]
fsid = {fsid}
keyring = {folder}/keyring
mon host = [v2:127.0.0.1:{mon_port}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind port min = {ports[0]}
ms bind port max = {ports[1]}
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
mon osd min in ratio = 0
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
log file = {folder}/log/$name.log
mon cluster log file = {folder}/log/cluster.log
pid file =
[mon]
mon data = {folder}/mon
mon initial members = a
mon data avail crit = 0
mon data avail warn = 0
[osd]
osd objectstore = memstore
memstore device bytes = 1073741824
osd data = {folder}/osd
osd max object name len = 256
osd max object namespace len = 64
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw data = {folder}/rgw
rgw thread pool size = 16
rgw dns name = {dns_name}
rgw enable usage log = false
"""


def hindrance():
    """Why it cannot run here, or None."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"no {missing[0]} here; `bash tests/run.sh --with-s3` installs Ceph's object store"
    return None


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Radosgw:
    """A store on `port`. `owner` is the user who makes buckets; add_user makes more."""

    dns_name = "localhost"  # a bucket may stand in front of it

    def __init__(self, folder):
        self.folder = Path(folder)
        self.processes = []
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def run(self, *command):
        done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=STEP_SECONDS, env=self.environment, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def daemon(self, *command):
        with open(self.folder / "log" / f"{command[0]}.out", "wb") as output:
            process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                       env=self.environment, preexec_fn=die_with_parent)
        self.processes.append(process)
        return process

    def start(self):
        for name in ("mon", "osd", "rgw", "run", "log"):
            (self.folder / name).mkdir()
        fsid, mon_port, self.port = str(uuid.uuid4()), free_port(), free_port()
        file, keyring = self.folder / "ceph.conf", self.folder / "keyring"
        file.write_text(CONFIGURATION.format(fsid=fsid, folder=self.folder, mon_port=mon_port, port=self.port, ports=PORTS,
                                             dns_name=self.dns_name))
        self.environment = dict(os.environ, CEPH_CONF=str(file), CEPH_ARGS="", LC_ALL="C.UTF-8")

        self.run("monmaptool", "--create", "--addv", "a", f"[v2:127.0.0.1:{mon_port}]", "--fsid", fsid, self.folder / "monmap")
        self.run("ceph-authtool", keyring, "--create-keyring", "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        self.run("ceph-authtool", keyring, "--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *",
                 "--cap", "mgr", "allow *")
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", self.folder / "monmap", "--keyring", keyring)
        shutil.copy(keyring, self.folder / "mon" / "keyring")
        self.daemon("ceph-mon", "-f", "-i", "a")
        number = self.run("ceph", "--connect-timeout", STEP_SECONDS, "osd", "create").strip()
        key = self.run("ceph", "auth", "get-or-create", f"osd.{number}", "mon", "allow *", "osd", "allow *", "mgr", "allow *")
        keyring.write_text(keyring.read_text() + key)
        self.run("ceph-osd", "-i", number, "--mkfs")
        self.daemon("ceph-osd", "-f", "-i", number)
        gateway = self.daemon("radosgw", "-f", "-n", "client.admin")
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if gateway.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"radosgw does not answer: {self.logs()}")
            time.sleep(0.2)
        self.owner = self.add_user("owner")

    def add_user(self, name):
        """A new user, as a client that asks the store in its name."""
        access_key, secret_key = f"AKIA{name.upper():A<16}", f"secret/of+{name}="
        self.run("radosgw-admin", "-n", "client.admin", "user", "create", f"--uid={name}", f"--display-name={name}",
                 f"--access-key={access_key}", f"--secret-key={secret_key}")
        return S3(self.port, access_key, secret_key)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=STEP_SECONDS):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def logs(self):
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-1500:]}"
                         for path in sorted((self.folder / "log").iterdir()))

    def stop(self):
        # They keep nothing that has to be saved, and take their time over an end in good order.
        for process in reversed(self.processes):
            process.kill()
        for process in self.processes:
            process.wait()
        self.processes = []
