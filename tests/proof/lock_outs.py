"""Strangers and colleagues who type wrong passwords and PINs at the real programs: nobody is locked out, and guessing
stays bounded over all addresses together (part of `prove doors`)."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from app.platform.people.places import STRANGE_TRIES
from tests.proof.faces import NAME, programs
from tests.proof.parts import Part
from tests.world.cast import PASSWORD, PIN

OFFICERS = {"office": ("wiji", "agung", "nurlaila"), "centre": ("dyah", "teguh")}
STRANGERS = 40
"""Addresses from which strangers come; the loopback has as many as one likes."""
TRIES = 6
WRONG, NEEDS_PASSWORD = "tidak cocok", "PIN salah lima kali"


@dataclass
class Visitor:
    """A browser at an address of its own, with its cookies; `proxied`: as the proxy on the centre's PC passes it on."""

    port: int
    address: str
    proxied: bool = False
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """(status, page) of a page, or of a form that carries the token of the sign-in page or of one's own."""
        source = ("127.0.0.1" if self.proxied else self.address, 0)
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=source)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.proxied:
            claims = {"For": self.address, "Proto": "https", "Host": NAME}
            headers |= {f"X-Forwarded-{name}": value for name, value in claims.items()}
            headers |= {"Host": NAME, "Referer": f"https://{NAME}/"}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        try:
            line.request("GET" if form is None else "POST", path, body, headers)
            answer = line.getresponse()
            page = answer.read().decode()
        finally:
            line.close()
        for told in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(told).items()}
        return answer.status, page

    def post(self, path: str, on: str, **form: str) -> tuple[int, str]:
        """Send a form with the token of the page on which it stands."""
        token = re.search('name="csrf_token" value="([^"]+)"', self.ask(on)[1])
        assert token, f"no form at {on}"
        return self.ask(path, {"csrf_token": token[1], **form})

    def sign_in(self, username: str, password: str = PASSWORD) -> tuple[int, str]:
        return self.post("/masuk", "/masuk", username=username, password=password)

    def next_morning(self) -> Visitor:
        """The same browser after it was closed: only what outlives a session is left."""
        kept = {name: value for name, value in self.cookies.items() if name.endswith("_browser")}
        return replace(self, cookies=kept)

    def stranger(self, address: str) -> Visitor:
        """Another browser, which was never here."""
        return replace(self, address=address, cookies={})


def guess(visitor: Visitor, username: str) -> int:
    """How many of six wrong passwords were looked at at all."""
    return sum(WRONG in visitor.sign_in(username, "salah sekali lagi")[1] for _ in range(TRIES))


def wrong_pins(desk: Visitor, name: str) -> list[str]:
    """A colleague at the locked screen; what is wrong afterwards for its owner."""
    desk.post("/kunci", "/saya")
    pages = [desk.post("/buka-kunci", "/saya", **{"kunci-pin": "000111"})[1] for _ in range(TRIES)]
    faults = [] if NEEDS_PASSWORD in pages[4] else [f"{name}: the fifth wrong PIN asks for no password"]
    if desk.post("/buka-kunci", "/saya", **{"kunci-pin": PIN})[0] == 303:
        faults.append(f"{name}: a sixth PIN was looked at")
    if desk.post("/buka-kunci", "/saya", **{"kunci-sandi": PASSWORD})[0] != 303:
        faults.append(f"{name}: the password does not open the own screen")
    desk.post("/kunci", "/saya")
    if desk.post("/buka-kunci", "/saya", **{"kunci-pin": PIN})[0] != 303:
        faults.append(f"{name}: the PIN was blocked by a colleague")
    return faults


def prove_officer(desk: Visitor, username: str, strangers: int) -> tuple[int, int, list[str]]:
    """(sign-ins that went well, strange guesses that were looked at, faults) for one name."""
    name = f"{username} at {desk.address}"
    first = desk.sign_in(username)[0]
    looked_at = sum(guess(desk.stranger(f"127.0.9.{n + 1}"), username) for n in range(strangers))
    again = desk.next_morning()
    from_elsewhere = again.sign_in(username)[0]
    guess(desk.stranger(desk.address), username)
    neighbour = desk.next_morning().sign_in(username)[0]
    faults = wrong_pins(again, name)
    told = {"first": first, "after strangers elsewhere": from_elsewhere, "after one at its address": neighbour}
    faults += [f"{name}: sign-in {when} answered {status}" for when, status in told.items() if status != 303]
    if looked_at > STRANGE_TRIES:
        faults.append(f"{name}: {looked_at} strange guesses were looked at")
    return sum(status == 303 for status in told.values()), looked_at, faults


def prove_lock_outs(folder: Path, _seed: int = 1, *, strangers: int = STRANGERS, officers: int = 3) -> Part:
    """Officers of office and centre whose names strangers try from many addresses, and one from their own."""
    signed_in = asked = most = 0
    faults: list[str] = []
    with programs(folder) as faces:
        ports = {face.name: face.port for face in faces}
        for side, names in OFFICERS.items():
            for number, username in enumerate(names[:officers]):
                desk = Visitor(ports[side], f"127.0.1.{number + 1}", proxied=side == "centre")
                well, looked_at, wrong = prove_officer(desk, username, strangers)
                signed_in, asked, most, faults = signed_in + well, asked + 3, max(most, looked_at), faults + wrong
    figures = f"lock-outs: {signed_in} of {asked} officers at their own desk signed in"
    return Part(f"{figures}, at most {most} strange guesses of {strangers * TRIES} at one name looked at", faults)
