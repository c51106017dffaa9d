# SPDX-License-Identifier: Apache-2.0
"""Signs a list of URLs with `signgate sign --url -` and prints what it took. bench/stream.sh calls it."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time

build, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
bench, signgate = os.path.join(build, "signgate-bench"), os.path.join(build, "signgate")


def bare_rates():
    """OpenSSL's bare signatures on one thread, a second and a second of CPU time."""
    ran = subprocess.run([bench, "sign", "--mode", "cold", "--type", kind, "--threads", "1", "--seconds", "1",
                          "--rounds", "3", "--json"], capture_output=True, text=True, check=True)
    run = json.loads(ran.stdout)["runs"][0]
    return run["bare_per_second"]["median"], run["bare_per_cpu_second"]["median"]


def resident(pid, seen):
    """Notes how much memory the process has, ten times a second, as (seconds, KiB)."""
    begun = time.monotonic()
    while True:
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as status:
                sizes = [line.split()[1] for line in status if line.startswith("VmRSS:")]
        except OSError:
            return
        if not sizes:
            return
        seen.append((time.monotonic() - begun, int(sizes[0])))
        time.sleep(0.1)


with tempfile.TemporaryDirectory(prefix="signgate-stream-") as folder:
    subprocess.run([signgate, "keygen", "--type", kind, "--out-dir", folder], capture_output=True, check=True)
    urls = os.path.join(folder, "urls.txt")
    with open(urls, "w", encoding="ascii") as out:
        out.writelines(f"https://media.example.com/private/films/{n:08d}/segment-{n % 977}.m4s?part={n}\n"
                       for n in range(count))
    before, cpu_before = bare_rates()
    with open(urls, "rb") as source, open(os.path.join(folder, "signed.txt"), "wb") as target:
        begun = time.monotonic()
        process = subprocess.Popen([signgate, "sign", "--url", "-", "--key-pair-id", "K1", "--private-key",
                                    f"file://{folder}/private_key.pem", "--date-less-than", "2030-01-01"],
                                   stdin=source, stdout=target)
        memory = []
        watcher = threading.Thread(target=resident, args=(process.pid, memory))
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        took = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        watcher.join()
    if process.returncode != 0:
        sys.exit(f"stream.sh: sign ended with {process.returncode}")
    after, cpu_after = bare_rates()
    # In input order, each line its own URL, signed.
    with open(urls, encoding="ascii") as asked, open(target.name, encoding="ascii") as signed:
        lines = 0
        for wanted, line in zip(asked, signed, strict=True):
            lines += 1
            if not line.startswith(wanted.rstrip("\n") + "&Expires=") or "&Signature=" not in line:
                sys.exit(f"stream.sh: line {lines} is not the signed URL of line {lines}: {line}")
    last = subprocess.run([signgate, "verify", line.strip(), "--public-key", f"{folder}/public_key.pem"],
                          capture_output=True, text=True, check=False)
    if last.returncode != 0 or lines != count:
        sys.exit(f"stream.sh: {lines} lines, the last one: {last.stdout}{last.stderr}")

cores = len(os.sched_getaffinity(0))
bare, cpu_bare = (before + after) / 2, (cpu_before + cpu_after) / 2
cpu = used.ru_utime + used.ru_stime
# A short list may be done before its memory is looked at a second time.
half = [size for at, size in memory if at > took / 2] or [used.ru_maxrss]
print(f"{count} distinct URLs, {kind}, in {took:.1f} s: {count / took:,.0f} a second on {cores} cores")
print(f"cores busy: {cpu / took:.2f} of {cores}; {cpu / count * 1e6:.1f} us of CPU time each")
print(f"OpenSSL's bare signatures, one thread, before and after: {before:,.0f} and {after:,.0f} a second")
print(f"of bare x cores: {count / took / (bare * cores):.2f}; of bare, by CPU time: {count / cpu / cpu_bare:.2f}")
print(f"resident memory: {used.ru_maxrss} KiB at most; in the second half {min(half)} to {max(half)} KiB")
