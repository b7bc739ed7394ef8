"""Each shipped procedure can be signed in the offices that run it: by its posts, the head among them, nobody twice."""

from itertools import product

import pytest

from schema.definitions import SERVICES, load_definition
from schema.profiles import load_profile
from schema.service_checks import OfficeNames

RUN = [
    *(("kecamatan", service) for service in ("ktp-el", "kartu-pns", "ktm", "hotline")),
    *(("poltekkes", service) for service in ("ktm", "hotline")),
    ("biro", "kartu-pns"),
]


@pytest.mark.parametrize(("office", "service"), RUN)
def test_the_chain_of_signatures_has_a_post_for_each(office: str, service: str) -> None:
    profile = load_profile(office)
    d = load_definition(SERVICES / f"{service}.toml", office=OfficeNames(profile.nameable, profile.serving))
    chain = d.identity.signatories
    able = [[own for role in signatory.roles for own in profile.filled_by(role)] for signatory in chain]
    assert all(able)
    assert any(profile.chief in roles for roles in able)
    once = [
        roles
        for signatory, roles in zip(chain, able, strict=True)
        if not signatory.may_repeat and not signatory.on_paper
    ]
    assert any(len(set(chosen)) == len(once) for chosen in product(*once))
    holders = {role for one in d.distribution for role in one.roles}
    assert holders <= profile.nameable


def test_the_chains_are_those_of_the_covers() -> None:
    """Cover sheets of DI/ADUM/PR/046 and DI/ADUM/PR/029: made, checked by two, approved, enacted, controlled."""
    labels = {
        name: [signatory.label for signatory in load_definition(SERVICES / f"{name}.toml").identity.signatories]
        for name in ("ktm", "hotline")
    }
    assert labels == {
        "ktm": ["Dibuat oleh", *["Diperiksa oleh"] * 2, "Disetujui oleh", "Disahkan", "Pengendalian"],
        "hotline": ["Dibuat oleh", *["Diperiksa oleh"] * 2, "Disetujui oleh", "Disahkan oleh", "Pengendali"],
    }
    copies = {name: len(load_definition(SERVICES / f"{name}.toml").distribution) for name in labels}
    assert copies == {"ktm": 22, "hotline": 17}
    pns = load_definition(SERVICES / "kartu-pns.toml").identity
    assert (pns.number, pns.full_number, pns.issued_on, pns.revised_on, pns.effective_on) == ("", "", None, None, None)
    assert pns.signatories[-1].post == "Gubernur Kalimantan Selatan"
