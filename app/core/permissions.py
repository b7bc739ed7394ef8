"""Who may do what. One table; everything that is not in it is denied."""

from __future__ import annotations

import msgspec

from app.core.problems import Problem

ROLES: dict[str, str] = {
    "village": "Petugas Desa",
    "counter": "Petugas Loket",
    "operator": "Petugas Operator",
    "kasi": "Kasi Pelayanan Umum",
    "sekretaris": "Sekretaris Kecamatan",
    "camat": "Camat",
    "information": "Petugas Layanan Informasi",
    "admin": "Administrator",
    "centre_admin": "Administrator Pusat Cetak",
    "printer": "Petugas Cetak",
}
OFFICE_ROLES = ("village", "counter", "operator", "kasi", "sekretaris", "camat", "information", "admin")
CENTRE_ROLES = ("centre_admin", "printer")

DESK = frozenset({"counter", "operator", "kasi"})
STAFF = DESK | {"sekretaris", "camat", "information"}

PERMISSIONS: dict[str, frozenset[str]] = {
    "self": frozenset(ROLES),
    "desk.view": STAFF | {"village", "admin"},
    "standard.view": STAFF | {"village", "admin"},
    "case.list": STAFF | {"village"},
    "case.view": STAFF | {"village"},
    "case.reveal": DESK | {"sekretaris", "camat"},
    "case.open": DESK | {"village"},
    "case.check": DESK,
    "case.accept": DESK,
    "case.return": DESK,
    "case.resubmit": DESK | {"village"},
    "case.correct": frozenset({"kasi"}),
    "case.close": frozenset({"kasi"}),
    "case.pause": frozenset({"kasi"}),
    "case.note": STAFF | {"village"},
    "case.place": DESK,
    "case.advance": DESK,
    "paper.print": STAFF | {"village"},
    "form.reserve": DESK | {"village"},
    "form.enter": DESK,
    "register.view": STAFF,
    "due.view": STAFF,
    "recording.view": STAFF | {"village"},
    "recording.do": frozenset({"operator", "kasi"}),
    "recording.ground": frozenset({"kasi"}),
    "device.note": frozenset({"operator", "kasi"}),
    "dispatch.view": STAFF,
    "dispatch.prepare": DESK,
    "dispatch.confirm": frozenset({"kasi", "camat"}),
    "answer.type": DESK,
    "answer.check": DESK | {"sekretaris"},
    "card.arrive": DESK,
    "card.call": DESK | {"information", "village"},
    "card.hand_over": DESK,
    "oversight.view": frozenset({"sekretaris", "camat", "kasi"}),
    "oversight.note": frozenset({"sekretaris"}),
    "oversight.answer": frozenset({"kasi", "sekretaris"}),
    "complaint.view": STAFF,
    "complaint.write": frozenset({"information", "counter", "kasi", "sekretaris"}),
    "complaint.identity": frozenset({"information", "camat"}),
    "complaint.scan": frozenset({"information", "kasi", "sekretaris", "camat"}),
    "complaint.class": frozenset({"information", "sekretaris"}),
    "complaint.route": frozenset({"information", "sekretaris"}),
    "complaint.follow": frozenset({"kasi"}),
    "complaint.answer": frozenset({"information", "kasi"}),
    "complaint.close": frozenset({"information", "kasi"}),
    "complaint.slip": frozenset({"information"}),
    "complaint.aside": frozenset({"information"}),
    "complaint.aside_check": frozenset({"sekretaris"}),
    "complaint.take_back": frozenset({"information", "sekretaris"}),
    "complaint.limits": frozenset({"camat", "sekretaris"}),
    "box.open": frozenset({"information"}),
    "capa.open": frozenset({"information", "kasi", "sekretaris"}),
    "capa.work": frozenset({"kasi", "sekretaris", "information", "counter", "operator"}),
    "capa.check": frozenset({"sekretaris", "kasi", "camat"}),
    "recap.view": STAFF,
    "recap.draft": frozenset({"information"}),
    "recap.check": frozenset({"sekretaris"}),
    "recap.approve": frozenset({"camat"}),
    "board.post": frozenset({"information", "camat"}),
    "sync.view": STAFF | {"admin"},
    "sync.run": frozenset({"operator", "kasi", "sekretaris", "admin"}),
    "import.run": frozenset({"kasi", "sekretaris", "admin"}),
    "office.settings": frozenset({"sekretaris", "admin"}),
    "people.manage": frozenset({"sekretaris", "camat", "admin", "centre_admin"}),
    "people.second": frozenset({"sekretaris", "camat", "kasi", "admin", "centre_admin", "printer"}),
    "backup.make": frozenset({"sekretaris", "admin", "centre_admin"}),
    "health.view": STAFF | {"admin"},
    "access.view": frozenset({"sekretaris", "camat", "admin"}),
    "access.review": frozenset({"sekretaris"}),
    "centre.floor": frozenset(CENTRE_ROLES),
    "centre.print": frozenset({"printer", "centre_admin"}),
    "centre.offices": frozenset({"centre_admin"}),
}


COUNTER_WORK = frozenset(
    {
        "case.reveal",
        "case.open",
        "case.check",
        "case.accept",
        "case.return",
        "case.resubmit",
        "case.correct",
        "case.close",
        "case.pause",
        "case.place",
        "case.advance",
        "form.reserve",
        "form.enter",
        "recording.do",
        "recording.ground",
        "device.note",
        "dispatch.prepare",
        "dispatch.confirm",
        "answer.type",
        "answer.check",
        "card.arrive",
        "card.call",
        "card.hand_over",
        "import.run",
        "oversight.answer",
    }
)
"""What the standard gives to Seksi Pelayanan Umum (SP 4.4): the Kasi of another section reads files and does none."""


class Actor(msgspec.Struct, frozen=True):
    """Who acts. `area` is the village code of a village clerk, else None; `title` the post as letters name it;
    `elsewhere`: a Kasi of another section than the one of the counter."""

    person_id: int
    name: str
    username: str
    roles: frozenset[str]
    area: str | None = None
    title: str = ""
    elsewhere: bool = False

    @property
    def duties(self) -> frozenset[str]:
        """The roles with which this person works on files: a Kasi of another section is none here."""
        return self.roles - {"kasi"} if self.elsewhere else self.roles

    @property
    def post(self) -> str:
        return self.title or next((label for role, label in ROLES.items() if role in self.roles), "")

    @property
    def village_only(self) -> bool:
        """Whether this person sees nothing but the own village."""
        return self.roles == frozenset({"village"})


SYSTEM = Actor(0, "Loket", "system", frozenset())


def may(actor: Actor | None, permission: str) -> bool:
    """Whether the actor holds a role that the permission names. Raises KeyError for an unknown permission."""
    if actor is None:
        return False
    return bool(PERMISSIONS[permission] & (actor.duties if permission in COUNTER_WORK else actor.roles))


def require(actor: Actor, permission: str) -> None:
    if not may(actor, permission):
        raise permission_problem(actor, permission)


def permission_problem(actor: Actor | None, *permissions: str) -> Problem:
    """Problem `forbidden`; the Kasi of another section reads whose work it is that these permissions name."""
    counter = any(one in COUNTER_WORK and "kasi" in PERMISSIONS[one] for one in permissions)
    return Problem.of("other_section" if actor is not None and actor.elsewhere and counter else "forbidden")
