"""Opening the office to other PCs (architecture section 7): closed by default, with TLS by a proxy on this PC, or
without TLS when somebody took that upon himself, and then every page says so. Takes effect at the next start.
"""

from __future__ import annotations

import re

import msgspec

from app.core.problems import Problem

HERE = ("127.0.0.1", "localhost", "[::1]")
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
MOST = 10


class Plan(msgspec.Struct, frozen=True):
    """How the program listens: `listen` is its address, `hosts` the names a browser may use, `proxied` whether a
    proxy with TLS stands in front, `insecure` whether passwords travel in the open."""

    listen: str = "127.0.0.1"
    hosts: tuple[str, ...] = HERE
    proxied: bool = False
    insecure: bool = False


def hosts_of(text: str) -> tuple[str, ...]:
    """Names or addresses, separated by blanks or commas. Raises Problem `invalid` for field `network.hosts`."""
    found = tuple(part.lower() for part in re.split(r"[\s,;]+", text) if part)
    if len(found) > MOST:
        raise Problem.of("invalid", {"network.hosts": f"Paling banyak {MOST} nama."})
    for one in found:
        if not NAME.fullmatch(one):
            why = (
                f"{one[:40]} bukan nama komputer. Tulis tanpa http:// dan tanpa port, misalnya 192.168.1.10."
            )
            raise Problem.of("invalid", {"network.hosts": why})
    return found


def plan(opened: bool, hosts: str, without_tls: bool) -> Plan:
    """The plan of three settings."""
    if not opened:
        return Plan()
    names = (*HERE, *hosts_of(hosts))
    if without_tls:
        return Plan("0.0.0.0", names, insecure=True)
    return Plan(hosts=names, proxied=True)
