// SPDX-License-Identifier: Apache-2.0
// Signs URLs with @aws-sdk/cloudfront-signer and says how fast: a task as JSON on standard input, the figures as JSON on
// standard output. It has to lie beside the node_modules that hold the package.
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";

const task = JSON.parse(readFileSync(0, "utf8"));
const pem = readFileSync(task.key, "utf8");
const privateKey = task.parse_once ? createPrivateKey(pem) : pem;
const algorithm = task.hash === "SHA256" ? "SHA256" : undefined;
const latencies = [];
let index = 0;
let until = task.until;
let expires = new Date(until * 1000);

const sign = (url) => getSignedUrl({ url, keyPairId: task.key_pair_id, privateKey, dateLessThan: expires, algorithm });
const now = () => process.hrtime.bigint();

// One round: [how many, nanoseconds by the clock, nanoseconds of CPU time], and the last that was made.
function round(keep) {
  const cpu = process.cpuUsage();
  const begin = now();
  const end = begin + BigInt(Math.round(task.seconds * 1e9));
  let count = 0;
  let at = begin;
  let last;
  while (at < end) {
    if (index === task.urls.length) {
      index = 0;
      expires = new Date(++until * 1000);
    }
    const url = task.urls[index++];
    const signed = sign(url);
    const done = now();
    if (keep) latencies.push(Number(done - at));
    at = done;
    ++count;
    last = [url, until, signed];
  }
  const used = process.cpuUsage(cpu);
  return { figures: [count, Number(at - begin), (used.user + used.system) * 1000], last };
}

round(false);
const rounds = [];
const sample = [];
for (let i = 0; i < task.rounds; ++i) {
  const { figures, last } = round(true);
  rounds.push(figures);
  sample.push(last);
}
for (const url of task.sample) sample.push([url, until, sign(url)]);
process.stdout.write(JSON.stringify({ openssl: process.versions.openssl, rounds, latencies, sample }));
