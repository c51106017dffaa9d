# SPDX-License-Identifier: Apache-2.0
"""What every signer has to sign alike: URLs that all of them leave as they are, times and addresses in all their forms."""

import subprocess
import tempfile
from pathlib import Path

from harness import signgate

KEY_PAIR_ID = "K2JCJMDEHXQW5F"
SKIPPED = 77

URLS = [
    "https://d111111abcdef8.cloudfront.net/a.jpg",
    "https://d111111abcdef8.cloudfront.net/",
    "http://d111111abcdef8.cloudfront.net/a/b/c.jpg?size=big",
    "https://media.example.com:8443/a.jpg?b=1&c=2",
    "https://d111111abcdef8.cloudfront.net",
    "https://D111111ABCDEF8.CloudFront.net/A.JPG",
    "https://d111111abcdef8.cloudfront.net/a%20b/%c3%a9.jpg?q=%C3%A9",
    "https://d111111abcdef8.cloudfront.net/a/../b/./c//d",
    "https://d111111abcdef8.cloudfront.net/%2e%2e/%7Ea/%41",
    "https://d111111abcdef8.cloudfront.net/a+b?x=a+b&y=a:b/c?d",
    "https://d111111abcdef8.cloudfront.net/x?b&&y=&=z&k=v=w&a[]=1",
    "https://d111111abcdef8.cloudfront.net/$!,;:@()'=&~|-_.",
    "https://192.0.2.7/a?expires=1&policy=2&signature=3",
    "https://[2001:db8::1]:444/a",
    "https://d111111abcdef8.cloudfront.net/a?" + "x" * 2000,
]

# Each with the second that it means.
TIMES = {
    "2030-01-01": 1893456000,
    "2030-01-01T00:00:00": 1893456000,
    "2030-01-01 12:34:56": 1893501296,
    "2030-01-01T12:34": 1893501240,
    "2030-01-01T00:00:00Z": 1893456000,
    "2030-01-01T00:00:00+05:30": 1893436200,
    "2030-01-01T00:00:00-08:00": 1893484800,
    "2030-01-01T00:00:00.75Z": 1893456000,
    "20310704T010203Z": 1940893323,
    "Tue, 01 Jan 2030 00:00:00 GMT": 1893456000,
    "Tue, 01 Jan 2030 00:00:00 EST": 1893456000,
    "Jan 1 2030": 1893456000,
    "1 January 2030 10:30 pm": 1893537000,
    "1/31/2030": 1896048000,
    "1893456000": 1893456000,
    "1893456000.9": 1893456000,
    " 1893456000 ": 1893456000,
    "1e9": 1000000000,
    "20300101": 20300101,
    "2030": 2030,
    "0": 0,
    "2147483648": 2147483648,
    "253402300799": 253402300799,
}

NO_TIMES = ["", "tomorrow", "2030-13-01", "2030-02-30", "nan", "inf", "1893456000000", "25:00", "2030-01-01T25:00:00"]

# Without a mask, with one, all addresses; none at all.
ADDRESSES = ["192.0.2.7", "192.0.2.0/24", "192.0.2.7/32", "0.0.0.0/0", ""]


def make_key(case):
    """The file of a fresh RSA key in PKCS#1, which every signer reads; it goes with the class of tests."""
    folder = Path(tempfile.mkdtemp(prefix="signgate-signers-"))
    case.addClassCleanup(subprocess.run, ["rm", "-rf", folder], check=True)
    made = signgate("keygen", "--out-dir", folder)
    assert made.returncode == 0, made.stderr
    return folder / "private_key.pem"
