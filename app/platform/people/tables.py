"""Tables that only this room writes: official ones, and those that live beside the journal, which say so."""

from schema.database import Table


class Person(Table):
    """Somebody who signs in. `area` is the ten-digit village code of a village clerk.

    `roles` (in the order of the profile) and `role_names` (in words) are there where `queries.list_people` read it.
    """

    roles: tuple[str, ...]
    role_names: str

    @property
    def title_or_roles(self) -> str:
        """What somebody is called beside the name: the own title, else the roles, which several posts may share."""
        return str(self.title or self.role_names)


class PersonRole(Table):
    """One role of one person."""


class Acting(Table):
    """Who acts for a post (`plt`, `plh`) or signs in its name (`an`), by which decree and when."""


class AuthorityChange(Table):
    """A change of what a person may do: `act` is one of `app.platform.people.queries.ACTS`, the two people by user
    name.

    `second` is empty where none is asked (one's own secret), `alone` says that one was due and nobody stood behind it.
    """


class OfficeProfile(Table):
    """The profile by which a side works; without a row the standard one."""


class AuthorityProposal(Table):
    """What waits for a second person: `body` is JSON, `secret` the hash of a first password. Beside the journal."""


class Credential(Table):
    """Hashes of password and PIN; from when the PIN decides, which change its owner read last. Beside the journal."""


class SignInSession(Table):
    """An open browser session; `key` is the SHA-256 of the token in its cookie. Beside the journal."""


class Authenticator(Table):
    """Somebody's authenticator app that counts: salt of its key, drift of its clock, newest step used. Beside the
    journal."""


class AuthenticatorOffer(Table):
    """An app that its owner is about to install; it counts after its first code. Beside the journal."""


class SpareCode(Table):
    """A printed code that opens once in the place of the app: its hash, and when it was used. Beside the journal."""


class TrustedBrowser(Table):
    """A browser in which the second step was passed; `key` is the SHA-256 of its cookie. Beside the journal."""


class AuthenticatorRole(Table):
    """A role whose holders must have an authenticator app."""


class SignInAttempt(Table):
    """A try to sign in or unlock, for the rate limit. Beside the journal."""


class KnownPlace(Table):
    """A browser or an address where somebody's password was right, and the wrong PINs there. Beside the journal."""


class AccessLine(Table, table="access_log"):
    """A line of the append-only access log: sign-ins and views of full numbers. Beside the journal.

    Lists add `name`; it is empty when nobody known stood behind it.
    """

    name: str
