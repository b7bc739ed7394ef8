"""Headers, static files and weights of every answer."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from tests.platform.people import Browser

ROOT = Path(__file__).resolve().parents[3]
POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
PAGES = (
    "/saya",
    "/pengaturan/petugas/",
    "/pengaturan/petugas/baru",
    "/pengaturan/petugas/penjabat",
    "/tidak-ada",
)
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.mark.parametrize("path", ["/masuk", *PAGES, "/static/loket.css", "/static/tidak-ada.css"])
def test_every_answer_carries_the_headers(as_ratna: Browser, path: str) -> None:
    headers = as_ratna.get(path).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Type"].endswith("; charset=utf-8")
    assert "Access-Control-Allow-Origin" not in headers


def test_pages_are_never_stored_and_the_cookie_is_closed(warga: Browser) -> None:
    answer = warga.get("/masuk")
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("loket_office=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_static_files_are_kept_for_ever_under_their_digest(warga: Browser) -> None:
    links = ASSET.findall(warga.get("/masuk").get_data(as_text=True))
    assert len(links) == 4
    for link in links:
        kept, bare = warga.get(link), warga.get(link.partition("?")[0])
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert bare.headers["Cache-Control"] == "public, max-age=604800"
        assert "Set-Cookie" not in kept.headers


def test_only_what_pages_load_is_served(warga: Browser) -> None:
    for hidden in (
        "fonts/NotoSans-Bold.ttf",
        "fonts/README.md",
        "vendor/README.md",
        "../run.py",
        "..%2frun.py",
    ):
        assert warga.get(f"/static/{hidden}").status_code == 404


def test_text_travels_compressed_and_says_the_same(as_ratna: Browser) -> None:
    plain = as_ratna.get("/static/loket.css")
    packed = as_ratna.get("/static/loket.css", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    page = as_ratna.get("/pengaturan/petugas/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"Semua petugas" in gzip.decompress(page.data)
    assert int(page.headers["Content-Length"]) == len(page.data)


@pytest.mark.parametrize("path", ["/masuk", *PAGES])
def test_a_page_weighs_little(as_ratna: Browser, warga: Browser, path: str) -> None:
    browser = warga if path == "/masuk" else as_ratna
    ask = {"Accept-Encoding": "gzip"}
    page = browser.get(path, headers=ask)
    links = set(ASSET.findall(gzip.decompress(page.data).decode())) | {
        "/static/fonts/noto-sans-regular.woff2",
        "/static/fonts/noto-sans-bold.woff2",
    }
    first = len(page.data) + sum(len(browser.get(link, headers=ask).data) for link in links)
    assert len(page.data) <= 15_000
    assert first <= 100_000


@pytest.mark.parametrize("path", ["/masuk", *PAGES])
def test_pages_hold_nothing_that_the_policy_forbids(as_ratna: Browser, warga: Browser, path: str) -> None:
    body = (warga if path == "/masuk" else as_ratna).get(path).get_data(as_text=True)
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:|hx-on", body) == []
    assert '"allowEval":false' in body
    assert re.findall(r'(?:href|src|action)="(?:https?:)?//[^"]*"', body) == []


def test_vendored_files_are_what_their_readme_says() -> None:
    for folder in (ROOT / "static" / "vendor", ROOT / "tests" / "vendor"):
        named = dict(re.findall(r"\| `([^`]+\.js)` \|.*\| `([0-9a-f]{64})` \|", (folder / "README.md").read_text()))
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}
        assert found == named
        assert found


def test_our_own_files_name_no_outside_address() -> None:
    files = [
        ROOT / "static" / "loket.css",
        ROOT / "static" / "loket.js",
        *(ROOT / "templates").rglob("*.html"),
    ]
    for path in files:
        found = set(re.findall(r"https?://[^\s\"')]+|@import|\beval\(|new Function", path.read_text(encoding="utf-8")))
        assert found <= {"http://www.w3.org/2000/svg"}, path


def test_scripts_keep_one_setting_in_the_browser_and_ask_for_no_sensor() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "static").glob("*.js"))
    assert set(re.findall(r"localStorage\.\w+\((\w+)", scripts)) == {"QUIET"}
    assert (
        re.findall(r"sessionStorage|indexedDB|document\.cookie|caches\.|getUserMedia|mediaDevices|geolocation", scripts)
        == []
    )
