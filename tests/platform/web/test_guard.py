from io import BytesIO

import pytest
from flask import Blueprint, Flask
from htmx_flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.application import Misconfigured, make_app
from app.platform.web.context import Nav, Shell, WebRoom, current_actor
from app.platform.web.guard import declared_permission, needs_permission, public, signed_in
from schema.body_limits import takes_body
from schema.profiles import load_profile
from sync.journal import Journal
from tests.platform.people import SECRET_KEY, Browser
from tests.platform.web.walking import every_rule

PERMISSIONS = load_profile().rights

pages = Blueprint("desk", __name__)


@pages.route("/lupa", methods=["GET", "POST"])
def forgotten() -> str:
    return "seharusnya tidak terlihat"


@pages.get("/terbuka")
@public
def open_page() -> str:
    return "siapa saja"


@pages.get("/siapa")
@signed_in
def whoever() -> str:
    return current_actor().name


@pages.post("/buka")
@needs_permission("case.open", "form.enter")
def open_case() -> str:
    return "dibuka"


@pages.post("/unggah")
@needs_permission("case.open")
@takes_body(4 * 1024 * 1024)
def take_file() -> str:
    return str(len(request.files["file"].read()))


@pytest.fixture
def rooms() -> list[WebRoom]:
    return [
        PEOPLE,
        WebRoom([pages], [Nav("Siapa", "desk.whoever", "case.open", count=lambda db, actor, now: 7)]),
    ]


def test_a_view_that_declares_nothing_is_closed_to_everybody(
    web: Flask, as_ratna: Browser, as_sari: Browser, warga: Browser
) -> None:
    assert declared_permission(web, "desk.forgotten") is None
    for browser in (as_ratna, as_sari):
        answer = browser.get("/lupa")
        assert answer.status_code == 403
        assert "seharusnya" not in answer.get_data(as_text=True)
        assert browser.post("/lupa").status_code == 403
    assert warga.get("/lupa").status_code == 303


def test_every_page_of_this_room_declares_its_permission(journal: Journal, shell: Shell) -> None:
    app = make_app(shell, journal, [PEOPLE], {"SECRET_KEY": SECRET_KEY})
    assert [rule.endpoint for rule in every_rule(app) if declared_permission(app, rule.endpoint) is None] == []


def test_a_permission_must_exist() -> None:
    with pytest.raises(KeyError):
        needs_permission("case.fly")
    assert "case.open" in PERMISSIONS


def test_any_of_the_named_permissions_opens(as_sari: Browser, as_desi: Browser, as_camat: Browser) -> None:
    assert as_sari.post("/buka").get_data(as_text=True) == "dibuka"
    assert as_desi.post("/buka").status_code == 200
    assert as_camat.post("/buka").status_code == 403


def test_strangers_are_led_to_the_door(warga: Browser) -> None:
    assert warga.get("/terbuka").get_data(as_text=True) == "siapa saja"
    assert warga.get("/siapa").headers["Location"] == "/masuk?lanjut=/siapa"
    assert warga.post("/buka").headers["Location"] == "/masuk"
    fragment = warga.post("/buka", htmx=True)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, "/masuk")


def test_a_post_without_our_token_is_refused(as_sari: Browser, as_oki: Browser) -> None:
    for token in ("", "palsu", as_oki.token().replace(".", "x", 1)):
        answer = as_sari.post("/buka", {"csrf_token": token})
        assert answer.status_code == 400
        assert "Muat ulang" in answer.get_data(as_text=True) or "muat ulang" in answer.get_data(as_text=True)


def test_what_nobody_can_have_typed_is_no_request(as_sari: Browser) -> None:
    """U+0000 is no letter of any language, and PostgreSQL stores none."""
    assert as_sari.post("/buka", {"kata": "a b"}).status_code == 200
    for typed in ({"kata": "a\0b"}, {"ka\0ta": "a"}):
        assert as_sari.post("/buka", typed).status_code == 400
    assert as_sari.get("/siapa?x=a").status_code == 200
    for asked in ("x=%00", "%00=x"):
        assert as_sari.get(f"/siapa?{asked}").status_code == 400
    assert as_sari.get("/siapa%00").status_code == 404


def test_the_token_of_another_session_does_not_fit(as_sari: Browser, warga: Browser) -> None:
    with warga.client.session_transaction() as kept:
        kept["csrf_token"] = "fedcba9876543210" * 2
    assert as_sari.post("/buka", {"csrf_token": warga.token()}).status_code == 400
    assert as_sari.post("/buka").status_code == 200


def test_signing_in_starts_a_new_token(warga: Browser) -> None:
    warga.get("/masuk")
    before = warga.token()
    warga.post("/masuk", {"username": "sari", "password": "beras kencur 45"})
    assert warga.post("/buka", {"csrf_token": before}).status_code == 400


def test_a_foreign_host_name_is_refused(as_sari: Browser) -> None:
    answer = as_sari.get("/siapa", headers={"Host": "jahat.example"})
    assert answer.status_code == 400
    assert "Sari" not in answer.get_data(as_text=True)


def test_a_form_is_small_and_only_uploads_may_be_bigger(as_sari: Browser) -> None:
    big = "x" * 5_000_000
    answer = as_sari.post("/buka", {"name": big})
    assert answer.status_code == 413
    assert "Tekan Kembali" in answer.get_data(as_text=True)
    for size, status in ((3_000_000, 200), (5_000_000, 413)):
        boundary, body = encode_multipart(
            {"csrf_token": as_sari.token(), "file": FileStorage(BytesIO(b"y" * size), "a.xlsx")}
        )
        sent = as_sari.client.post("/unggah", data=body, content_type=f"multipart/form-data; boundary={boundary}")
        assert sent.status_code == status


def test_the_rail_shows_what_the_role_may_open(as_sari: Browser, as_ratna: Browser) -> None:
    mine, hers = (browser.get("/saya").get_data(as_text=True) for browser in (as_sari, as_ratna))
    assert 'href="/siapa">Siapa <span class="count" data-figure="/siapa">7</span>' in mine
    assert "Petugas</a>" not in mine
    assert 'href="/pengaturan/petugas/">Petugas</a>' in hers
    assert "Siapa" not in hers


def test_the_app_needs_a_key_and_a_view_for_every_line(journal: Journal, shell: Shell) -> None:
    with pytest.raises(Misconfigured):
        make_app(shell, journal, [PEOPLE], {})
    with pytest.raises(Misconfigured):
        make_app(shell, journal, [PEOPLE, WebRoom([], [Nav("X", "nowhere.x", "self")])], {"SECRET_KEY": SECRET_KEY})
