"""One sound message of every kind that travels, and hostile values for each of its fields."""

from collections.abc import Iterator
from typing import Any

import msgspec

from app.core.messages import (
    CentreState,
    DispatchLine,
    DispatchSent,
    FileSent,
    FileWithdrawn,
    GivenNumber,
    HeadsAnchored,
    LineAccepted,
    LinePrinted,
    LineRefused,
    LineSentAgain,
    LineSetAside,
    LineSpoiled,
    LineTakenOver,
    OriginalForwarded,
    PaperAnswered,
    RecallAsked,
    RecapPublished,
    ReleaseEndorsed,
    ShipmentSent,
    StatePublished,
)
from sync.events import ForkSettled, TwinTold

LINE, HASH, DAY = "1/dukcapil/1", "ab" * 32, "2026-03-02"
SOUND: dict[str, msgspec.Struct] = {
    "dispatch.line": DispatchLine(
        1,
        "001/KIRIM/2026",
        1,
        1,
        "0001/KTP/2026",
        "AAAAA00001",
        "ktp-el",
        "01",
        "baru",
        "Baru",
        "TUMINI",
        "3508072002",
        "Munder",
        "3508991203790001",
        {"nik": "3508991203790001", "birth_on": "1979-03-12"},
        DAY,
        DAY,
        "2026-03-25",
        DAY,
        "print",
        "dispatch",
        "print_ready",
        DAY,
        ["photo"],
    ),
    "dispatch.sent": DispatchSent(1, "001/KIRIM/2026", "470/1", "470/2", DAY, 1, HASH, "budi"),
    "line.recall_asked": RecallAsked(LINE, "Pemohon meninggal", HASH),
    "line.paper_answered": PaperAnswered(LINE, "printed", DAY, "", "K001001", line_hash=HASH),
    "heads.anchored": HeadsAnchored(DAY, 12, HASH, HASH),
    "recap.published": RecapPublished("2026-Q1", "{}", HASH),
    "case.state_published": StatePublished(1, HASH, "A" * 1420, "2026-03-02T01:00:00Z"),
    "line.original_forwarded": OriginalForwarded(1, LINE, HASH, "3508072002", "Munder", HASH[:32], HASH, "A" * 2000),
    "line.accepted": LineAccepted(LINE, HASH),
    "line.refused": LineRefused(LINE, "Foto tidak jelas.", line_hash=HASH),
    "line.printed": LinePrinted(LINE, "K001001", DAY, HASH),
    "line.spoiled": LineSpoiled(LINE, "tergores", "K001002", HASH),
    "shipment.sent": ShipmentSent("350807-2026-001", DAY, [(LINE, "K001001")], "Pak Slamet", [HASH]),
    "centre.state": CentreState(20, 3, "2026-03-02T01:00:00Z"),
    "release.endorsed": ReleaseEndorsed("9.1.0", HASH),
    "fork.settled": ForkSettled("350807", 1, "dukcapil", 0, 3, HASH, "held", "Disepakati."),
    "twin.told": TwinTold("350807", 1, "dukcapil", 1, HASH, False, "dispatch.line", "{}"),
    "twin.set_aside": LineSetAside(LINE, HASH, "dispatch.line", "Orang yang sama."),
    "twin.sent_again": LineSentAgain(LINE, HASH, 1, "dispatch", "folder", DAY, "Tidak sampai."),
}
SOUND["twin.taken_over"] = LineTakenOver(
    LINE,
    HASH,
    False,
    SOUND["dispatch.line"],
    10_000_001,
    GivenNumber("0001B/KTP/2026", 2026, 1),
    "dispatch",
    "folder",
    "Ada.",
)

SOUND["file.sent"] = FileSent(1, HASH, "image/jpeg", 100, 360, 480, "photo", "case/1", [HASH])
SOUND["file.withdrawn"] = FileWithdrawn(1, "Salah unggah")

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**63,
    -(2**63) - 1,
    10**400,
    1.5,
    "",
    "x",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "a\0b",
    "\u202eterbalik",
    "\u200b",
    "N" * 100_000,
    "<script>",
    "' OR 1=1 --",
    "keys/dukcapil-3508",
    [],
    ["x"] * 5000,
    {},
    {"x" * 100: "y"},
    {"birth_on": "\0"},
    [["1/dukcapil/1", "K"]],
    "ab" * 32,
    "99999999999/dukcapil/1",
)


def subject_of(body: msgspec.Struct, stream: str) -> str:
    """The subject that a message must name."""
    pattern: str = body.TRAVEL.subject
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    return pattern.replace("*", "1").format(**fields | {"stream": stream})


def hostile(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(field, body) with one field of a sound message made hostile, all fields and values in turn."""
    sound = msgspec.to_builtins(SOUND[kind])
    for field in SOUND[kind].__struct_fields__:
        for value in HOSTILE:
            yield field, {**sound, field: value}
        if field in sound:
            yield field, {name: kept for name, kept in sound.items() if name != field}
