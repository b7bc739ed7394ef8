"""What the proxy with TLS in front of the office is told, and the page about its certificate for the other desks.

Why so: docs/decisions/0006-proxy-and-slow-visitors.md.

Pure: texts and dicts; `app/cli/network.py` writes them. The configuration is JSON, so nothing typed by a person can
become an instruction in it.
"""

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.problems import Problem, check_nothing_wrong

DOMAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
VPN = ipaddress.IPv4Network("100.64.0.0/10")
"""Addresses of carriers and of some VPNs: not private by the book, not reachable from the internet either."""
NOBODY = ipaddress.IPv4Network("0.0.0.0/8")
HTTPS = 443
BODY_LIMIT = 24_000_000
TOO_BIG = r"^(2[4-9]\d{6}|[3-9]\d{7}|\d{9,})$"
"""Bytes: a little above the biggest file that a page takes (a register to import); each page has its own limit.
`TOO_BIG` is a Content-Length from there on, told at once with its own sentence."""
BUFFER = 262_144
"""Bytes of a body that the proxy waits for by itself, so that a slow desk takes no place at the office meanwhile."""
ROOT_CERTIFICATE = Path("simpanan", "pki", "authorities", "local", "root.crt")
"""Where Caddy keeps the office's certificate, below the proxy's folder."""
CERTIFICATE = "loket-kantor.crt"
"""The certificate for the other desks, beside the configuration."""
QUIET_LOG = {"format": "filter", "wrap": {"format": "json"}, "fields": {"request": {"filter": "delete"}}}
"""A line of a failed request without the request: addresses of pages hold what somebody searched for."""


@dataclass(frozen=True, slots=True)
class ProxyDoor:
    """How other desks reach the office: `address` of this PC in the network, its `name` (or nothing), the port they
    use, and the port on which the office itself listens to this PC."""

    address: str
    name: str = ""
    port: int = HTTPS
    office_port: int = 8035

    @property
    def hosts(self) -> tuple[str, ...]:
        if self.name:
            return (self.name, self.address)
        return (self.address,)

    @property
    def links(self) -> list[str]:
        """The addresses to type, the name first."""
        if self.port == HTTPS:
            port = ""
        else:
            port = f":{self.port}"
        return [f"https://{host}{port}/" for host in self.hosts]


def parse_door(address: str, name: str = "", port: int = HTTPS, office_port: int = 8035) -> ProxyDoor:
    """A door of checked parts. Raises Problem `invalid` for fields `address`, `name`, `port`."""
    wrong: dict[str, str] = {}
    name = name.strip().lower()
    address = address.strip()
    if not is_office_address(address):
        wrong["address"] = (
            f"{address[:40]!r} bukan alamat komputer ini di jaringan kantor. Tulis seperti 192.168.1.10; alamat "
            "yang terlihat dari internet tidak dibuka."
        )
    if name and (len(name) > 200 or not DOMAIN_NAME.fullmatch(name) or name.rpartition(".")[2].isdigit()):
        wrong["name"] = f"{name[:40]!r} bukan nama komputer. Pakai huruf, angka, titik, misalnya loket.kantor."
    if not (0 < port <= 65535 and 0 < office_port <= 65535) or port == office_port:
        wrong["port"] = "Port proksi dan port Loket harus antara 1 dan 65535 dan tidak sama."
    check_nothing_wrong(wrong)
    return ProxyDoor(address, name, port, office_port)


def is_office_address(text: str) -> bool:
    """Whether this is an IPv4 address of an office network (or of this PC, to try it out)."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    usable = not (address.is_unspecified or address.is_reserved or address.is_multicast or address in NOBODY)
    return usable and (address.is_private or address in VPN)


def caddy_configuration(door: ProxyDoor, folder: Path, version: str = "") -> dict[str, Any]:
    """Caddy's configuration: HTTPS on one address for the door's hosts only, everything it keeps inside `folder`.

    `version` is what `caddy version` says: it decides how the proxy is told to wait for a body. Unknown, it does not.
    No administration endpoint, no redirect from port 80, no HSTS, nothing about a request in the log. Raises Problem
    `invalid` (field `data`) for a folder whose name Caddy would read as a placeholder.
    """
    root = str((folder / ROOT_CERTIFICATE.parts[0]).absolute())
    if "{" in root or "}" in root:
        raise Problem.of("invalid", {"data": "Nama folder data tidak boleh berisi { atau }."})
    authority = {
        "name": "Loket",
        "root_common_name": f"Loket {door.hosts[0]}"[:60],
        "intermediate_common_name": "Loket antara",
        "install_trust": False,
    }
    policy = {"subjects": list(door.hosts), "issuers": [{"module": "internal", "ca": "local"}]}
    return {
        "admin": {"disabled": True, "config": {"persist": False}},
        "storage": {"module": "file_system", "root": root},
        "logging": {"logs": {"default": {"level": "INFO", "encoder": QUIET_LOG}}},
        "apps": {
            "pki": {"certificate_authorities": {"local": authority}},
            "tls": {"automation": {"policies": [policy]}},
            "http": {"grace_period": "5s", "servers": {"loket": caddy_server(door, version)}},
        },
    }


def caddy_server(door: ProxyDoor, version: str = "") -> dict[str, Any]:
    """The one listener: the door's hosts go to the office, every other name is cut off without an answer.

    A whole request may take ten minutes: 2 MB over a line of 64 kbit/s take 4.
    """
    own = {"host": list(door.hosts)}
    big = {**own, "header_regexp": {"Content-Length": {"pattern": TOO_BIG}}}
    too_big = short_answer("Dokumen ini terlalu besar. Perkecil, lalu kirim lagi.\n", "413")
    down = {"expression": "{http.error.status_code} == 502"}
    is_down = short_answer("Loket di komputer kantor belum hidup. Hidupkan dulu, lalu muat ulang halaman ini.\n")
    limit = {"handler": "request_body", "max_size": BODY_LIMIT}
    return {
        "listen": [f"{door.address}:{door.port}"],
        "protocols": ["h1", "h2"],
        "read_header_timeout": "10s",
        "read_timeout": "10m",
        "idle_timeout": "2m",
        "max_header_bytes": 32768,
        "automatic_https": {"disable_redirects": True},
        "tls_connection_policies": [{}],
        "routes": [
            {"match": [big], "handle": [too_big], "terminal": True},
            {"match": [own], "handle": [limit, to_office(door, version)], "terminal": True},
            {"handle": [{"handler": "static_response", "abort": True}]},
        ],
        "errors": {
            "routes": [
                {"match": [down], "handle": [is_down], "terminal": True},
                {"handle": [short_answer("Proksi menolak permintaan ini ({http.error.status_code}).\n")]},
            ]
        },
    }


def to_office(door: ProxyDoor, version: str = "") -> dict[str, Any]:
    """Hand over to the office on this PC; what a desk itself claims about its address is replaced.

    An unused line to the office is dropped after a minute: the office itself keeps one for two.
    """
    forwarded = {
        "X-Forwarded-For": ["{http.request.remote.host}"],
        "X-Forwarded-Host": ["{http.request.hostport}"],
        "X-Forwarded-Proto": ["https"],
    }
    return {
        "handler": "reverse_proxy",
        **body_buffering(version),
        "transport": {"protocol": "http", "keep_alive": {"enabled": True, "idle_timeout": "60s"}},
        "upstreams": [{"dial": f"127.0.0.1:{door.office_port}"}],
        "headers": {"request": {"set": forwarded, "delete": ["Forwarded", "X-Real-Ip"]}},
    }


def body_buffering(version: str) -> dict[str, Any]:
    """How this Caddy is told to wait for a body; the words changed with 2.6.4, and a word it does not know stops it."""
    known = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    if known is None:
        return {}
    if tuple(int(part) for part in known.groups()) >= (2, 6, 4):
        return {"request_buffers": BUFFER}
    return {"buffer_requests": True, "max_buffer_size": BUFFER}


def short_answer(text: str, status: str = "{http.error.status_code}") -> dict[str, Any]:
    """A short answer of the proxy itself, by default with the status of the error."""
    headers = {"Content-Type": ["text/plain; charset=utf-8"], "Cache-Control": ["no-store"]}
    return {"handler": "static_response", "status_code": status, "headers": headers, "body": text}


def door_of(written: dict[str, Any]) -> ProxyDoor:
    """The door of a :func:`caddy_configuration`. Raises LookupError for another file."""
    served = written["apps"]["http"]["servers"]["loket"]
    address, _, port = served["listen"][0].rpartition(":")
    first = served["routes"][1]
    name = next((host for host in first["match"][0]["host"] if host != address), "")
    dial = first["handle"][-1]["upstreams"][0]["dial"]
    return ProxyDoor(address, name, int(port), int(dial.rpartition(":")[2]))


def certificate_fingerprint(certificate: bytes) -> str:
    """SHA-256 of the certificate (DER) as browsers show it: 32 pairs with colons between."""
    return ":".join(f"{byte:02X}" for byte in hashlib.sha256(certificate).digest())


def desk_page(door: ProxyDoor, office: str, digits: str) -> str:
    """One page of text for the other desks: address, fingerprint, how to trust the certificate. Lines <= 78."""
    pairs = digits.split(":")
    rows = ["   " + ":".join(pairs[at : at + 8]) for at in range(0, len(pairs), 8)]
    hosts = []
    last_step = 3
    if door.name:
        last_step = 4
        hosts = [
            f"3. Di dokumen hosts tambahkan baris:  {door.address} {door.name}",
            "   (Windows: C:\\Windows\\System32\\drivers\\etc\\hosts, Linux: /etc/hosts).",
            "   Tidak perlu bila router kantor sudah mengenal nama itu.",
        ]
    return "\n".join(
        [
            f"SERTIFIKAT LOKET - {office}",
            "",
            "Alamat Loket       : " + "\n                     ".join(door.links),
            f"Dokumen sertifikat : {CERTIFICATE} (bawa dengan flashdisk, bukan surel)",
            "Sidik jari SHA-256:",
            *rows,
            "",
            "Sekali saja di setiap komputer lain, sebagai administrator komputer itu:",
            "",
            "1. Cocokkan sidik jari dokumen dengan kertas ini, huruf demi huruf:",
            f"   Windows:  certutil -hashfile {CERTIFICATE} SHA256",
            f"   Linux:    sha256sum {CERTIFICATE}",
            "   Tidak cocok? Jangan dipasang; panggil administrator kantor.",
            "2. Pasang sebagai sertifikat akar:",
            f"   Windows:  certutil -addstore -f Root {CERTIFICATE}",
            "   Linux:    peramban > Setelan > Sertifikat > Otoritas > Impor",
            "   Firefox:  Setelan > Sertifikat > Lihat Sertifikat > Otoritas > Impor",
            *hosts,
            f"{last_step}. Buka {door.links[0]}",
            "   Bila peramban memberi peringatan sertifikat, jangan diteruskan;",
            "   panggil administrator kantor.",
            "",
        ]
    )
