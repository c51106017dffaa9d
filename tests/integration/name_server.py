# SPDX-License-Identifier: Apache-2.0
"""A name server of the loopback address that answers what a test tells it, over UDP and TCP."""

import socket
import struct
import threading


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


class NameServer:
    """`names` maps a name to its records: (type, ttl, value), type "A", "AAAA" or "CNAME". Names that are not there do
    not exist. Asked names stand in `asked`, one entry a question."""

    TYPES = {"A": 1, "CNAME": 5, "AAAA": 28}

    def __init__(self):
        self.names = {}
        self.asked = []
        self.silent = False     # says nothing at all
        self.truncates = False  # answers over UDP that the rest is to be had over TCP
        self.over_tcp = 0
        self.spoof = False      # sends an answer with another id first
        while True:
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind(("127.0.0.1", 0))
            self.port = self.udp.getsockname()[1]
            try:
                self.tcp = socket.create_server(("127.0.0.1", self.port))
                break
            except OSError:
                self.udp.close()
        threading.Thread(target=self.serve_udp, daemon=True).start()
        threading.Thread(target=self.serve_tcp, daemon=True).start()

    def question(self, message):
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode())
            at += message[at] + 1
        return ".".join(labels).lower(), struct.unpack("!H", message[at + 1:at + 3])[0], message[12:at + 5]

    def records(self, name, kind):
        """What is said of a name: its records of that kind, those of the names that it stands for before them."""
        found = []
        for _ in range(8):
            entries = self.names.get(name, [])
            aliases = [entry for entry in entries if entry[0] == "CNAME"]
            if not aliases:
                break
            found.append((name, *aliases[0]))
            name = aliases[0][2]
        return found + [(name, *entry) for entry in self.names.get(name, []) if self.TYPES[entry[0]] == kind]

    def answer(self, message, tcp=False):
        name, kind, question = self.question(message)
        if not tcp:
            self.asked.append(name)
        exists = name in self.names
        records = self.records(name, kind)
        truncated = self.truncates and not tcp
        flags = 0x8180 | (0 if exists else 3) | (0x0200 if truncated else 0)
        if truncated:
            records = []
        reply = message[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0) + question
        for owner, record, ttl, value in records:
            if record == "CNAME":
                data = encoded(value)
            else:
                data = socket.inet_pton(socket.AF_INET if record == "A" else socket.AF_INET6, value)
            reply += encoded(owner) + struct.pack("!HHIH", self.TYPES[record], 1, ttl, len(data)) + data
        return reply

    def serve_udp(self):
        while True:
            try:
                message, sender = self.udp.recvfrom(4096)
            except OSError:
                return
            reply = self.answer(message)
            if self.silent:
                continue
            if self.spoof:
                self.udp.sendto(bytes([reply[0] ^ 0xFF, reply[1]]) + reply[2:], sender)
            self.udp.sendto(reply, sender)

    def serve_tcp(self):
        while True:
            try:
                sock, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_connection, args=(sock,), daemon=True).start()

    def serve_connection(self, sock):
        data = b""
        with sock:
            while piece := sock.recv(4096):
                data += piece
                while len(data) >= 2 and len(data) >= 2 + struct.unpack("!H", data[:2])[0]:
                    size = struct.unpack("!H", data[:2])[0]
                    reply = self.answer(data[2:2 + size], tcp=True)
                    data = data[2 + size:]
                    self.over_tcp += 1
                    sock.sendall(struct.pack("!H", len(reply)) + reply)

    def stop(self):
        self.udp.close()
        self.tcp.close()
