"""A root counts once a second person confirmed it, until it is withdrawn; what is no root is refused."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.signatures import queries, service
from app.platform.signatures.child import read_root_or_explain
from sync.journal import Journal
from sync.verification import verify_side
from tests.platform.people import PIN, START, Browser, actor_of
from tests.world import authority

Who = Callable[[str], Actor]
PAGE = "/pengaturan/akar/"
FROM = "Halaman resmi penyelenggara, dicocokkan lewat telepon"


def test_two_people_make_a_root_count_and_one_takes_it_back(
    journal: Journal, as_ratna: Browser, as_camat: Browser, tmp_path: Path
) -> None:
    der = authority.root().der
    empty = as_ratna.get(PAGE).get_data(as_text=True)
    assert "Belum ada sertifikat akar" in empty
    sent = {"certificate": (io.BytesIO(der), "akar.cer"), "source": FROM}
    assert as_ratna.post(PAGE, sent).status_code == 303
    assert queries.trusted_roots(journal.db) == [], "one person alone makes nothing count"
    own = as_ratna.get(PAGE).get_data(as_text=True)
    assert hashlib.sha256(der).hexdigest() in own
    assert "konfirmasi</button>" not in own
    with pytest.raises(Problem) as alone:
        service.confirm_root(journal, actor_of(journal.db, "ratna", START.date()), root_id=1, now=START)
    assert alone.value.sentence == service.OWN
    assert as_camat.post(f"{PAGE}1/konfirmasi", {"y1-pin": PIN}).status_code == 303
    assert queries.trusted_roots(journal.db) == [der]
    lost = as_ratna.post(f"{PAGE}1/cabut", {"w1-reason": ""})
    assert lost.status_code == 422
    assert queries.trusted_roots(journal.db) == [der]
    assert as_ratna.post(f"{PAGE}1/cabut", {"w1-reason": "Dicabut penyelenggara"}).status_code == 303
    assert queries.trusted_roots(journal.db) == []
    assert "Dicabut penyelenggara" in as_ratna.get(PAGE).get_data(as_text=True)
    assert verify_side(journal, "office", tmp_path / "scratch.sqlite3").faults == []


def test_what_is_no_root_is_refused_and_the_words_stay(as_ratna: Browser) -> None:
    for data in (b"", b"akar", authority.person("Orang Biasa").der, b"x" * (service.MOST_BYTES + 1)):
        sent = {"certificate": (io.BytesIO(data), "akar.cer"), "source": FROM}
        refused = as_ratna.post(PAGE, sent)
        assert refused.status_code == 422
        text = refused.get_data(as_text=True)
        assert "bukan sertifikat akar" in text
        assert FROM in text


def test_a_root_is_read_in_both_spellings_and_named() -> None:
    held = authority.root()
    pem = held.certificate.public_bytes(Encoding.PEM)
    facts = read_root_or_explain(pem)
    assert (facts.fault, facts.der, facts.subject) == (False, held.der, f"CN={authority.ROOT}")
    assert (facts.valid_from, facts.valid_until) == ("2025-01-01", "2027-12-31")
    assert read_root_or_explain(authority.person("Orang Biasa").der).fault


def test_without_the_extra_the_page_says_what_to_install(as_ratna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.platform.signatures.judging.find_spec", lambda _name: None)
    assert "requirements-signatures.txt" in as_ratna.get(PAGE).get_data(as_text=True)
    sent = {"certificate": (io.BytesIO(authority.root().der), "akar.cer"), "source": FROM}
    refused = as_ratna.post(PAGE, sent)
    assert refused.status_code == 409
    assert "requirements-signatures.txt" in refused.get_data(as_text=True)


def test_a_root_is_proposed_and_confirmed_once(journal: Journal) -> None:
    ratna, camat = (actor_of(journal.db, name, START.date()) for name in ("ratna", "camat"))
    propose = {"data": authority.root().der, "source": FROM, "now": START}
    made = service.propose_root(journal, ratna, **propose)
    with pytest.raises(Problem, match="sudah ada di daftar"):
        service.propose_root(journal, ratna, **propose)
    service.confirm_root(journal, camat, root_id=made, now=START)
    with pytest.raises(Problem, match="sudah dikonfirmasi"):
        service.confirm_root(journal, camat, root_id=made, now=START)


def test_a_root_is_a_file_of_a_bounded_size(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    ratna, der = actor_of(journal.db, "ratna", START.date()), authority.root().der
    propose = {"data": der, "source": FROM, "now": START}
    monkeypatch.setattr(service, "MOST_BYTES", len(der) - 1)
    with pytest.raises(Problem) as large:
        service.propose_root(journal, ratna, **propose)
    assert large.value.fields == {"certificate": service.NOT_A_ROOT}
    monkeypatch.setattr(service, "MOST_BYTES", len(der))
    assert service.propose_root(journal, ratna, **propose)
