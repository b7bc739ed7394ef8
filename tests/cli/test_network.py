"""The office opened to its network: what the proxy is told, who may open it, what is said. See also test_proxy."""

import io
import json
import os
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import compose
from app.cli.demo.sides import make_sides
from app.cli.network import caddy_version, systemd_unit
from app.compose_office import make_office_app
from app.core.problems import Problem
from app.platform.office import proxy
from app.platform.office.queries import network_plan
from app.platform.office.service import set_network
from app.platform.people.queries import actor_named
from tests.cli.test_command_line import call
from tests.platform.people import Browser
from tests.world.cast import PASSWORD

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NAME, ADDRESS = "loket.kantor", "127.0.0.2"


def furnish(folder: Path) -> Path:
    """A set-up office of its own; returns its data folder."""
    sides = make_sides(folder, centre_address="127.0.0.1:9", now=NOW, on=date(2026, 3, 2))
    sides.close()
    return sides.side_folder("office")


# -- what the proxy is told ------------------------------------------------------------------------------------


def test_the_configuration_serves_one_address_and_its_names_only() -> None:
    way = proxy.parse_door("192.168.1.10", " Loket.Kantor ")
    told = proxy.caddy_configuration(way, Path("/data/proksi"))
    server = told["apps"]["http"]["servers"]["loket"]
    big, first, last = server["routes"]
    assert way.links == ["https://loket.kantor/", "https://192.168.1.10/"]
    assert server["listen"] == ["192.168.1.10:443"]
    assert list(told["apps"]["http"]["servers"]) == ["loket"]
    assert first["match"] == [{"host": ["loket.kantor", "192.168.1.10"]}]
    assert big["match"][0]["host"] == first["match"][0]["host"]
    assert first["handle"][0]["max_size"] == proxy.BODY_LIMIT
    assert first["handle"][1]["upstreams"] == [{"dial": "127.0.0.1:8035"}]
    assert "buffer_requests" not in first["handle"][1]
    assert last["handle"] == [{"handler": "static_response", "abort": True}]
    assert told["admin"]["disabled"] is True
    assert told["storage"]["root"] == str(Path("/data/proksi/simpanan").absolute())
    assert "Strict-Transport-Security" not in json.dumps(told)
    assert proxy.door_of(json.loads(json.dumps(told))) == way


def test_the_proxy_waits_as_long_as_a_slow_desk_needs_and_takes_no_big_heads() -> None:
    """A slow client is ended, an idle line too; the proxy drops its own line before the office, which keeps one for
    two minutes, and what reads on for ten minutes is a file from a slow disk."""
    way = proxy.parse_door("192.168.1.10", "loket.kantor", 8443, 8036)
    server = proxy.caddy_configuration(way, Path("/data/proksi"))["apps"]["http"]["servers"]["loket"]
    assert server["listen"] == ["192.168.1.10:8443"]
    waits = [server[name] for name in ("read_header_timeout", "read_timeout", "idle_timeout")]
    assert waits == ["10s", "10m", "2m"]
    assert (server["max_header_bytes"], server["protocols"]) == (32 * 1024, ["h1", "h2"])
    assert server["automatic_https"] == {"disable_redirects": True}
    assert [route.get("terminal", False) for route in server["routes"]] == [True, True, False]
    assert [route.get("terminal", False) for route in server["errors"]["routes"]] == [True, False]
    passed = proxy.to_office(way)
    assert passed["transport"]["keep_alive"] == {"enabled": True, "idle_timeout": "60s"}
    assert passed["upstreams"] == [{"dial": "127.0.0.1:8036"}]
    assert passed["headers"]["request"]["delete"] == ["Forwarded", "X-Real-Ip"]
    assert set(passed["headers"]["request"]["set"]) == {f"X-Forwarded-{name}" for name in ("For", "Host", "Proto")}
    [too_big] = server["routes"][0]["handle"]
    assert (too_big["status_code"], too_big["headers"]["Cache-Control"]) == ("413", ["no-store"])


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("2.6.2", {"buffer_requests": True, "max_buffer_size": proxy.BUFFER}),
        ("v2.6.4 h1:2hwYqiRwk1tf3VruhMpLcYTg+11fCdr8S3jhNAdnPy8=", {"request_buffers": proxy.BUFFER}),
        ("v2.10.0", {"request_buffers": proxy.BUFFER}),
        ("2.6.3", {"buffer_requests": True, "max_buffer_size": proxy.BUFFER}),
        ("1.9.9", {"buffer_requests": True, "max_buffer_size": proxy.BUFFER}),
        ("3.0.0", {"request_buffers": proxy.BUFFER}),
        ("", {}),
        ("(devel)", {}),
    ],
)
def test_the_proxy_waits_for_small_bodies_in_the_words_of_its_version(version: str, words: dict[str, object]) -> None:
    told = proxy.to_office(proxy.parse_door("192.168.1.10"), version)
    assert {key: told[key] for key in told if "buffer" in key} == words


def test_no_page_takes_a_bigger_file_than_the_proxy() -> None:
    from app.casework.importing.spreadsheet import MAX_BYTES

    assert MAX_BYTES + 1_048_576 < proxy.BODY_LIMIT
    sizes = (0, 999_999, proxy.BODY_LIMIT - 1, proxy.BODY_LIMIT, 30_000_000, 99_999_999, 100_000_000, 10**12)
    assert [size for size in sizes if re.match(proxy.TOO_BIG, str(size))] == [*sizes[3:]]


@pytest.mark.parametrize(
    "name",
    [
        "loket kantor",
        "loket\n:80",
        "a{env.HOME}",
        "*.kantor",
        "loket.kantor:80",
        "http://loket",
        '"',
        "-a",
        "a..b",
        "a.",
        "10.0.0.1",
        "x" * 64,
        "ʟoket",
        "a/b",
        "a,b",
    ],
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Problem) as told:
        proxy.parse_door("192.168.1.10", name)
    assert list(told.value.fields) == ["name"]


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "0.0.0.0",
        "",
        "192.168.1",
        "::1",
        "224.0.0.1",
        "255.255.255.255",
        "10.0.0.1:80",
        "192.168.1.10\n",
        "0x7f.1",
        "{a}",
    ],
)
def test_only_an_address_of_an_office_network_is_opened(address: str) -> None:
    with pytest.raises(Problem) as told:
        proxy.parse_door(address.rstrip("\n") + ("x" if address.endswith("\n") else ""))
    assert list(told.value.fields) == ["address"]
    assert [proxy.parse_door(one).address for one in ("10.8.0.1", "100.64.0.7")] == ["10.8.0.1", "100.64.0.7"]


@given(st.text(max_size=40))
def test_whatever_is_typed_stays_a_plain_name(text: str) -> None:
    try:
        way = proxy.parse_door("192.168.1.10", text)
    except Problem:
        return
    assert re.fullmatch(r"[a-z0-9.-]*", way.name)


def test_ports_and_folders_that_cannot_be_are_refused() -> None:
    for port, office in ((0, 8035), (8035, 8035), (443, 70000)):
        with pytest.raises(Problem):
            proxy.parse_door("192.168.1.10", "", port, office)
    with pytest.raises(Problem):
        proxy.caddy_configuration(proxy.parse_door("192.168.1.10"), Path("/data/{env.HOME}/proksi"))


def test_the_service_of_the_proxy_quotes_its_folder() -> None:
    text = systemd_unit(Path('/srv/data "kantor" 100%/$HOME/caddy.json'))
    assert r'--config "/srv/data \"kantor\" 100%%/$$HOME/caddy.json"' in text
    assert "AmbientCapabilities=CAP_NET_BIND_SERVICE" in text


# -- the settings of the office --------------------------------------------------------------------------------


def test_without_tls_an_explicit_word_is_needed_and_every_page_says_so(tmp_path: Path) -> None:
    data = furnish(tmp_path)
    journal = compose.journal("office", compose.open_side("office", data))
    wiji = actor_named(journal.db, "wiji", date(2026, 3, 2))
    assert wiji is not None
    plan = set_network(journal, wiji, opened=True, hosts=ADDRESS, without_tls=False, now=NOW)
    assert (plan.listen, plan.proxied, plan.insecure) == ("127.0.0.1", True, False)
    plan = set_network(journal, wiji, opened=True, hosts=ADDRESS, without_tls=True, now=NOW)
    assert (plan.listen, plan.proxied, plan.insecure) == ("0.0.0.0", False, True)
    browser = Browser(make_office_app(journal, data, {"CLOCK": lambda: NOW}), "")
    assert "Jaringan kantor terbuka tanpa pengaman" in browser.get("/masuk").get_data(as_text=True)
    assert "Jaringan kantor terbuka tanpa pengaman" in browser.get("/tidak-ada").get_data(as_text=True)


def ask_network(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, data: Path, typed: str, *more: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed + "\n"))
    return call(capsys, "network", "--data", str(data), "--address", ADDRESS, "--name", NAME, *more)


def test_only_somebody_who_may_and_proves_it_opens_the_office(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = furnish(tmp_path)
    for typed, more, sentence in (
        (PASSWORD, (), "--user PENGGUNA"),
        (PASSWORD, ("--user", "retno"), "Sekretaris atau administrator"),
        ("salah semua", ("--user", "wiji"), "kata sandi tidak cocok"),
    ):
        code, _, complaint = ask_network(capsys, monkeypatch, data, typed, *more)
        assert (code, sentence in complaint) == (1, True)
    db = compose.open_side("office", data)
    assert not (data / "proksi").exists()
    assert not network_plan(db).proxied

    code, told, _ = ask_network(capsys, monkeypatch, data, PASSWORD, "--user", "Wiji")
    assert (code, "https://loket.kantor/" in told, "--fingerprint" in told) == (0, True, True)
    assert network_plan(db).hosts[-2:] == (NAME, ADDRESS)
    rows = db.run(
        "SELECT head, body FROM journal JOIN journal_body USING (id) WHERE kind = 'office.setting_changed' AND at > ?",
        (NOW,),
    )
    said = [(bytes(head), bytes(body)) for head, body in rows]
    assert all(b'"wiji"' in head for head, _ in said)
    assert [body.count(b"network.") for _, body in said] == [1, 1]  # open and hosts; nothing else was changed
    if os.name == "posix":
        assert (data / "proksi/caddy.json").stat().st_mode & 0o077 == 0
    code, told, _ = ask_network(capsys, monkeypatch, data, "")  # stands so already: nobody is asked
    assert (code, "sudah sesuai" in told) == (0, True)


def test_what_is_missing_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "belum ada basis data" in call(capsys, "network", "--data", str(tmp_path))[2]
    data = furnish(tmp_path)
    assert "Sebutkan alamat" in call(capsys, "network", "--data", str(data))[2]
    code, _, complaint = call(capsys, "network", "--data", str(data), "--fingerprint")
    assert (code, "belum ada: proksi membuatnya" in complaint) == (1, True)
    assert "tidak ada kantor" in call(capsys, "network", "--data", str(tmp_path / "pusat"))[2]


@pytest.mark.parametrize(("name", "last"), [("loket.kantor", 4), ("", 3)])
def test_the_page_for_other_desks_has_its_steps_and_the_fingerprint_in_rows_of_eight(name: str, last: int) -> None:
    digits = ":".join(f"{n:02X}" for n in range(32))
    page = proxy.desk_page(proxy.parse_door("192.168.1.10", name), "Kecamatan Contoh", digits)
    rows = [line.strip() for line in page.splitlines() if re.fullmatch(r" {3}[0-9A-F:]+", line)]
    assert ":".join(rows) == digits
    assert [len(row.split(":")) for row in rows] == [8] * 4
    steps = [int(step) for step in re.findall(r"^(\d)\. ", page, re.MULTILINE)]
    assert steps == list(range(1, last + 1))
    address = f"https://{name or '192.168.1.10'}/"
    assert f"{last}. Buka {address}" in page
    assert ("hosts tambahkan baris:  192.168.1.10 loket.kantor" in page) == bool(name)
    assert max(map(len, page.splitlines())) <= 78
    assert page.startswith("SERTIFIKAT LOKET - Kecamatan Contoh\n\n")


def test_doors_have_ports_that_there_are_and_two_of_them() -> None:
    for port, office_port, fine in (
        (1, 2, True),
        (65535, 65534, True),
        (65534, 65535, True),
        (0, 8035, False),
        (8443, 0, False),
        (65536, 8035, False),
        (8443, 65536, False),
        (8035, 8035, False),
    ):
        try:
            way = proxy.parse_door("192.168.1.10", "", port, office_port)
            assert (way.port, way.office_port) == (port, office_port)
            wrong = set()
        except Problem as problem:
            wrong = set(problem.fields)
        assert wrong == (set() if fine else {"port"}), (port, office_port)


@pytest.mark.parametrize(("script", "told"), [("", ""), ("echo v2.6.2", "v2.6.2\n"), ("echo v2.6.2; exit 1", "")])
def test_the_version_of_the_proxy_is_asked_of_it_where_it_is(
    script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script:
        (tmp_path / "caddy").write_text(f'#!/bin/sh\n[ "$1" = version ] || exit 9\n{script}\n')
        (tmp_path / "caddy").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert caddy_version() == told
