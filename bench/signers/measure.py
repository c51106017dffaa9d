# SPDX-License-Identifier: Apache-2.0
"""Has each signer sign the same URLs with the same keys, verifies samples, writes the results and prints them as a table.
bench/signers.sh calls it: measure.py TYPES SECONDS ROUNDS LINKS OUTPUT, and in the environment where things are."""

import json
import math
import os
import statistics
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

BUILD, WORK = os.environ["SIGNGATE_BUILD"], os.environ["SIGNGATE_WORK"]
HERE = os.path.dirname(os.path.abspath(__file__))
KEY_PAIR_ID = "K2JCJMDEHXQW5F"
UNTIL = 1893456001  # the first expiry; each round over the URLs has one of its own
SAMPLE = 16  # URLs, spread over the list, that each signer signs for verification beside the last one of each round
PERCENTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999, "max": 1}
HASHES = {"rsa2048": "SHA1", "ecdsa-p256": "SHA256"}  # the defaults of signgate and of the AWS CLI


def fail(text):
    sys.exit(f"signers.sh: {text}")


def tell(text):
    print(f"signers.sh: {text}", file=sys.stderr, flush=True)


def output(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, **more)
    if done.returncode != 0:
        fail(f"{os.path.basename(command[0])} ended with {done.returncode}")
    return done.stdout


def summary(values, decimals):
    """As bench/statistics.hpp has it."""
    median = statistics.median(values)
    spread = statistics.median(abs(value - median) for value in values) / median if median else 0
    return {"median": round(median, decimals), "min": round(min(values), decimals), "max": round(max(values), decimals),
            "spread": round(spread, 5)}


def latency(nanoseconds):
    nanoseconds.sort()
    count = len(nanoseconds)
    return {"samples": count, "mean": round(statistics.fmean(nanoseconds)),
            **{name: nanoseconds[max(math.ceil(share * count), 1) - 1] for name, share in PERCENTILES.items()}}


class Key:
    """A key that all sign with."""

    def __init__(self, kind):
        self.kind, self.hash = kind, HASHES[kind]
        folder = os.path.join(WORK, kind)
        output([os.path.join(BUILD, "signgate"), "keygen", "--type", kind, "--out-dir", folder])
        self.private, self.public = (os.path.join(folder, f"{part}_key.pem") for part in ("private", "public"))


def sign(key, urls, until):
    """What `signgate sign` makes of them."""
    return output([os.path.join(BUILD, "signgate"), "sign", "--url", "-", "--key-pair-id", KEY_PAIR_ID, "--private-key",
                   key.private, "--date-less-than", str(until)], input="".join(url + "\n" for url in urls)).splitlines()


def signature(url):
    return parse_qs(urlsplit(url).query)["Signature"]


def verify(signer, key, sample):
    """Each has to be its own URL, signed, and has to open it. RSA signatures have to be those of `signgate sign`."""
    if not sample:
        fail(f"{signer} gave no sample")
    for url, until, signed in sample:
        if not signed.startswith(f"{url}?Expires={until}&"):
            fail(f"{signer} made of {url}, to expire at {until}: {signed}")
        done = subprocess.run([os.path.join(BUILD, "signgate"), "verify", signed, "--public-key", key.public, "--key-pair-id",
                               KEY_PAIR_ID, "--at", str(UNTIL - 1)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            fail(f"{signer} made {signed}, which is refused: {done.stdout}{done.stderr}")
    if key.kind != "rsa2048":
        return
    for until in {until for _, until, _ in sample}:
        mine = {url: signed for url, when, signed in sample if when == until}
        for url, line in zip(mine, sign(key, mine, until), strict=True):
            if signature(mine[url]) != signature(line):
                fail(f"{signer} signed {url} otherwise than signgate sign: {mine[url]}")


class Signgate:
    def __init__(self, seconds, rounds, links):
        self.options = ["--links", str(links)]
        # Half of each round is OpenSSL's.
        self.timing = ["--seconds", str(2 * seconds), "--rounds", str(rounds)]
        self.bench = os.path.join(BUILD, "signgate-bench")
        self.urls = output([self.bench, "sign", *self.options, "--print-links"]).split()

    def measure(self, key):
        """All of `signgate-bench sign --json`, which verifies what it made as it goes."""
        tell(f"signgate, {key.kind}")
        document = json.loads(output([self.bench, "sign", "--key", key.private, "--mode", "cold", "--threads", "1",
                                      *self.options, *self.timing, "--json"]))
        signed = sign(key, self.sample(), UNTIL)
        verify("signgate", key, [(url, UNTIL, line) for url, line in zip(self.sample(), signed, strict=True)])
        return document

    def sample(self):
        return self.urls[::max(len(self.urls) // SAMPLE, 1)][:SAMPLE]


class Other:
    """A signer as a program that takes a task and gives its figures. `unfit` says of a kind of key why it cannot."""

    def __init__(self, name, command, unfit=None, **task):
        self.name, self.command, self.unfit, self.task = name, command, unfit or {}, task

    def measure(self, key, ours, seconds, rounds, bare):
        tell(f"{self.name}, {key.kind}")
        task = {"key": key.private, "key_pair_id": KEY_PAIR_ID, "urls": ours.urls, "until": UNTIL, "hash": key.hash,
                "seconds": seconds, "rounds": rounds, "sample": ours.sample(), **self.task}
        got = json.loads(output(self.command, input=json.dumps(task)))
        verify(self.name, key, got["sample"])
        rates = [count * 1e9 / wall for count, wall, _ in got["rounds"]]
        # The CPU clock of short rounds may stand still.
        cpu_rates = [count * 1e9 / max(cpu, 1000) for count, _, cpu in got["rounds"]]
        return {"signer": self.name, "openssl": got["openssl"], "mode": "cold", "key_type": key.kind, "hash": key.hash, "threads": 1,
                "links": len(ours.urls), "rounds": rounds, "seconds": seconds,
                "per_second": summary(rates, 1), "per_cpu_second": summary(cpu_rates, 1),
                "cpu_ratio": summary([rate / bare["bare_per_cpu_second"]["median"] for rate in cpu_rates], 4),
                "latency_ns": latency(got["latencies"])}


def node_signers(skipped):
    if missing := os.environ["SIGNGATE_NODE_MISSING"]:
        skipped["@aws-sdk/cloudfront-signer"] = missing
        return []
    folder = os.path.join(WORK, "node")
    with open(os.path.join(folder, "node_modules/@aws-sdk/cloudfront-signer/package.json"), encoding="utf-8") as file:
        version = json.load(file)["version"]
    runtime = output(["node", "--version"]).strip().lstrip("v")
    name = f"cloudfront-signer {version} (Node {runtime})"
    command = ["node", os.path.join(folder, "node_signer.mjs")]
    return [Other(name, command, parse_once=False), Other(f"{name}, key parsed once", command, parse_once=True)]


def botocore_signers(skipped):
    python = os.environ["SIGNGATE_PYTHON"]
    if not python:
        skipped["botocore"] = "no Python here has botocore and cryptography (--install)"
        return []
    command = [python, "-B", os.path.join(HERE, "botocore_signer.py")]
    return [Other(output([*command, "--version"]).strip(), command,
                  unfit={"ecdsa-p256": "it cannot name SHA-256, with which P-256 signs here"})]


def main(types, seconds, rounds, links):
    ours = Signgate(seconds, rounds, links)
    skipped = {}
    others = node_signers(skipped) + botocore_signers(skipped)
    document = None
    for kind in dict.fromkeys(types.split(",")):
        key = Key(kind)
        measured = ours.measure(key)
        if document is None:
            document = {**measured, "label": "signers", "runs": []}
        document["runs"] += measured["runs"]
        for other in others:
            if kind in other.unfit:
                skipped[f"{other.name}, {kind}"] = other.unfit[kind]
            else:
                document["runs"].append(other.measure(key, ours, seconds, rounds, measured["runs"][0]))
    document["skipped"] = [{"signer": name, "reason": reason} for name, reason in skipped.items()]
    return document


def table(document):
    yield "| signer | key | digest | URLs/s | +- | URLs/s of CPU time | of bare, by CPU time | p50 us | p99 us |"
    yield "|---|---|---|---:|---:|---:|---:|---:|---:|"
    for run in document["runs"]:
        rate, times = run["per_second"], run["latency_ns"]
        yield (f"| {run['signer']} | {run['key_type']} | {run['hash']} | {rate['median']:.0f} | {rate['spread'] * 100:.1f} % "
               f"| {run['per_cpu_second']['median']:.0f} | {run['cpu_ratio']['median']:.3f} "
               f"| {times['p50'] / 1e3:.1f} | {times['p99'] / 1e3:.1f} |")


if __name__ == "__main__":
    results = main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    try:
        with open(sys.argv[5], "w", encoding="utf-8") as target:
            json.dump(results, target, indent=2, ensure_ascii=False)
            target.write("\n")
    except OSError as error:
        fail(f"{sys.argv[5]} cannot be written: {error.strerror}")
    print("\n".join(table(results)))
    for each in results["skipped"]:
        tell(f"SKIPPED: {each['signer']}: {each['reason']}")
