"""The centre's HTTP interface: signatures before anything else, problems in words, a description that does not lie."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from sync import enrolment
from sync import keys as sync_keys
from sync.entries import to_utc_text
from sync.exchange import read_state
from sync.file_format import MAX_SEALED, Ack, seal_file
from sync.http_client import PARTS_HEADER
from sync.http_server import install_server
from sync.keys import NodeKeys, PublicKeys, make_keys
from sync.outgoing_files import make_header, make_parcel, make_parcels, missing_spans
from sync.problems import CarrierError
from tests.sync.world import ADDRESS, CENTRE, NOW, OFFICE, OUT, World, enrol

BASE = f"/api/v1/offices/{OFFICE}"
AT = int(NOW.timestamp())


@pytest.fixture
def client(world: World) -> FlaskClient:
    app = Flask("centre")
    install_server(app, world.centre, lambda: world.now)
    return app.test_client()


def sign(world: World, method: str, target: str, body: bytes = b"", keys: NodeKeys | None = None) -> dict[str, str]:
    text = sync_keys.signed_request_text(method, target, body, world.centre.keys.public.signer)
    return {sync_keys.SIGNATURE_HEADER: sync_keys.sign_text(keys or world.office.keys, text)}


def problem(answer: Any) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    document = json.loads(answer.data)
    assert document["status"] == answer.status_code
    assert document["type"] == f"urn:loket:problem:{document['code']}"
    return answer.status_code, document["code"]


def test_unsigned_and_wrongly_signed_requests(world: World, client: FlaskClient) -> None:
    target = f"{BASE}/state?at={AT}"
    assert problem(client.get(target)) == (401, "unsigned")
    assert problem(client.get(target, headers={sync_keys.SIGNATURE_HEADER: "ä$"})) == (401, "unsigned")
    assert problem(client.get(target, headers=sign(world, "GET", f"{BASE}/state?at={AT + 1}"))) == (401, "unsigned")
    stranger = sign(world, "GET", target, keys=make_keys(OFFICE))
    assert problem(client.get(target, headers=stranger)) == (401, "unsigned")
    assert problem(client.get("/api/v1/offices/1/state")) == (403, "unknown_sender")
    assert client.get(target, headers=sign(world, "GET", target)).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "none", 404), ("GET", "enrolments", 405)])
def test_a_stray_address_is_answered_in_the_officers_words(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(f"/api/v1/{path}", method=method)
    assert problem(answer) == (status, "bad_request")
    assert "Alamat ini tidak ada" in json.loads(answer.data)["detail"]


def test_lines_sent_unasked_that_do_not_fit_are_not_taken_and_no_refusal(world: World, client: FlaskClient) -> None:
    world.ask(3)
    (span,) = missing_spans(world.office, world.peer)
    beyond = msgspec.structs.replace(span, after=span.after + 1)
    body = make_parcel(world.office, world.peer, beyond, world.now, online=True, continues=True).sealed
    target = f"{BASE}/batches"
    assert problem(client.post(target, data=body, headers=sign(world, "POST", target, body))) == (409, "ask_first")
    assert world.centre.journal.tail(OFFICE, 1, OUT).n == 0
    assert world.centre.db.one("SELECT (SELECT count(*) FROM road_refusal), (SELECT count(*) FROM road_aside)") == (
        0,
        0,
    )


def test_body_and_method_are_signed(world: World, client: FlaskClient) -> None:
    target = f"{BASE}/batches"
    assert problem(client.post(target, data=b"a", headers=sign(world, "POST", target, b"b"))) == (
        401,
        "unsigned",
    )
    assert problem(client.post(target, data=b"PK", headers=sign(world, "POST", target, b"PK"))) == (
        415,
        "not_loket",
    )


def test_state_is_bound_to_its_request(world: World, client: FlaskClient) -> None:
    target = f"{BASE}/state?at={AT}"
    headers = sign(world, "GET", target)
    answer = client.get(target, headers=headers)
    public = world.centre.keys.public
    said = answer.headers[sync_keys.SIGNATURE_HEADER]
    assert sync_keys.is_text_signed(
        public, sync_keys.signed_answer_text(headers[sync_keys.SIGNATURE_HEADER], answer.data), said
    )
    other = sign(world, "GET", f"{BASE}/state?at={AT + 1}")[sync_keys.SIGNATURE_HEADER]
    assert not sync_keys.is_text_signed(public, sync_keys.signed_answer_text(other, answer.data), said)


def test_the_state_is_short_for_who_asks_so_unless_there_is_more_to_say(world: World, client: FlaskClient) -> None:
    world.ask(2)
    assert world.sync().ok
    short, usual = f"{BASE}/state?at={AT}&v=2", f"{BASE}/state?at={AT}"
    answers = [client.get(target, headers=sign(world, "GET", target)) for target in (short, usual)]
    head = world.office.journal.tail(OFFICE, 1, OUT).hash.hex()[:16]
    acks = [[CENTRE, 1, OFFICE, 0, ""], [OFFICE, 1, OUT, 2, head]]
    assert json.loads(answers[0].data) == [int(world.now.timestamp()), acks]
    assert json.loads(answers[1].data) == {"at": to_utc_text(world.now), "ack": acks}
    assert [PARTS_HEADER in answer.headers for answer in answers] == [False, True]
    assert read_state(answers[0].data) == read_state(answers[1].data)
    with world.centre.db.writing(), world.centre.db.applying():
        world.centre.db.run(
            "INSERT INTO journal_waiting SELECT max(id), 'card.new/1' FROM journal WHERE source = ?", (OFFICE,)
        )
    assert json.loads(client.get(short, headers=sign(world, "GET", short)).data)["unread"] == 1
    world.now += timedelta(days=30)  # nobody has been heard for so long: this clock is not sure
    later = f"{BASE}/state?at={int(world.now.timestamp())}&v=2"
    answer = client.get(later, headers=sign(world, "GET", later))
    assert (json.loads(answer.data)["clock"], answer.headers[PARTS_HEADER]) == ("unsure", "1")


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"[1]",
        b'["1",[]]',
        b"[1e400,[]]",
        b"[99999999999999999999,[]]",
        b"[-1e18,[]]",
        b"[9000000000000,[]]",
        b"[",
        b"[1,[[1]]]",
        b"[" * 5000,
    ],
)
def test_a_short_state_that_is_none_is_a_cut_answer(text: bytes) -> None:
    with pytest.raises(CarrierError) as told:
        read_state(text)
    assert told.value.code == "cut_answer"


@pytest.mark.parametrize(
    ("days", "answered"), [(0, True), (-0.9, True), (0.9, True), (-30, False), (30, False), (-20_000, False)]
)
def test_a_question_of_another_day_is_not_answered(
    world: World, client: FlaskClient, days: float, answered: bool
) -> None:
    target = f"{BASE}/state?at={max(0, int((world.now + timedelta(days=days)).timestamp()))}"
    answer = client.get(target, headers=sign(world, "GET", target))
    assert (answer.status_code == 200) == answered
    if not answered:
        assert problem(answer) == (409, "stale_request")


@pytest.mark.parametrize("asked", ["", "?at=", "?at=x", "?at=-1", "?at=%C2%B2"])
def test_a_question_without_its_time_is_not_answered(world: World, client: FlaskClient, asked: str) -> None:
    target = f"{BASE}/state{asked}"
    assert problem(client.get(target, headers=sign(world, "GET", target))) == (409, "stale_request")


def test_too_much_is_refused_before_it_is_read(world: World, client: FlaskClient) -> None:
    target, body = f"{BASE}/batches", b"x" * (MAX_SEALED + 1)
    assert problem(client.post(target, data=body, headers=sign(world, "POST", target, body))) == (
        413,
        "too_big",
    )
    assert problem(client.post("/api/v1/enrolments", data=b"x" * 20_000)) == (413, "too_big")


def test_batch_of_another_office(world: World, client: FlaskClient) -> None:
    """A truly enrolled office brings, under its own signature, a file of another."""
    world.ask(1)
    (made,) = make_parcels(world.office, world.peer, world.now)
    other = make_keys("350898")
    code = enrolment.issue_code(world.centre, "350898", "Lain", address=ADDRESS, actor="admin", now=world.now)
    body = enrolment.EnrolRequest(code.token.hex(), other.public, "Lain", 1)
    header = enrolment.enrolment_header(other, world.centre.keys.public, 1, world.now)
    request, _ = seal_file(header, [msgspec.json.encode(body)], other, world.centre.keys.public)
    enrolment.accept_office(world.centre, request, world.now)
    target = "/api/v1/offices/350898/batches"
    answer = client.post(target, data=made.sealed, headers=sign(world, "POST", target, made.sealed, other))
    assert problem(answer) == (403, "foreign")
    assert world.centre.db.one("SELECT count(*) FROM card") == (0,)


def test_a_fenced_pc_is_told_why(world: World, client: FlaskClient) -> None:
    from msgspec.structs import replace

    world.ask(1)
    (made,) = make_parcels(world.office, world.peer, world.now)
    enrol(replace(world.office, keys=make_keys(OFFICE)), world.centre, world.now)
    target = f"{BASE}/state?at={AT}"
    assert problem(client.get(target, headers=sign(world, "GET", target))) == (409, "fenced")
    target = f"{BASE}/batches"
    answer = client.post(target, data=made.sealed, headers=sign(world, "POST", target, made.sealed))
    assert problem(answer) == (409, "fenced")
    assert world.centre.db.one("SELECT count(*) FROM road_aside") == (1,)


@pytest.mark.parametrize("after", ["", "x", "1/2", "a/b/c", "1//", "1/dukcapil/" + "9" * 5000])
def test_places_that_are_none(world: World, client: FlaskClient, after: str) -> None:
    target = f"{BASE}/batches?after={after}"
    assert problem(client.get(target, headers=sign(world, "GET", target))) == (400, "bad_request")


def test_a_failure_of_ours_is_a_problem_that_may_pass(world: World, client: FlaskClient) -> None:
    target = f"{BASE}/state?at={AT}"
    headers = sign(world, "GET", target)
    with world.centre.db.writing(), world.centre.db.applying():
        world.centre.db.run("ALTER TABLE road_ack RENAME TO road_gone")
    assert problem(client.get(target, headers=headers)) == (500, "failed")
    with world.centre.db.writing(), world.centre.db.applying():
        world.centre.db.run("ALTER TABLE road_gone RENAME TO road_ack")
    assert client.get(target, headers=headers).status_code == 200


def test_keys_and_claims_that_are_none_are_refused_in_words(world: World, client: FlaskClient) -> None:
    for text in ("zz", "", "00", "é" * 64, "a\0b"):
        keys = PublicKeys(OFFICE, text, world.office.keys.public.recipient)
        body = enrolment.EnrolRequest("00" * 16, keys, "Kunir", 1)
        header = enrolment.enrolment_header(world.office.keys, world.centre.keys.public, 1, world.now)
        request, _ = seal_file(header, [msgspec.json.encode(body)], world.office.keys, world.centre.keys.public)
        assert problem(client.post("/api/v1/enrolments", data=request)) == (400, "bad_header")
    world.print_cards(1)
    hashes = [(1, 1, "zz" * 32), (1, 1, ""), (-1, 1, "0" * 64), (1, 2**63, "0" * 64)]
    for epoch, n, head in hashes:
        ack = Ack(CENTRE, epoch, OFFICE, n, head)
        header = msgspec.structs.replace(make_header(world.office, world.peer, "state", world.now), ack=[ack])
        sealed, _ = seal_file(header, [], world.office.keys, world.peer.keys)
        target = f"{BASE}/batches"
        answer = client.post(target, data=sealed, headers=sign(world, "POST", target, sealed))
        assert problem(answer) == (400, "bad_header")
        assert "Kepala dokumen tidak dapat dibaca" in json.loads(answer.data)["detail"]


def test_unknown_methods_are_problems_too(client: FlaskClient) -> None:
    assert client.put(f"{BASE}/batches").status_code == 405


def test_the_description_names_every_route_and_no_other(client: FlaskClient) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").data)
    assert described["openapi"].startswith("3.1")
    said = {
        (path, method.upper()) for path, item in described["paths"].items() for method in item if method != "parameters"
    }
    real = {
        (str(rule).removeprefix("/api/v1").replace("<", "{").replace(">", "}"), method)
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith("road.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert said == real
