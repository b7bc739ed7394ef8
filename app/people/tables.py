"""Tables that only this room writes: the first four are official, the others live beside the journal."""

from __future__ import annotations

from peewee import AutoField, IntegerField, TextField

from schema.tables import Table


class Person(Table):
    """Somebody who signs in. `area` is the ten-digit village code of a village clerk."""

    id = IntegerField(primary_key=True)
    username = TextField()
    name = TextField()
    nip = TextField()
    rank = TextField()
    title = TextField()
    area = TextField(null=True)
    active = IntegerField()
    added_at = TextField()


class PersonRole(Table):
    person_id = IntegerField()
    role = TextField()

    class Meta:
        table_name = "person_role"
        primary_key = False


class Acting(Table):
    """Who acts for a post (`plt`, `plh`) or signs in its name (`an`), by which decree and when."""

    id = IntegerField(primary_key=True)
    post = TextField()
    kind = TextField()
    person_id = IntegerField()
    decree = TextField()
    from_on = TextField()
    until_on = TextField(null=True)
    set_at = TextField()
    instead_of = IntegerField(null=True)


class AuthorityChange(Table):
    """A change of what a person may do: `act` is one of `app.people.queries.ACTS`, the two people by user name.

    `second` is empty where none is asked (one's own secret), `alone` says that one was due and nobody stood behind it.
    """

    id = IntegerField(primary_key=True)
    act = TextField()
    person_id = IntegerField()
    proposed_by = TextField()
    second = TextField()
    detail = TextField()
    alone = IntegerField()
    at = TextField()

    class Meta:
        table_name = "authority_change"


class OfficeProfile(Table):
    """The profile by which a side works; without a row the standard one."""

    id = IntegerField(primary_key=True)
    profile = TextField()

    class Meta:
        table_name = "office_profile"


class AuthorityProposal(Table):
    """What waits for a second person: `body` is JSON, `secret` the hash of a first password. Beside the journal."""

    id = AutoField()
    person_id = IntegerField(null=True)
    body = TextField()
    secret = TextField(null=True)
    proposed_by = IntegerField()
    proposed_at = TextField()

    class Meta:
        table_name = "authority_proposal"


class Credential(Table):
    """Hashes of password and PIN; from when the PIN decides, which change its owner read last. Beside the journal."""

    person_id = IntegerField(primary_key=True)
    password = TextField()
    password_at = TextField()
    must_change = IntegerField()
    pin = TextField(null=True)
    pin_at = TextField(null=True)
    pin_misses = IntegerField()
    pin_from = TextField(null=True)
    told_to = IntegerField()


class SignInSession(Table):
    """An open browser session; `key` is the SHA-256 of the token in its cookie. Beside the journal."""

    key = TextField(primary_key=True)
    person_id = IntegerField()
    started_at = TextField()
    seen_at = TextField()
    locked_at = TextField(null=True)
    address = TextField()
    device = TextField()

    class Meta:
        table_name = "sign_in_session"


class SignInAttempt(Table):
    """A try to sign in or unlock, for the rate limit. Beside the journal."""

    id = AutoField()
    name_key = TextField()
    address = TextField()
    at = TextField()
    ok = IntegerField()

    class Meta:
        table_name = "sign_in_attempt"


class AccessLine(Table):
    """A line of the append-only access log: sign-ins and views of full numbers. Beside the journal."""

    id = AutoField()
    at = TextField()
    person_id = IntegerField(null=True)
    action = TextField()
    subject = TextField()
    detail = TextField()
    address = TextField()

    class Meta:
        table_name = "access_log"
