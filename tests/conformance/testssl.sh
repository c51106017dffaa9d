#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: testssl.sh SIGNGATE [testssl option ...]: the gateway with default TLS settings, judged by Debian's testssl.sh.
# Fails on any finding above LOW, and prints those. Without options it runs all of testssl.sh, some two minutes.
set -euo pipefail

signgate=$(realpath "$1")
shift
command -v testssl >/dev/null || { echo "testssl is not here: apt-get install testssl.sh"; exit 77; }
folder=$(mktemp -d)
gateway=
trap 'if [ -n "$gateway" ]; then kill "$gateway" || true; wait "$gateway" || true; fi; rm -rf "$folder"' EXIT
cd "$folder"

# What a public authority puts into certificates, so that the findings are about the server.
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 300 -subj "/C=XX/O=Test/CN=Test CA" \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.csr -subj "/CN=localhost" 2>/dev/null
cat > extensions <<END
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
authorityInfoAccess=OCSP;URI:http://ocsp.example.test/
crlDistributionPoints=URI:http://crl.example.test/a.crl
END
openssl x509 -req -in a.csr -CA ca.pem -CAkey ca.key -set_serial "0x1$(openssl rand -hex 15)" -days 80 -sha256 \
  -extfile extensions -out a.pem 2>/dev/null
chmod 600 a.key

cat > signgate.toml <<END
access_log = "off"
[[server]]
listen = ["127.0.0.1:0 ssl"]
server_name = ["localhost"]
ssl_certificate = "a.pem"
ssl_certificate_key = "a.key"
[[server.route]]
location = "/"
return = "200 ok"
# What is the application's to send, and no matter of TLS.
add_header = ["Strict-Transport-Security max-age=31536000", "X-Frame-Options DENY", "X-Content-Type-Options nosniff",
              "Content-Security-Policy default-src"]
END
touch log
"$signgate" run -c signgate.toml > log 2>&1 &
gateway=$!
for _ in $(seq 100); do
  port=$(sed -n 's/^listening on 127.0.0.1://p' log)
  [ -n "$port" ] && break
  sleep 0.1
done

status=0
testssl --quiet --color 0 --warnings off --ip 127.0.0.1 --nodns none --add-ca ca.pem --jsonfile findings.json "$@" \
  "https://localhost:$port/" > testssl.log 2>&1 || status=$?
[ -s findings.json ] || { cat testssl.log; echo "testssl ended with $status and no findings"; exit 1; }
python3 - findings.json <<'END'
import json
import sys

found = json.load(open(sys.argv[1]))
# WARN is about testssl's own surroundings.
bad = [each for each in found if each["severity"] not in ("OK", "INFO", "LOW", "DEBUG", "WARN")]
for each in found:
    if each["severity"] == "LOW" or each in bad:
        print(f'{each["severity"]}: {each["id"]}: {each["finding"]}')
print(f"testssl: {len(found)} findings, {len(bad)} above LOW")
sys.exit(1 if bad or len(found) < 10 else 0)
END
