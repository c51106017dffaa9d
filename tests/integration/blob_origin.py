# SPDX-License-Identifier: Apache-2.0
"""blob_origin.py BYTES: an origin as a process of its own, so that many slow conversations do not hold up the test. It prints its
port, answers /blob with so many bytes, and ends with its standard input."""

import socket
import sys

from origin import Origin, answer

listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
origin = Origin(listener)
origin.on("/blob", answer(bytes(int(sys.argv[1]))))
print(origin.port, flush=True)
sys.stdin.read()
