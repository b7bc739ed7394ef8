"""The public page of the regency: what it tells, what it never tells, and what it costs whoever guesses or floods."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.centre import offices, public_states
from app.centre.settings import choose_status_page
from app.centre.views import status_page
from app.centre.views.status_page import make_status_app
from app.core.codes import new_code
from app.core.messages import StatePublished
from app.core.problems import Problem
from sync import slip_seal
from sync.slip_seal import PublicState, SlipKey, derive_key, seal_state
from sync.verification import verify_side
from tests.centre.print_centre import EKO, NOW, OFFICE, OTHER, YUNI, PrintCentre, Sender

CODE, UNKNOWN_CODE = new_code(random_bytes=b"\1\2\3\4\5"), new_code(random_bytes=b"\5\4\3\2\1")
STATE = PublicState("Kartu Anda sedang dicetak.", "Kecamatan Contoh, Jalan Raya 1", "2026-03-12", "2026-03-25")
CHANGED = "2026-03-12T02:00:00Z"


def published(code: str = CODE, case_id: int = 1, office: str = OFFICE, state: PublicState = STATE) -> StatePublished:
    slip = derive_key(office, code)
    return StatePublished(case_id, slip.slot, seal_state(slip.key, state), CHANGED)


def hand_over(sender: Sender, *bodies: StatePublished) -> None:
    assert not sender.send([("case.state_published", body) for body in bodies]).set_aside


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A derivation that costs nothing, where not the cost is looked at."""

    def derive(office: str, code: str) -> SlipKey:
        made = slip_seal.hashlib.blake2b(f"{office} {code}".encode()).digest()
        return SlipKey(made[:32].hex(), made[32:])

    monkeypatch.setattr(slip_seal, "derive_key", derive)
    monkeypatch.setitem(globals(), "derive_key", derive)


class Phone:
    """Somebody on the internet, behind the proxy with TLS."""

    def __init__(self, app: Flask, address: str = "203.0.113.7") -> None:
        self.client: FlaskClient = app.test_client()
        self.environ = {"REMOTE_ADDR": address, "wsgi.url_scheme": "https"}

    def open(self, **headers: str) -> TestResponse:
        return self.client.get("/", environ_overrides=self.environ, headers=headers)

    def ask(self, code: str = CODE, office: str = OFFICE, **headers: str) -> TestResponse:
        typed = {"office": office, "code": code}
        return self.client.post("/", data=typed, environ_overrides=self.environ, headers=headers)


@pytest.fixture
def app(print_centre: PrintCentre) -> Flask:
    choose_status_page(print_centre.journal, EKO, on=True, now=NOW)
    return make_status_app(print_centre.journal, {"CLOCK": lambda: NOW, "TRUSTED_HOSTS": ["localhost"]})


def test_the_page_is_off_until_the_centre_chose_it(print_centre: PrintCentre, quick: None) -> None:
    hand_over(print_centre.office, published())
    phone = Phone(make_status_app(print_centre.journal, {"CLOCK": lambda: NOW}))
    assert (phone.open().status_code, phone.ask().status_code) == (404, 404)
    with pytest.raises(Problem, match="wewenang"):
        choose_status_page(print_centre.journal, YUNI, on=True, now=NOW)
    choose_status_page(print_centre.journal, EKO, on=True, now=NOW)
    assert (phone.open().status_code, phone.ask().status_code) == (200, 200)
    assert "<span>Kabupaten Contoh</span>" in phone.open().get_data(as_text=True), "whose page it is stands at its head"
    choose_status_page(print_centre.journal, EKO, on=False, now=NOW)
    assert phone.ask().status_code == 404


def test_a_code_is_told_state_promise_and_place_with_the_true_derivation(
    print_centre: PrintCentre, app: Flask, tmp_path: Path
) -> None:
    hand_over(print_centre.office, published())
    answer = Phone(app).ask(f"{CODE[:4].lower()} {CODE[4:]}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for told in (STATE.said, "25 Maret 2026", STATE.place, "12 Maret 2026"):
        assert told in page
    assert CODE not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert verify_side(print_centre.journal, "centre", tmp_path / "empty.sqlite3").faults == []


def test_the_newest_state_stands_alone_and_an_empty_one_takes_it_away(
    print_centre: PrintCentre, app: Flask, quick: None
) -> None:
    newer = PublicState("Kartu Anda siap.", "Kecamatan Contoh", "2026-03-13")
    hand_over(print_centre.office, published(), published(state=newer))
    assert "Kartu Anda siap." in Phone(app).ask().get_data(as_text=True)
    assert print_centre.journal.db.one("SELECT count(*) FROM public_state") == (1,)
    hand_over(
        print_centre.office, published(UNKNOWN_CODE, 2), StatePublished(1, derive_key(OFFICE, CODE).slot, "", CHANGED)
    )
    taken_away, never = Phone(app).ask(), Phone(app).ask(new_code(random_bytes=b"\7\7\7\7\7"))
    assert (taken_away.status_code, never.status_code) == (422, 422)
    assert without_typed(taken_away) == without_typed(never)


def without_typed(answer: TestResponse) -> str:
    """A page without the code that was typed into it."""
    return re.sub('value="[0-9A-Z]{8}"', "", answer.get_data(as_text=True))


def test_each_question_is_reckoned_once_whether_somebody_has_the_code_or_not(
    print_centre: PrintCentre, app: Flask, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    derive = slip_seal.derive_key

    def counted(office: str, code: str) -> SlipKey:
        made.append(code)
        return derive(office, code)

    monkeypatch.setattr(slip_seal, "derive_key", counted)
    hand_over(print_centre.office, published())
    phone = Phone(app)
    phone.ask()
    phone.ask(UNKNOWN_CODE)
    assert made == [CODE, UNKNOWN_CODE]
    assert phone.ask("4K7MQ2X").status_code == 422
    assert phone.ask(office=OTHER).status_code == 422
    assert len(made) == 2, "what cannot be a code, and an office that tells nothing, cost nothing"


def test_an_office_writes_its_own_states_only(print_centre: PrintCentre, app: Flask, quick: None) -> None:
    hostile = Sender(print_centre.journal.db, print_centre.journal, OTHER)
    hostile.enrol("Kecamatan Lain")
    hand_over(print_centre.office, published(case_id=5))
    lie = PublicState("Bayar Rp50.000 dulu.", "Rekening saya", "2026-03-12")
    slip = derive_key(OFFICE, CODE)
    forged = StatePublished(1, slip.slot, seal_state(slip.key, lie), CHANGED)
    hand_over(
        hostile, forged, StatePublished(5, slip.slot, "", CHANGED), StatePublished(2, slip.slot, "A" * 1420, CHANGED)
    )
    assert STATE.said in Phone(app).ask().get_data(as_text=True)
    assert Phone(app).ask(office=OTHER).status_code == 422, "junk opens as nothing"
    wrong_subject = hostile.send([("case.state_published", StatePublished(3, "x", "y", "z"))])
    assert wrong_subject.set_aside or wrong_subject.problem


def test_two_states_in_one_place_and_a_barred_office(print_centre: PrintCentre, app: Flask, quick: None) -> None:
    slip = derive_key(OFFICE, CODE)
    hand_over(print_centre.office, StatePublished(1, slip.slot, "A" * 1420, CHANGED), published(case_id=2))
    assert STATE.said in Phone(app).ask().get_data(as_text=True)
    assert list(public_states.telling_offices(print_centre.journal.db)) == [OFFICE]
    offices.change_bar(print_centre.journal, EKO, office=OFFICE, reason="Kunci dicuri", lift=False, now=NOW)
    assert public_states.telling_offices(print_centre.journal.db) == {}
    assert Phone(app).ask().status_code == 404


def test_guessing_is_braked_by_address_and_in_all(print_centre: PrintCentre, quick: None) -> None:
    now = [NOW]
    choose_status_page(print_centre.journal, EKO, on=True, now=NOW)
    app = make_status_app(print_centre.journal, {"CLOCK": lambda: now[0]})
    hand_over(print_centre.office, published())
    guesser, other = Phone(app), Phone(app, "203.0.113.8")
    said = [guesser.ask(UNKNOWN_CODE).status_code for _ in range(status_page.MISSES_SHORT + 1)]
    assert said == [422] * status_page.MISSES_SHORT + [429]
    assert guesser.ask().status_code == 429, "the right code is not told to who guessed"
    assert other.ask().status_code == 200
    now[0] += timedelta(minutes=11)
    assert guesser.ask().status_code == 200
    house = [Phone(app, f"2001:db8:1:2::{n}") for n in range(status_page.MISSES_SHORT + 1)]
    assert [phone.ask(UNKNOWN_CODE).status_code for phone in house][-1] == 429, "one household is one address"
    everybody = app.extensions["loket_asking"]
    for n in range(status_page.MISSES_ALL):
        everybody.count_miss(f"10.0.{n // 250}.{n % 250}", now[0])
    assert other.ask().status_code == 429
    now[0] += timedelta(days=1, minutes=1)
    assert other.ask().status_code == 200


def test_one_address_asks_a_bounded_number_of_right_codes_too(
    print_centre: PrintCentre, app: Flask, quick: None
) -> None:
    hand_over(print_centre.office, published())
    phone = Phone(app)
    said = [phone.ask().status_code for _ in range(status_page.ASKED_SHORT + 1)]
    assert said == [200] * status_page.ASKED_SHORT + [429]


def test_a_flood_waits_for_its_turn_and_is_sent_away(
    print_centre: PrintCentre, app: Flask, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_page, "WAIT_SECONDS", 0.05)
    hand_over(print_centre.office, published())
    state = app.extensions["loket_asking"]
    for _ in range(status_page.AT_ONCE):
        assert state.turn.acquire(blocking=False)
    busy = Phone(app).ask()
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "10")
    state.turn.release()
    assert Phone(app).ask().status_code == 200, "its turn came back after the answer too"
    assert Phone(app).ask().status_code == 200


def test_the_form_may_be_kept_and_the_page_answers_over_tls_alone(
    print_centre: PrintCentre, app: Flask, quick: None
) -> None:
    hand_over(print_centre.office, published())
    phone = Phone(app)
    first = phone.open()
    assert first.headers["Cache-Control"] == f"public, max-age={status_page.FRESH}"
    again = phone.open(**{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert CODE not in first.get_data(as_text=True)
    phone.environ["wsgi.url_scheme"] = "http"
    assert (phone.open().status_code, phone.ask().status_code) == (403, 403)
    phone.environ["REMOTE_ADDR"] = "127.0.0.1"
    assert phone.open().status_code == 200, "this PC itself"
    assert Phone(app).ask(**{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Phone(app).client.get("/", headers={"Host": "jahat.example"}).status_code == 400
    big = Phone(app).client.post("/", data={"code": "x" * 9000}, environ_overrides=Phone(app).environ)
    assert big.status_code == 413
    assert Phone(app).client.get("/kode", environ_overrides=Phone(app).environ).status_code == 404


def test_a_copied_database_gives_no_code_and_no_state_away(
    print_centre: PrintCentre, where: Path | str, quick: None
) -> None:
    """Whatever an attacker reads of it, neither codes nor what they open stand there, nor any quick digest of them."""
    import hashlib

    planted = [new_code(random_bytes=bytes([n, 7, n, 9, n])) for n in range(20)]
    hand_over(print_centre.office, *(published(code, n + 1) for n, code in enumerate(planted)))
    db = print_centre.journal.db
    kept = [str(row) for row in db.run("SELECT * FROM public_state")]
    kept += [str(row) for row in db.run("SELECT * FROM journal WHERE kind = 'case.state_published'")]
    text = "\n".join(kept).lower()
    for code in planted:
        for way in (hashlib.sha256, hashlib.sha1, hashlib.md5, hashlib.blake2b):
            assert way(code.encode()).hexdigest() not in text
        assert code.lower() not in text
    assert STATE.said.lower() not in text


def test_trying_codes_costs_what_the_documents_say() -> None:
    assert slip_seal.MEMORY >= 64 * 1024 * 1024
    assert slip_seal.OPERATIONS >= 3
    assert status_page.AT_ONCE * slip_seal.MEMORY <= 128 * 1024 * 1024
