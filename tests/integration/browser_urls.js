// SPDX-License-Identifier: Apache-2.0
// What a browser makes of links, by node's URL, and whether CloudFront would let the request in, by node's crypto alone.
// stdin: {base, now, keys: {id: PEM}, links: [[as written, as it left the gateway or null], ...]}
// stdout: [[meant, fetched], ...], each null or {href, hash, user, denied}; `denied` is why, or "".
"use strict";
const crypto = require("crypto");

const RESERVED = ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"];

function decoded(text) {
  return Buffer.from(text.replace(/-/g, "+").replace(/_/g, "=").replace(/~/g, "/"), "base64");
}

// A `*` within its section; the only wildcard that the gateway puts into a policy ends the path and covers any query.
function covers(resource, url) {
  return resource.endsWith("*") ? url.startsWith(resource.slice(0, -1)) : resource === url;
}

function denial(href, {keys, now}) {
  const [path, ...rest] = href.split("?");
  const own = [];
  const given = {};
  for (const pair of rest.length ? rest.join("?").split("&") : []) {
    const name = pair.split("=", 1)[0];
    if (!RESERVED.includes(name)) own.push(pair);
    else if (name in given) return `${name} twice`;
    else given[name] = pair.slice(name.length + 1);
  }
  const url = path + (own.length ? "?" + own.join("&") : "");
  const key = keys[given["Key-Pair-Id"]];
  if (!key) return "no key";
  if (("Expires" in given) === ("Policy" in given)) return "no policy, or two";
  const text = "Policy" in given ? decoded(given.Policy).toString()
    : `{"Statement":[{"Resource":${JSON.stringify(url)},"Condition":{"DateLessThan":{"AWS:EpochTime":${given.Expires}}}}]}`;
  const hash = given["Hash-Algorithm"] || "SHA1";
  if (!crypto.verify(hash, text, key, decoded(given.Signature || ""))) return "bad signature";
  if ("Expires" in given) return given.Expires > now ? "" : "expired";
  const [{Resource, Condition}] = JSON.parse(text).Statement;
  if (!covers(Resource, url)) return "not covered";
  return Condition.DateLessThan["AWS:EpochTime"] > now ? "" : "expired";
}

// node 20 leaves `..` where a name before it starts with a dot (`/.a/../b`); the Standard and all browsers take it out.
function withoutDots(path) {
  const kept = [];
  const segments = path.split("/").slice(1);
  segments.forEach((segment, at) => {
    const name = segment.replace(/%2e/gi, ".");
    if (name === "..") kept.pop();
    if (name !== ".." && name !== ".") kept.push(segment);
    else if (at + 1 === segments.length) kept.push("");
  });
  return "/" + kept.join("/");
}

function resolved(link, task, check) {
  if (link === null || !URL.canParse(link, task.base)) return null;
  const url = new URL(link, task.base);
  if (url.pathname.startsWith("/")) url.pathname = withoutDots(url.pathname);
  const hash = url.hash;
  const user = url.username + url.password;
  url.hash = "";
  url.username = "";
  url.password = "";
  return {href: url.href, hash, user, denied: check ? denial(url.href, task) : ""};
}

const task = JSON.parse(require("fs").readFileSync(0, "utf8"));
task.keys = Object.fromEntries(Object.entries(task.keys).map(([id, pem]) => [id, crypto.createPublicKey(pem)]));
process.stdout.write(JSON.stringify(task.links.map(
  ([written, left]) => [resolved(written, task, false), resolved(left, task, true)])));
