# SPDX-License-Identifier: Apache-2.0
"""A Python that has botocore: a package of its own, or the one inside Debian's awscli."""

import shutil
import subprocess
import sys

# What a program of ours begins with, so that `import botocore` finds either.
IMPORTS = """
try:
    import awscli
except ImportError:
    pass
import botocore.auth, botocore.awsrequest, botocore.credentials
"""


def python_with_botocore():
    """Its path, or None."""
    for python in ("/usr/bin/python3", sys.executable, "python3"):
        if shutil.which(python) and subprocess.run([python, "-c", IMPORTS], capture_output=True, check=False).returncode == 0:
            return python
    return None
