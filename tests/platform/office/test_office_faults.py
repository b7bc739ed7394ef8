"""What a text asks of posts is looked at with the posts of this office: who registers must be able to."""

import pytest
from msgspec.structs import replace

from app.platform.office.standards import office_faults
from schema.definitions import load_all
from schema.profiles import load_profile
from schema.service_procedure import Registration

KTP = load_all()["ktp-el"]


@pytest.mark.parametrize(
    ("roles", "faulty"),
    [((), False), (("counter",), False), (("camat",), True), (("camat", "counter"), True), (("bank",), False)],
)
def test_who_registers_by_the_text_has_to_be_able_to_in_this_office(roles: tuple[str, ...], faulty: bool) -> None:
    """Nobody is named, somebody who may, somebody who may not, both, and a post that this office does not fill."""
    registration = Registration(roles=roles) if roles else None
    faults = list(office_faults(load_profile("kecamatan"), replace(KTP, registration=registration)))
    assert [where for where, _ in faults] == [("registration", "roles")] * int(faulty)
    assert all("Camat tidak berhak mendaftarkan permohonan" in why for _, why in faults)
