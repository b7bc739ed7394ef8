"""Whatever stands in a header, truly signed: a sentence or nothing, never a failure, and the exchange goes on."""

from base64 import b64encode
from typing import Any

import msgspec
import pytest

from sync import answers, enrolment
from sync.file_format import SIGNATURE, compress_plain
from sync.incoming_files import receive_file
from sync.outgoing_files import find_span, make_header
from sync.problems import SyncError
from tests.sync.world import ADDRESS, OFFICE, OUT, World

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**53,
    2**63,
    10**30,
    1.5,
    "",
    "x",
    "zz" * 16,
    "ab" * 31,
    "ab" * 33,
    "a\0b",
    "\u202e",
    "N" * 10_000,
    "2026-02-30T01:00:00Z",
    "9999-12-31T23:59:59Z",
    [],
    {},
    [None],
    ["x"] * 5000,
    {"x": "y"},
)
ACK = {"origin": OFFICE, "epoch": 1, "stream": OUT, "n": 1, "head": "ab" * 32, "told": 0}
VERDICT = {
    "origin": OFFICE,
    "epoch": 1,
    "stream": OUT,
    "first": 1,
    "last": 1,
    "verdict": "set_aside",
    "reason": "x",
}
PROOF = {"signer": "ab" * 16, "signature": "a" * 86}
SAID = {
    "before": "ab" * 16,
    "signing": "ab" * 32,
    "recipient": "age1" + "q" * 58,
    "since": "2026-03-02T01:00:00Z",
    "by_old": "a" * 86,
    "by_new": "a" * 86,
}
LISTS: dict[str, dict[str, Any]] = {"ack": ACK, "receipts": VERDICT, "keys": SAID}


def sealed(world: World, header: dict[str, Any], lines: tuple[bytes, ...] = ()) -> bytes:
    """A file that the office truly signed, with any header."""
    plain = b"\n".join([msgspec.json.encode(header, order=None), *lines, b""])
    signature = SIGNATURE + b64encode(world.office.keys.sign(plain)) + b'"}\n'
    return world.peer.keys.seal(compress_plain(plain + signature))


def tried(world: World, header: dict[str, Any]) -> str:
    """The code of the refusal, or an empty text; any other failure ends the test."""
    problem = None
    try:
        receive_file(world.centre, sealed(world, header), world.now)
    except SyncError as refused:
        problem = refused
    assert problem is None or problem.sentence.endswith(".")
    return problem.code if problem else ""


def written(value: Any) -> bool:
    """Whether this library writes the number at all."""
    return not isinstance(value, int) or abs(value) < 2**64


def test_any_header_is_a_sentence_and_the_exchange_goes_on(world: World) -> None:
    good = msgspec.to_builtins(make_header(world.office, world.peer, "state", world.now))
    codes = set()
    for value in filter(written, HOSTILE):
        for field in good:
            codes.add(tried(world, {**good, field: value}))
        for name, sound in LISTS.items():
            for field in sound:
                codes.add(tried(world, {**good, name: [{**sound, field: value}]}))
        for field in PROOF:
            codes.add(tried(world, {**good, "proof": {**PROOF, field: value}}))
    assert codes <= {
        "",
        "bad_header",
        "newer_format",
        "unknown_sender",
        "unknown_key",
        "sealed_on",
        "wrong_signer",
        "epoch_ahead",
        "enrolment",
        "damaged",
        "too_big",
    }
    assert "bad_header" in codes
    world.ask(3)
    assert world.sync().sent == 3


@pytest.mark.parametrize("field", ["n", "epoch", "head"])
def test_an_acknowledgement_out_of_bounds_is_refused(world: World, field: str) -> None:
    good = msgspec.to_builtins(make_header(world.office, world.peer, "state", world.now))
    wrong = {"n": 2**53, "epoch": 100_000_000, "head": "zz" * 32}[field]
    assert tried(world, {**good, "ack": [ACK]}) in ("", "fork")
    assert tried(world, {**good, "ack": [{**ACK, field: wrong}]}) == "bad_header"
    assert tried(world, {**good, "epoch": 0}) == "bad_header"


@pytest.mark.parametrize("field", ["token", "label", "epoch", "signing", "recipient", "node"])
def test_an_enrolment_request_out_of_bounds_is_refused(world: World, field: str) -> None:
    code = enrolment.issue_code(world.centre, OFFICE, "x", address=ADDRESS, actor="admin", now=world.now)
    keys = msgspec.to_builtins(world.office.keys.public)
    for value in filter(written, HOSTILE):
        body = {"token": code.token.hex(), "keys": keys, "label": "x", "epoch": 1}
        if field in keys:
            body["keys"] = {**keys, field: value}
        else:
            body[field] = value
        header = msgspec.to_builtins(
            enrolment.enrolment_header(world.office.keys, world.centre.keys.public, 1, world.now)
        )
        if field == "label" and isinstance(value, str) and value.isprintable() and len(value) <= 100:
            continue
        with pytest.raises(SyncError):
            enrolment.accept_office(world.centre, sealed(world, header, (msgspec.json.encode(body),)), world.now)
    assert answers.answer_state(world.centre, OFFICE, world.now)


def test_nothing_is_given_back_beyond_the_last_line(world: World) -> None:
    """Own lines and those of another, after each place of their stream."""
    world.ask(3)
    world.sync()
    for node, peer, returned in ((world.office, world.peer, False), (world.centre, world.office_peer, True)):
        spans = [find_span(node, peer, 1, OUT, n) for n in range(5)]
        assert [span and (span.after, span.last, span.returned) for span in spans] == [
            (0, 3, returned),
            (1, 3, returned),
            (2, 3, returned),
            None,
            None,
        ]
        assert find_span(node, peer, 2, OUT, 0) is None, "of an epoch that has not begun"
