"""A name server on this machine that answers over UDP what a test tells it to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.message
import dns.rcode
import dns.rrset

Records = dict[tuple[str, str], list[str]]


@contextmanager
def name_server(records: Records, silent: bool = False) -> Iterator[str]:
    """Its address. `records`: by name and kind, as in a zone file; `silent`: it never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(0.1)
        stop = threading.Event()
        thread = threading.Thread(target=_serve, args=(udp, records, silent, stop))
        thread.start()
        try:
            yield f"127.0.0.1:{udp.getsockname()[1]}"
        finally:
            stop.set()
            thread.join(timeout=5)


def _serve(udp: socket.socket, records: Records, silent: bool, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            packet, peer = udp.recvfrom(4096)
        except TimeoutError:
            continue
        if not silent:
            udp.sendto(_answer(packet, records), peer)


def _answer(packet: bytes, records: Records) -> bytes:
    query = dns.message.from_wire(packet)
    question = query.question[0]
    name, kind = str(question.name).rstrip("."), dns.rdatatype.to_text(question.rdtype)
    response = dns.message.make_response(query)
    if found := records.get((name, kind)):
        response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
    elif not any(known == name for known, _kind in records):
        response.set_rcode(dns.rcode.NXDOMAIN)
    return response.to_wire()
