# SPDX-License-Identifier: Apache-2.0
"""bench/signers.sh with a Node package of the test's own in place of the one from npm: signgate and it sign the same, and a
signer that only pretends to is not believed."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import PATIENCE, main
from signing_cases import SKIPPED
from test_bench_signers import run_script

PACKAGE = """
import {{ createSign }} from "node:crypto";
export function getSignedUrl({{ url, keyPairId, dateLessThan, privateKey, algorithm }}) {{
  const until = Math.round(dateLessThan.getTime() / 1000);
  const policy = `{{"Statement":[{{"Resource":"${{url}}","Condition":{{"DateLessThan":{{"AWS:EpochTime":${{until}}}}}}}}]}}`;
  const sign = createSign(algorithm === "SHA256" ? "RSA-SHA256" : "RSA-SHA1");
  sign.update({signed});
  const replaced = {{ "+": "-", "=": "_", "/": "~" }};
  const signature = sign.sign(privateKey, "base64").replace(/[+=/]/g, (c) => replaced[c]);
  const hash = algorithm === "SHA256" ? "&Hash-Algorithm=SHA256" : "";
  return `${{url}}?Expires=${{until}}&Key-Pair-Id=${{keyPairId}}&Signature=${{signature}}${{hash}}`;
}}
"""


class NodeSigner(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="signgate-signers-"))
        cls.addClassCleanup(subprocess.run, ["rm", "-rf", cls.folder], check=True)

    def package(self, name, signed):
        folder = self.folder / name / "node_modules" / "@aws-sdk" / "cloudfront-signer"
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"name": "@aws-sdk/cloudfront-signer", "version": "0.0.1",
                                                         "type": "module", "main": "index.js"}))
        (folder / "index.js").write_text(PACKAGE.format(signed=signed))
        return self.folder / name

    def test_signers_are_measured_on_the_same_keys_and_links(self):
        output = self.folder / "signers.json"
        got = run_script("--node", self.package("good", "policy"), "--output", output)
        self.assertEqual(got.returncode, 0, got.stderr)
        read = json.loads(output.read_text())
        for kind in ("rsa2048", "ecdsa-p256"):
            runs = {run["signer"]: run for run in read["runs"] if run["key_type"] == kind}
            node = [name for name in runs if name.startswith("cloudfront-signer 0.0.1 (Node ")]
            self.assertEqual(len(node), 2, runs.keys())
            self.assertIn("signgate", runs)
            for name, run in runs.items():
                self.assertEqual((run["mode"], run["threads"], run["links"], run["hash"]),
                                 ("cold", 1, 20, {"rsa2048": "SHA1", "ecdsa-p256": "SHA256"}[kind]), name)
                self.assertGreater(run["per_second"]["min"], 0)
                self.assertGreater(run["cpu_ratio"]["median"], 0)
                self.assertLessEqual(run["latency_ns"]["p50"], run["latency_ns"]["max"])
        page = subprocess.run([os.environ["SIGNGATE_BENCH"], "report", output, "-o", "-"], capture_output=True,
                              text=True, timeout=PATIENCE, check=False)
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertIn(f"<div>{node[0]}</div>", page.stdout)
        self.assertIn("Not measured: botocore", page.stdout)

    def test_a_signer_whose_links_do_not_open_is_not_believed(self):
        output = self.folder / "none.json"
        got = run_script("--types", "ecdsa-p256", "--node", self.package("bad", "policy + ' '"), "--output", output)
        self.assertEqual((got.returncode, got.stdout), (1, ""))
        self.assertIn("which is refused", got.stderr)
        self.assertFalse(output.exists())


if __name__ == "__main__":
    if not shutil.which("node"):
        print("SKIPPED: there is no node")
        raise SystemExit(SKIPPED)
    main()
