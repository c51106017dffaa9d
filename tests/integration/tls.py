# SPDX-License-Identifier: Apache-2.0
"""Clients and origins that speak TLS, by Python's ssl."""

import socket
import ssl

from harness import Client
from origin import Origin
from wire import PATIENCE, Wire


def client_context(authority=None, version=None, certificate=None, ciphers=None, protocols=()):
    """A context that verifies by `authority`, or not at all; `version` is the one to be spoken."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = authority is not None
    context.verify_mode = ssl.CERT_REQUIRED if authority else ssl.CERT_NONE
    if authority:
        context.load_verify_locations(authority)
    if version:
        context.minimum_version = context.maximum_version = version
    if certificate:
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    if ciphers:
        context.set_ciphers(ciphers)
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


class TlsClient(Client):
    """The viewer's side of a TLS connection. An end without close_notify is an ssl.SSLEOFError, not an end. `sock`
    is one that is connected already."""

    def __init__(self, port, context=None, name=None, session=None, sock=None):
        raw = sock or socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        raw.settimeout(PATIENCE)
        try:
            wrapped = (context or client_context()).wrap_socket(raw, server_hostname=name, session=session,
                                                                suppress_ragged_eofs=False)
        except BaseException:
            raw.close()
            raise
        Wire.__init__(self, wrapped)

    def peer_names(self):
        """The names in the server's certificate; of a context that verifies."""
        return [value for _, value in self.sock.getpeercert()["subjectAltName"]]


class TlsOrigin(Origin):
    """An origin behind TLS. `names` are the server names that clients sent (None for none), `resumed` says of each
    connection whether it resumed a session, `failures` what went wrong in handshakes."""

    def __init__(self, certificate, authority=None, version=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        self.context.sni_callback = lambda sock, name, context: self.names.append(name)
        if authority:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(authority)
        if version:
            self.context.minimum_version = self.context.maximum_version = version
        self.names, self.resumed, self.failures, self.peers = [], [], [], []
        super().__init__()

    def serve(self, conversation):
        try:
            conversation.sock = self.context.wrap_socket(conversation.sock, server_side=True)
        except OSError as failure:
            self.failures.append(str(failure))
            with self.lock:
                self.open.discard(conversation)
            conversation.close()
            return
        self.resumed.append(conversation.sock.session_reused)
        self.peers.append(conversation.sock.getpeercert())
        super().serve(conversation)


def say_goodbye(conversation):
    """Ends a conversation with close_notify, which Python does not do by itself."""
    try:
        conversation.sock = conversation.sock.unwrap()
    except OSError:
        pass
    conversation.finish()
