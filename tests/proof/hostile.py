"""A neighbouring office with a valid key of its own that sends what it may not, by the centre's own functions."""

import random
from contextlib import suppress
from pathlib import Path

import msgspec

from schema.database import open_office
from schema.migrations import migrate_database
from sync import answers, enrolment
from sync.enrolment import EnrolmentCode
from sync.entries import Head, head_bytes, line_bytes, link_hash, split_line, to_utc_text
from sync.events import KINDS
from sync.file_format import FORMAT, Ack, Header, LineVerdict, seal_file
from sync.journal import Journal
from sync.keys import NodeKeys, load_or_make_keys
from sync.nodes import Node
from sync.problems import SyncError
from tests.proof.messages import HOSTILE, SOUND, subject_of
from tests.proof.pair import ADDRESS, CENTRE, OFFICE, Pair

NAME = "350808"
FORBIDDEN = {
    "person.disabled": {"username": "hendra"},
    "roles.set": {"username": "yuni", "roles": []},
    "admin.reset": {"username": "yuni"},
    "blanks.corrected": {"count": -5000, "reason": "x"},
    "keys.rotated": {"node": CENTRE, "signer": "ab" * 16, "sealed_to": "ab" * 16, "reason": "x"},
    "office.barred": {"office": OFFICE, "reason": "x"},
}
"""Kinds that never travel, with bodies that would hurt."""


def enrol_hostile(stage: Pair, folder: Path) -> None:
    """The centre's administrator lets it in as any other office."""
    db = open_office(folder / "buruk.sqlite3")
    migrate_database(db, "office")
    journal = Journal(db, KINDS)
    journal.open_epoch(NAME, stage.now)
    node = Node(journal, load_or_make_keys(folder / "buruk-keys", NAME), "Tempeh")
    code = enrolment.issue_code(stage.centre, NAME, "Tempeh", address=ADDRESS, actor="yuni", now=stage.now)
    typed = EnrolmentCode.read(code.text())
    request, _ = enrolment.request_file(node, typed, stage.centre.keys.public, stage.now)
    answer = enrolment.accept_office(stage.centre, request, stage.now)
    enrolment.finish_enrolment(node, answer, stage.centre.keys.public, typed.address, stage.now)
    db.close()


def attack(stage: Pair, folder: Path, chance: random.Random) -> None:
    """One of the things that it may not do. Whatever the centre answers, it must go on for everybody else."""
    keys = load_or_make_keys(folder / "buruk-keys", NAME)
    with suppress(SyncError):  # refused with a sentence, as it should be
        answers.answer_batch(stage.centre, NAME, chance.choice(ATTACKS)(stage, keys, chance), stage.now)


def batch(stage: Pair, keys: NodeKeys, bodies: list[tuple[str, str, bytes]], **changed: object) -> bytes:
    """A truly signed file of this office that goes on after what the centre holds of it."""
    source, stream = str(changed.get("origin", NAME)), str(changed.get("stream", "dukcapil"))
    epoch = int(str(changed.get("epoch", 1)))
    tail = stage.centre.journal.tail(source, epoch, stream)
    first = tail.n + 1 + int(str(changed.pop("ahead", 0)))
    lines, head = [], tail.hash
    for n, (kind, subject, body) in enumerate(bodies, first):
        made = Head("1.0", f"{epoch}/{stream}/{n}", source, kind, subject, to_utc_text(stage.now), "1", n, "x")
        lines.append(line_bytes(head_bytes(made), body))
        head = link_hash(head, *split_line(lines[-1]))
    header = Header(
        format=FORMAT,
        type="batch",
        sender=NAME,
        signer=keys.public.signer,
        recipient=CENTRE,
        sealed_to=stage.centre.keys.public.sealed_to,
        epoch=epoch,
        stream=stream,
        first=first,
        last=first + len(lines) - 1,
        count=len(lines),
        prev=tail.hash.hex(),
        head=head.hex(),
        created=to_utc_text(stage.now),
    )
    names = {"origin", "ack", "receipts", "needs", "created"}
    header = msgspec.structs.replace(header, **{name: changed[name] for name in names & set(changed)})
    return seal_file(header, lines, keys, stage.centre.keys.public)[0]


def forbidden(stage: Pair, keys: NodeKeys, chance: random.Random) -> bytes:
    """Entries that only the centre's own people may write."""
    kind = chance.choice(sorted(FORBIDDEN))
    return batch(stage, keys, [(kind, "x", msgspec.json.encode(FORBIDDEN[kind]))])


def forged(stage: Pair, keys: NodeKeys, chance: random.Random) -> bytes:
    """The centre's own decisions about its neighbour's lines, as if they came back to the centre."""
    body = msgspec.json.encode(SOUND["line.printed"])
    return batch(
        stage,
        keys,
        [("line.printed", f"line/{OFFICE}/1/dukcapil/1", body)],
        origin=CENTRE,
        stream=OFFICE,
        epoch=chance.choice((1, 2, 5000)),
        needs=["origin"],
    )


def poison(stage: Pair, keys: NodeKeys, chance: random.Random) -> bytes:
    """Lines of its own with values that no page should have to show."""
    kind = chance.choice(sorted(kind for kind, one in SOUND.items() if one.TRAVEL.sender == "office"))
    sound = SOUND[kind]
    body = msgspec.to_builtins(sound) | {
        chance.choice(sound.__struct_fields__): chance.choice([one for one in HOSTILE if one != 10**400])
    }
    subject = subject_of(sound, "dukcapil")
    return batch(stage, keys, [(kind, subject, msgspec.json.encode(body, enc_hook=str))])


def early(stage: Pair, keys: NodeKeys, chance: random.Random) -> bytes:
    """A file that begins far beyond what the centre holds."""
    body = msgspec.json.encode(SOUND["line.recall_asked"])
    return batch(stage, keys, [("line.recall_asked", "line/1/dukcapil/1", body)], ahead=chance.randint(1, 10**9))


def boast(stage: Pair, keys: NodeKeys, chance: random.Random) -> bytes:
    """Acknowledgements and verdicts about everybody's streams, far in the future."""
    acks = [
        Ack(origin, epoch, stream, chance.choice((1, 10**6)), "cd" * 32, 7)
        for origin, stream in ((CENTRE, NAME), (CENTRE, OFFICE), (OFFICE, "dukcapil"), (NAME, "dukcapil"))
        for epoch in (1, 7)
    ]
    said = [LineVerdict(CENTRE, 1, stream, 1, 400, "set_aside", "x") for stream in (NAME, OFFICE)]
    return batch(stage, keys, [], ack=acks, receipts=said, created="2099-01-01T00:00:00Z")


def junk(_stage: Pair, _keys: NodeKeys, chance: random.Random) -> bytes:
    """Bytes."""
    return chance.randbytes(chance.randint(0, 5000))


ATTACKS = (forbidden, forged, poison, early, boast, junk)
