"""The process that checks one signed paper: a question on stdin, the verdict on stdout, gone afterwards.

A signed PDF comes from outside: it is read only here, bounded in memory and time, without network and without a file
written. Started as `python -m app.platform.signatures.child` by `app.platform.signatures.judging` only; with `second`
and a path it becomes `pdfsig`, under the same bounds. It names nobody on stderr.
"""

import logging
import os
import sys
import warnings
from datetime import datetime
from io import BytesIO
from typing import Any

import msgspec

from app.core.own_process import restrain_process
from app.platform.signatures.verdict import Question, RootFacts, Verdict

MEMORY = 1024 * 1024 * 1024
SECONDS = 30
"""Of reckoning. A letter takes 1 on a good PC."""


def main() -> None:
    restrain_process(SECONDS, MEMORY)
    if sys.argv[1:2] == ["second"]:
        os.execvp("pdfsig", ["pdfsig", "-nocert", sys.argv[2]])
    logging.disable()  # what pyHanko logs may name the signer
    if sys.argv[1:2] == ["root"]:
        sys.stdout.buffer.write(msgspec.msgpack.encode(read_root_or_explain(sys.stdin.buffer.read())))
        return
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    sys.stdout.buffer.write(msgspec.msgpack.encode(judge_or_explain(question)))


def judge_or_explain(question: Question) -> Verdict:
    """The verdict on a signed paper. Whatever breaks the reader, a fault comes out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return judge_pdf(question)
    except MemoryError:
        return Verdict(fault="too_much")
    except Exception:  # noqa: BLE001 - a hostile file may break a parser anywhere
        return Verdict(fault="unreadable")


def judge_pdf(question: Question) -> Verdict:
    """One signature over the whole of what was handed over, which nothing else changed before or after it."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(question.pdf))
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return Verdict(fault="unsigned")
    if len(signatures) > 1:
        return Verdict(fault="several")
    status = check_signature(signatures[0], question)
    fault = fault_of(status) or fault_before(reader, question)
    found = describe(status)
    return msgspec.structs.replace(found, fault=fault or chain_fault(status, question))


def check_signature(signature: Any, question: Question) -> Any:
    """What pyHanko says of a signature, against nothing but these roots."""
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = [Certificate.load(root) for root in question.roots]
    at = datetime.fromisoformat(question.at)
    trust = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at, revocation_mode="soft-fail")
    return validate_pdf_signature(signature, trust, trust)


def fault_of(status: Any) -> str:
    """Whether the bytes are those that were signed, and nothing but proofs of time was added afterwards."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if not (status.intact and status.valid):
        return "tampered"
    covered = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    changes = status.diff_result
    if not covered or not isinstance(changes, DiffResult) or not status.docmdp_ok:
        return "changed_after"
    if changes.modification_level <= ModificationLevel.LTA_UPDATES:
        return ""
    return "changed_after"


def fault_before(reader: Any, question: Question) -> str:
    """Whether anything but the signature and its visible block was put on what was handed over."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import DiffResult

    handed = PdfFileReader(BytesIO(question.pdf[: question.handed]))
    changes = signing_policy().review_file(reader, handed.xrefs.total_revisions - 1)
    if isinstance(changes, DiffResult):
        return ""
    return "changed_before"


def signing_policy() -> Any:
    """What signing may add: a signature field with its widget, and the flags of the form that tell of it."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, FormUpdatingRule, StandardDiffPolicy
    from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON

    own: Any = DEFAULT_DIFF_POLICY
    form = FormUpdatingRule(own.form_rule.field_rules, {*ACROFORM_EXEMPT_STRICT_COMPARISON, "/SigFlags"})
    return StandardDiffPolicy(own.global_rules, form)


def chain_fault(status: Any, question: Question) -> str:
    """Whether the chain ends at a root that is trusted, with certificates that are in force and may sign."""
    if not question.roots:
        return "no_roots"
    if status.trusted and status.seed_value_ok:
        if are_stamps_whole(status):
            return ""
        return "tampered"
    until = status.signing_cert.not_valid_after
    since = status.signing_cert.not_valid_before
    if since <= datetime.fromisoformat(question.at) <= until:
        return "chain"
    return "not_in_force"


def are_stamps_whole(status: Any) -> bool:
    """Whether the time stamps of a signature are about it and unchanged. One of an authority that nobody here trusts is
    whole: its time is told as not checked."""
    stamps = [status.timestamp_validity, status.content_timestamp_validity]
    return all(stamp.valid and stamp.intact for stamp in stamps if stamp is not None)


def describe(status: Any) -> Verdict:
    """Who signed by which certificate, when by whose word, and what nobody could check here."""
    certificate = status.signing_cert
    stamp = status.timestamp_validity
    unchecked: tuple[str, ...] = ("revocation", "time")
    claimed_at = ""
    stamped_at = ""
    if status.signer_reported_dt:
        claimed_at = status.signer_reported_dt.isoformat()
    if stamp is not None and stamp.valid and stamp.trusted:
        unchecked = ("revocation",)
        stamped_at = stamp.timestamp.isoformat()
    names = certificate.subject.native
    return Verdict(
        signer=text_of(names.get("common_name")),
        organisation=text_of(names.get("organization_name")),
        issuer=text_of(certificate.issuer.native.get("common_name")),
        root=root_of(status),
        valid_from=certificate.not_valid_before.isoformat(),
        valid_until=certificate.not_valid_after.isoformat(),
        claimed_at=claimed_at,
        stamped_at=stamped_at,
        unchecked=unchecked,
    )


def text_of(value: Any) -> str:
    """A part of a name; several of one kind after each other, and never longer than a line."""
    if isinstance(value, list):
        parts = value
    else:
        parts = [value or ""]
    return "".join(sign for sign in ", ".join(map(str, parts)) if sign.isprintable())[:200]


def root_of(status: Any) -> str:
    """The SHA-256 of the root at which the chain ends; empty where it ends nowhere that is known."""
    path = status.validation_path
    if path is None:
        return ""
    return str(path.trust_anchor.certificate.sha256.hex())


def read_root_or_explain(data: bytes) -> RootFacts:
    """What a root certificate says of itself. Whatever breaks the reader, a fault comes out."""
    try:
        return read_root(data)
    except Exception:  # noqa: BLE001 - a hostile file may break a parser anywhere
        return RootFacts(fault=True)


def read_root(data: bytes) -> RootFacts:
    """A certificate, DER or PEM, that its own authority issued to itself and may issue others by."""
    from cryptography import x509

    if b"-----BEGIN" in data:
        found = x509.load_pem_x509_certificate(data)
    else:
        found = x509.load_der_x509_certificate(data)
    found.verify_directly_issued_by(found)
    if not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        return RootFacts(fault=True)
    from cryptography.hazmat.primitives.serialization import Encoding

    since = found.not_valid_before_utc.date()
    until = found.not_valid_after_utc.date()
    name = text_of(found.subject.rfc4514_string())
    return RootFacts(
        der=found.public_bytes(Encoding.DER), subject=name, valid_from=since.isoformat(), valid_until=until.isoformat()
    )


if __name__ == "__main__":
    main()
