"""An authority of the tests' own: a root, people who sign with certificates of it, and PDFs that they signed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import NamedTuple

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

SINCE, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)
ROOT = "Akar Uji 350899"
SIGN_ONLY = (True, True, False, False, False, False, False, False, False)
ISSUE_ONLY = (False, False, False, False, False, True, True, False, False)


PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Held(NamedTuple):
    """A certificate and the key that belongs to it."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def issue(name: str, issuer: Held | None, until: datetime = UNTIL, *, stamps: bool = False) -> Held:
    """A certificate: of an authority where nobody issued it but itself, else of somebody who signs papers, or who only
    `stamps` them with the time."""
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1())
    if stamps:  # pyHanko's own service stamps with RSA only
        key = rsa.generate_private_key(65537, 2048)
    is_root = issuer is None
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    by = issuer.key if issuer else key
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key())
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(is_root, None), critical=True)
        .add_extension(x509.KeyUsage(*(ISSUE_ONLY if is_root else SIGN_ONLY)), critical=True)
        .add_extension(own, critical=False)
        .add_extension(above, critical=False)
    )
    if stamps:
        built = built.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Held(built.sign(by, hashes.SHA256()), key)


@cache
def authority_named(name: str) -> Held:
    return issue(name, None)


def root() -> Held:
    """The authority that offices of the tests trust."""
    return authority_named(ROOT)


@cache
def person(name: str) -> Held:
    """Somebody who signs papers, with a certificate of that authority."""
    return issue(name, root())


def private_key(who: Held) -> PrivateKeyInfo:
    return PrivateKeyInfo.load(who.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def stamper(above: Held, at: datetime) -> DummyTimeStamper:
    """A service that stamps every signature with the same moment, below an authority."""
    service, store = issue("Cap Waktu Uji", above, stamps=True), SimpleCertificateStore()
    store.register(Certificate.load(above.der))
    own = Certificate.load(service.der)
    return DummyTimeStamper(own, private_key(service), certs_to_embed=store, fixed_dt=at)


def sign(
    pdf: bytes, who: Held, above: Held | None = None, field: str = "TTE", stamped_by: DummyTimeStamper | None = None
) -> bytes:
    """The PDF with a signature and its visible block, as the client of a provider adds them."""
    store = SimpleCertificateStore()
    store.register(Certificate.load((above or root()).der))
    own = Certificate.load(who.der)
    signer = signers.SimpleSigner(signing_cert=own, signing_key=private_key(who), cert_registry=store)
    asked = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    place = fields.SigFieldSpec(field, box=(300, 100, 500, 160))
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    with ThreadPoolExecutor(1) as client:  # pyHanko begins a loop of its own, and in this thread a browser's may run
        how = {"signer": signer, "new_field_spec": place, "timestamper": stamped_by}
        made = client.submit(signers.sign_pdf, writer, asked, **how).result()
    return bytes(made.getvalue())
