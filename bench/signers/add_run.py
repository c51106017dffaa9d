# SPDX-License-Identifier: Apache-2.0
"""add_run.py RESULTS KEY_TYPE LINKS SECONDS OURS MEASURED ...: adds to RESULTS, which is made if there is none, the runs of
OURS, a file that `signgate-bench sign --json` wrote, and what other signers measured with the same key, one file each; prints
a row of a table for each of these runs. conf/doc/benchmarks.md describes the form."""

import json
import math
import os
import statistics
import sys

PERCENTILES = {"p50": .5, "p75": .75, "p90": .9, "p95": .95, "p99": .99, "p99.9": .999, "p99.99": .9999, "max": 1}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def summary(values):
    median = statistics.median(values)
    spread = statistics.median(abs(value - median) for value in values) / median
    return {"median": round(median, 1), "min": round(min(values), 1), "max": round(max(values), 1),
            "spread": round(spread, 5)}


def latency(times):
    times = sorted(times)
    found = {"samples": len(times), "mean": round(statistics.fmean(times))}
    for name, share in PERCENTILES.items():
        found[name] = times[max(math.ceil(share * len(times)), 1) - 1]
    return found


def run_of(measured, key_type, links, seconds):
    rounds = measured["rounds"]
    return {"signer": measured["signer"], "openssl": measured["openssl"], "mode": "cold", "key_type": key_type,
            "hash": measured["hash"], "threads": 1, "links": links, "rounds": len(rounds), "seconds": seconds,
            "per_second": summary([each["count"] / each["seconds"] for each in rounds]),
            "per_cpu_second": summary([each["count"] / each["cpu_seconds"] for each in rounds]),
            "latency_every": 1, "latency_ns": latency(measured["latencies_ns"])}


def main():
    path, key_type, links, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    ours = load(sys.argv[5])
    runs = ours["runs"] + [run_of(load(file), key_type, links, seconds) for file in sys.argv[6:]]
    results = load(path) if os.path.exists(path) else {**ours, "runs": []}
    results["runs"] += runs
    with open(path, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=2)
        file.write("\n")
    yardstick = runs[0]["per_cpu_second"]["median"]
    for run in runs:
        rate, cpu, times = run["per_second"], run["per_cpu_second"]["median"], run["latency_ns"]
        print(f"| {run['signer']} | {key_type} | {run['hash']} | {rate['median']:.0f} | {rate['spread'] * 100:.1f} % "
              f"| {cpu:.0f} | {cpu / yardstick:.3f} "
              f"| {times['p50'] / 1e3:.1f} | {times['p99'] / 1e3:.1f} |")


main()
