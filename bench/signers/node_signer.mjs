// SPDX-License-Identifier: Apache-2.0
// node_signer.mjs LINKS KEY TYPE KEY_PAIR_ID EXPIRES ROUNDS SECONDS FORM: signs the URLs in the file LINKS, one a line, over
// and over with @aws-sdk/cloudfront-signer, and prints one JSON object with what each round took and some of the URLs. TYPE
// is rsa2048 or ecdsa-p256; each pass over the list expires a second later than the one before, the first at EXPIRES. FORM is
// how the package gets the key: "text", as its documentation has it, so that the key is read for every URL, or "object", a
// KeyObject of Node's, which it passes on as well. The package is looked for from the working folder on.
import { createPrivateKey } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const here = createRequire(`${process.cwd()}/`);
const { getSignedUrl } = here("@aws-sdk/cloudfront-signer");
const { version } = here("@aws-sdk/cloudfront-signer/package.json");

const [linksFile, keyFile, type, keyPairId, firstExpiry, rounds, seconds, form] = process.argv.slice(2);
const links = readFileSync(linksFile, "utf8").split("\n").filter(Boolean);
const pem = readFileSync(keyFile, "utf8");
const privateKey = form === "text" ? pem : createPrivateKey(pem);
const algorithm = type === "rsa2048" ? "SHA1" : "SHA256";
const kept = new Array(64).fill("");
const latencies = [];
let made = 0;

function runRound(forSeconds) {
  const cpuBefore = process.cpuUsage();
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(forSeconds * 1e9));
  let count = 0;
  let before = start;
  while (before < end) {
    const dateLessThan = new Date((Number(firstExpiry) + Math.floor(made / links.length)) * 1000);
    kept[made % kept.length] = getSignedUrl({ url: links[made % links.length], keyPairId, dateLessThan, privateKey, algorithm });
    const after = process.hrtime.bigint();
    latencies.push(Number(after - before));
    before = after;
    made += 1;
    count += 1;
  }
  const cpu = process.cpuUsage(cpuBefore);
  return { count, seconds: Number(before - start) / 1e9, cpu_seconds: (cpu.user + cpu.system) / 1e6 };
}

runRound(Number(seconds));
latencies.length = 0;
const all = [];
for (let i = 0; i < Number(rounds); i += 1) all.push(runRound(Number(seconds)));
console.log(JSON.stringify({
  signer: `@aws-sdk/cloudfront-signer ${version}, Node ${process.versions.node}, key as ${form}`,
  openssl: process.versions.openssl,
  hash: algorithm,
  rounds: all,
  latencies_ns: latencies,
  samples: kept.filter(Boolean),
}));
