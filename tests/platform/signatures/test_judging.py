"""A signed paper is taken only where every byte of it is what was handed over and one trusted person signed."""

import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
import typst
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from app.core.problems import Problem
from app.platform.printing.papers import with_empty_form
from app.platform.signatures import child, judging
from app.platform.signatures.verdict import FAULTS, Question, Verdict
from tests.world import authority

NOW = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
CAMAT = "Drs. Contoh Camat, M.Si."


@pytest.fixture(scope="module")
def handed() -> bytes:
    """A paper as it is handed over: one page of the typesetter."""
    page = b'#set document(title: "Surat")\n#set text(lang: "id")\nSurat nomor 005/1'
    made = typst.compile(page, pdf_standards=["a-2a", "ua-1"], timestamp=datetime(2026, 3, 12, tzinfo=UTC))
    assert isinstance(made, bytes)
    return with_empty_form(made)


@pytest.fixture(scope="module")
def signed(handed: bytes) -> bytes:
    return authority.sign(handed, authority.person(CAMAT))


def judged(question: Question) -> Verdict:
    """What the process of the check says, here: pyHanko begins a loop, and in this thread a browser's may run."""
    with ThreadPoolExecutor(1) as process:
        return process.submit(child.judge_or_explain, question).result()


def fault(pdf: bytes, handed: bytes, *roots: bytes, now: datetime = NOW) -> str:
    question = Question(pdf, len(handed), roots or (authority.root().der,), now.isoformat())
    return judged(question).fault


def test_both_judges_accept_what_was_signed_and_say_what_they_could_not_see(handed: bytes, signed: bytes) -> None:
    verdict = judging.judge_signed(signed, handed, [authority.root().der], NOW)
    assert (verdict.fault, verdict.signer, verdict.issuer) == ("", CAMAT, authority.ROOT)
    assert verdict.root == hashlib.sha256(authority.root().der).hexdigest()
    assert (verdict.valid_from[:10], verdict.valid_until[:10]) == ("2025-01-01", "2027-12-31")
    assert {"revocation", "time"} <= set(verdict.unchecked)
    assert verdict.stamped_at == ""
    assert judging.ask_second(signed) is not False


STAMPED = datetime(2026, 3, 11, 8, 30, tzinfo=UTC)


def stamped(handed: bytes, above: authority.Held) -> bytes:
    return authority.sign(handed, authority.person(CAMAT), stamped_by=authority.stamper(above, STAMPED))


def verdict_of(pdf: bytes, handed: bytes) -> Verdict:
    return judged(Question(pdf, len(handed), (authority.root().der,), NOW.isoformat()))


def test_a_time_stamp_of_a_trusted_authority_is_told_as_the_time(handed: bytes) -> None:
    verdict = verdict_of(stamped(handed, authority.root()), handed)
    assert (verdict.fault, verdict.stamped_at) == ("", STAMPED.isoformat())
    assert verdict.unchecked == ("revocation",)


def test_a_time_stamp_of_a_stranger_is_no_time_and_the_signature_stands(handed: bytes) -> None:
    verdict = verdict_of(stamped(handed, authority.authority_named("Akar Asing")), handed)
    assert (verdict.fault, verdict.stamped_at) == ("", "")
    assert verdict.unchecked == ("revocation", "time")


def test_a_stamp_of_another_signature_is_no_time(handed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service stamped other bytes than those of the signature that it is put on."""
    service = authority.stamper(authority.root(), STAMPED)
    asked = service.async_timestamp
    monkeypatch.setattr(service, "async_timestamp", lambda digest, algorithm: asked(digest[::-1], algorithm))
    verdict = verdict_of(authority.sign(handed, authority.person(CAMAT), stamped_by=service), handed)
    assert (verdict.fault, verdict.stamped_at) == ("tampered", "")


def changed(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_a_changed_byte_is_refused_wherever_it_stands(handed: bytes, signed: bytes) -> None:
    in_the_paper = changed(signed, len(handed) // 2)
    with pytest.raises(Problem) as other:
        judging.judge_signed(in_the_paper, handed, [authority.root().der], NOW)
    assert other.value.fields == {"signed": FAULTS["other_paper"]}
    assert fault(in_the_paper, handed) in ("tampered", "unreadable")
    # the time that the signature dictionary says stands in the signed bytes
    at = signed.index(b"/M (D", len(handed)) + 12
    assert fault(changed(signed, at), handed) == "tampered"


def test_the_second_judge_refuses_a_changed_byte_too(handed: bytes, signed: bytes) -> None:
    at = signed.index(b"/M (D", len(handed)) + 12
    assert judging.ask_second(signed) is True
    assert judging.ask_second(changed(signed, at)) is False


def test_without_the_second_judge_the_verdict_says_so(
    handed: bytes, signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "TOOL", "no-such-tool-350899")
    monkeypatch.setattr(judging, "ask_child", judged)
    verdict = judging.judge_signed(signed, handed, [authority.root().der], NOW)
    assert verdict.unchecked == ("revocation", "time", "second_judge")


def test_an_unsigned_paper_and_one_signed_twice_are_refused(handed: bytes, signed: bytes) -> None:
    assert fault(handed, handed) == "unsigned"
    with pytest.raises(Problem) as bare:
        judging.judge_signed(handed, handed, [authority.root().der], NOW)
    assert bare.value.fields == {"signed": FAULTS["unsigned"]}
    twice = authority.sign(signed, authority.person("Orang Kedua"), field="TTE2")
    assert fault(twice, handed) == "several"


def with_other_page(pdf: bytes) -> bytes:
    """The PDF with other words on its first page, in an update after what is there."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT (Surat lain) Tj ET"))
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_was_changed_before_or_after_the_signature_is_refused(handed: bytes, signed: bytes) -> None:
    assert fault(with_other_page(signed), handed) == "changed_after"
    assert fault(authority.sign(with_other_page(handed), authority.person(CAMAT)), handed) == "changed_before"


def test_a_chain_that_ends_elsewhere_or_is_out_of_force_is_refused(handed: bytes, signed: bytes) -> None:
    foreign = authority.authority_named("Akar Lain")
    assert fault(signed, handed, foreign.der) == "chain"
    # a root of the same name with another key is another root
    assert fault(signed, handed, authority.issue(authority.ROOT, None).der) == "chain"
    assert fault(signed, handed, now=datetime(2028, 1, 1, tzinfo=UTC)) == "not_in_force"
    question = Question(signed, len(handed), (), NOW.isoformat())
    assert judged(question).fault == "no_roots"


def test_rubbish_and_what_takes_too_long_end_in_a_sentence(handed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fault(handed + b"\n%%EOF junk", handed) in ("unsigned", "unreadable")
    assert fault(b"%PDF-1.7 nothing", b"%PDF") == "unreadable"

    def late(*_: object) -> None:
        raise subprocess.TimeoutExpired("child", 1)

    monkeypatch.setattr(judging, "run_bounded", late)
    with pytest.raises(Problem) as problem:
        judging.judge_signed(handed + b"x", handed, [], NOW)
    assert problem.value.fields == {"signed": FAULTS["too_much"]}


@pytest.mark.parametrize(
    ("coverage", "changes", "permitted", "told"),
    [
        ("ENTIRE_FILE", "NONE", True, ""),
        ("ENTIRE_REVISION", "NONE", True, ""),
        ("ENTIRE_REVISION", "LTA_UPDATES", True, ""),
        ("ENTIRE_REVISION", "FORM_FILLING", True, "changed_after"),
        ("ENTIRE_REVISION", "NONE", False, "changed_after"),
        ("CONTIGUOUS_BLOCK_FROM_START", "NONE", True, "changed_after"),
    ],
)
def test_nothing_but_proofs_of_time_may_follow_what_was_signed(
    coverage: str, changes: str, permitted: bool, told: str
) -> None:
    found = SimpleNamespace(
        intact=True,
        valid=True,
        coverage=SignatureCoverageLevel[coverage],
        diff_result=DiffResult(ModificationLevel[changes], set()),
        docmdp_ok=permitted,
    )
    assert child.fault_of(found) == told
    for name in ("intact", "valid"):
        assert child.fault_of(SimpleNamespace(**vars(found) | {name: False})) == "tampered"
    assert child.fault_of(SimpleNamespace(**vars(found) | {"diff_result": None})) == "changed_after"
