import io

import pytest
from flask import Blueprint
from htmx_flask import request

from app.platform.people.views import ROOM as PEOPLE
from app.platform.web.context import WebRoom
from app.platform.web.guard import needs_permission, passive
from tests.platform.people import PASSWORD, PIN, Browser, Clock

pages = Blueprint("desk", __name__)
seen: list[dict[str, str]] = []


@pages.post("/catat")
@needs_permission("case.open")
def note() -> str:
    seen.append(request.form.to_dict())
    return "tercatat"


@pages.get("/denyut")
@needs_permission("case.open")
@passive
def pulse() -> str:
    return "masih"


@pytest.fixture
def rooms() -> list[WebRoom]:
    seen.clear()
    return [PEOPLE, WebRoom([pages])]


def text(answer: object) -> str:
    return answer.get_data(as_text=True)


def test_an_idle_screen_locks_and_a_page_waits_behind_it(as_sari: Browser, clock: Clock) -> None:
    clock.forward(seconds=601)
    answer = as_sari.get("/saya?hal=2")
    assert answer.status_code == 423
    assert 'name="lanjut" value="/saya?hal=2"' in text(answer)
    opened = as_sari.post("/buka-kunci", {"kunci-pin": PIN, "lanjut": "/saya?hal=2"})
    assert opened.headers["Location"] == "/saya?hal=2"
    assert as_sari.get("/saya").status_code == 200


def test_a_locked_post_keeps_what_was_typed_and_goes_through(as_sari: Browser, clock: Clock) -> None:
    typed = {"name": "SITI <AMINAH> & Cie", "note": "baris satu\nbaris dua"}
    clock.forward(minutes=30)
    locked = as_sari.post("/catat", typed)
    assert locked.status_code == 423
    assert seen == []
    body = text(locked)
    assert 'action="/catat"' in body
    assert 'name="name" value="SITI &lt;AMINAH&gt; &amp; Cie"' in body
    assert "baris satu\nbaris dua" in body
    through = as_sari.post("/catat", {**typed, "kunci-sandi": PASSWORD})
    assert text(through) == "tercatat"
    assert [{name: value for name, value in form.items() if name != "csrf_token"} for form in seen] == [typed]


def test_no_view_ever_sees_the_secret(as_sari: Browser) -> None:
    as_sari.post("/catat", {"name": "A", "kunci-sandi": PASSWORD, "kunci-pin": PIN})
    assert set(seen[0]) == {"name", "csrf_token"}


def test_a_wrong_secret_keeps_the_form_and_says_so(as_sari: Browser, clock: Clock) -> None:
    clock.forward(minutes=30)
    answer = as_sari.post("/catat", {"name": "TETAP ADA", "kunci-pin": "111222"})
    assert answer.status_code == 423
    assert "TETAP ADA" in text(answer)
    assert "PIN tidak cocok. Sisa percobaan 4." in text(answer)
    assert "111222" not in text(answer)
    assert seen == []


def test_pin_is_dead_after_five_misses_and_the_password_still_opens(as_sari: Browser, clock: Clock) -> None:
    clock.forward(minutes=30)
    for _ in range(5):
        as_sari.post("/catat", {"name": "A", "kunci-pin": "111222"})
    refused = as_sari.post("/catat", {"name": "A", "kunci-pin": PIN})
    assert refused.status_code == 423
    assert "kunci-pin" not in text(refused)
    assert text(as_sari.post("/catat", {"name": "A", "kunci-sandi": PASSWORD})) == "tercatat"


def test_after_a_working_day_only_the_password_opens(as_sari: Browser, clock: Clock) -> None:
    for _ in range(15):
        clock.forward(minutes=9)
        as_sari.get("/saya")
    assert as_sari.get("/saya").status_code == 200
    clock.forward(hours=14)
    page = text(as_sari.get("/saya"))
    assert "masukkan kata sandi" in page
    assert as_sari.post("/catat", {"name": "A", "kunci-pin": PIN}).status_code == 423
    assert text(as_sari.post("/catat", {"name": "A", "kunci-sandi": PASSWORD})) == "tercatat"


def test_work_keeps_awake_but_polling_does_not(as_sari: Browser, clock: Clock) -> None:
    for _ in range(3):
        clock.forward(minutes=9)
        assert as_sari.get("/saya").status_code == 200
    for _ in range(3):
        clock.forward(minutes=4)
        as_sari.get("/denyut", headers={"HX-Request": "true"})
    assert as_sari.get("/saya").status_code == 423


def test_the_cover_for_htmx_leaves_the_page_alone(as_sari: Browser, clock: Clock) -> None:
    clock.forward(minutes=30)
    cover = as_sari.post("/catat", {"name": "A"}, htmx=True)
    assert (cover.status_code, cover.headers["HX-Retarget"], cover.headers["HX-Reswap"]) == (
        423,
        "#lock",
        "innerHTML",
    )
    assert "<html" not in text(cover)
    assert as_sari.get("/denyut", headers={"HX-Request": "true"}).status_code == 204
    wrong = as_sari.post("/buka-kunci", {"kunci-sandi": "bukan ini"}, htmx=True)
    assert wrong.status_code == 423
    opened = as_sari.post("/buka-kunci", {"kunci-pin": PIN}, htmx=True)
    assert opened.headers["HX-Trigger-After-Settle"] == "loket:unlocked"
    assert text(as_sari.post("/catat", {"name": "A"}, htmx=True)) == "tercatat"


def test_locking_by_hand_holds_and_signing_out_works(as_sari: Browser, office_db: object) -> None:
    assert as_sari.post("/kunci").status_code == 303
    assert as_sari.get("/saya").status_code == 423
    assert as_sari.post("/keluar").headers["Location"] == "/masuk"


def test_locking_by_hand_covers_the_page_where_a_script_asked_for_it(as_sari: Browser) -> None:
    covered = as_sari.post("/kunci", htmx=True)
    assert (covered.status_code, 'class="lock"' in text(covered), "<html" in text(covered)) == (200, True, False)
    assert as_sari.get("/saya").status_code == 423


def test_a_chosen_file_must_be_chosen_again(as_sari: Browser, clock: Clock) -> None:
    clock.forward(minutes=30)
    answer = as_sari.post("/catat", {"name": "A", "file": (io.BytesIO(b"x"), "register.xlsx")})
    assert "Dokumen perlu dipilih lagi" in text(answer)
    assert "register.xlsx" in text(answer)


def test_a_clock_that_jumped_back_locks(as_sari: Browser, clock: Clock) -> None:
    clock.forward(days=-400)
    assert as_sari.get("/saya").status_code == 423
