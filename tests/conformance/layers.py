#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: layers.py ROOT: who includes and links whom. Includes point only to layers further left in ORDER; layers
that stand side by side do not include each other. Some libraries of others belong to some layers alone."""

import re
import sys

from tree import Tree, report

ORDER = (
    ("policy",),
    ("signing",),
    ("gateway/base",),
    ("gateway/http", "gateway/rewrite", "gateway/codec", "gateway/config", "gateway/net"),
    ("gateway/route",),
    ("gateway/upstream",),
    ("gateway/proxy",),
    ("gateway/edge", "gateway/server"),
    ("gateway/cli",),
)
RANK = {layer: rank for rank, layers in enumerate(ORDER) for layer in layers}
TARGET = {f"signgate_{layer.rsplit('/')[-1]}": layer for layer in RANK}

# The core takes bytes and values and returns values: no socket, thread, clock or logger. Base holds the clock.
CORE = ("policy", "signing", "gateway/http", "gateway/rewrite", "gateway/codec", "gateway/config", "gateway/route")
NO_IO = CORE + ("gateway/base",)

# (what it is, a pattern on the include with its brackets, the layers that may not have it)
FORBIDDEN_INCLUDES = (
    ("Asio or Beast", re.compile(r"boost/(asio|beast)\b"), NO_IO),
    ("a logger", re.compile(r"<(spdlog/|syslog\.h|iostream>)"), NO_IO),
    ("sockets or threads", re.compile(r"<(sys/(socket|epoll)\.h|poll\.h|thread|condition_variable)>"), NO_IO),
    ("signatures", re.compile(r'"signing/'), ("gateway/rewrite",)),
    ("OpenSSL", re.compile(r"<openssl/"), ("policy", "gateway/http", "gateway/rewrite", "gateway/route")),
)
CLOCK_READ = re.compile(r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\bunix_now\s*\(|"
                        r"\b(?:std::)?time\s*\(\s*(?:nullptr|NULL|0)\s*\)|\bclock_gettime\s*\(|\bgettimeofday\s*\(")


def layer_of(path):
    """The layer that a path such as `gateway/http/head.hpp` belongs to; None outside of the layers."""
    parts = path.split("/")
    depth = 2 if parts[0] == "gateway" else 1
    if len(parts) <= depth:
        return None
    return "/".join(parts[:depth])


def may_use(own, other):
    return own == other or RANK[other] < RANK[own]


def include_violations(tree, name, own):
    for line, include in tree.includes(name):
        if include[0] == '"':
            other = layer_of(include[1:-1])
            if other not in RANK:
                yield f"{name}:{line}: includes {include}: write the path from the root, into one of the layers"
            elif not may_use(own, other):
                yield f"{name}:{line}: {own} may not include {other} ({include})"
        for what, pattern, layers in FORBIDDEN_INCLUDES:
            if own in layers and pattern.search(include):
                yield f"{name}:{line}: {own} may not include {what} ({include})"


def clock_violations(tree, name, own):
    if own not in CORE:
        return
    for number, line in enumerate(tree.text(name).splitlines(), 1):
        if CLOCK_READ.search(line.split("//")[0]):
            yield f"{name}:{number}: {own} reads a clock; it should be handed the time"


def link_violations(tree, name, own):
    for number, line in enumerate(tree.text(name).splitlines(), 1):
        for target in re.findall(r"\bsigngate_\w+", line.split("#")[0]):
            if target in TARGET and not may_use(own, TARGET[target]):
                yield f"{name}:{number}: {own} may not link {target}"


def violations(tree):
    checked = 0
    found = []
    for name in tree.files(".cpp", ".hpp", "CMakeLists.txt"):
        if not name.startswith(("policy/", "signing/", "gateway/")):
            continue
        own = layer_of(name)
        if own is None and name.endswith("CMakeLists.txt"):
            continue
        checked += 1
        if own not in RANK:
            found.append(f"{name}:1: in none of the layers: {', '.join(RANK)}")
        elif name.endswith("CMakeLists.txt"):
            found += link_violations(tree, name, own)
        else:
            found += include_violations(tree, name, own)
            found += clock_violations(tree, name, own)
    return checked, found


if __name__ == "__main__":
    report("layers", *violations(Tree(sys.argv[1])))
