"""`program.py found`, `program.py serve PORT`, `program.py talk`: one side of morango, in its own environment.

`talk` reads one JSON document a line and answers each with one, as `bench.peers.sides` asks.
"""

import json
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django  # noqa: E402

django.setup()

from bench_records.models import COLUMNS, PROFILE, Record  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402
from morango.models.certificates import Certificate, Filter, ScopeDefinition  # noqa: E402
from morango.models.core import InstanceIDModel  # noqa: E402
from morango.sync.controller import MorangoProfileController  # noqa: E402


def use_wal(connection, **_signal):
    """As Kolibri runs it: readers do not wait for a writer. Commits wait for the disk as in ours."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")


connection_created.connect(use_wal)


def found():
    """Tables, and the certificate that both sides will hold."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    ScopeDefinition.objects.create(
        id="all",
        profile=PROFILE,
        version=1,
        primary_scope_param_key="office",
        description="all",
        read_filter_template="",
        write_filter_template="",
        read_write_filter_template="${office}",
    )
    Certificate.generate_root_certificate("all")
    connection.close()


def serve(port):
    """The server until it is killed."""
    from waitress import serve as serve_wsgi

    InstanceIDModel.get_or_create_current_instance()
    serve_wsgi(get_wsgi_application(), host="127.0.0.1", port=port, threads=8)


def write(lines):
    """Lines into the client's table, in one transaction."""
    certificate = Certificate.objects.get()
    with transaction.atomic():
        for line in lines:
            record = Record(line=line["id"], partition=certificate.id)
            for column in COLUMNS:
                setattr(record, column, str(line.get(column, "")))
            record.save()


def push(address):
    """One exchange as an application would make it: session, push, end."""
    certificate = Certificate.objects.get()
    controller = MorangoProfileController(PROFILE)
    line = controller.create_network_connection(address)
    session = line.create_sync_session(certificate, certificate)
    client = session.get_push_client()
    client.initialize(Filter(certificate.id))
    client.run()
    client.finalize()
    session.close_sync_session()
    line.close()


def count():
    """How many lines are there."""
    return Record.objects.count()


def answer(asked):
    """What one question comes to."""
    if asked["do"] == "write":
        write(json.loads(line) for line in Path(asked["file"]).read_text(encoding="utf-8").splitlines())
        return {}
    if asked["do"] == "push":
        begun = time.perf_counter()
        push(asked["address"])
        return {"seconds": time.perf_counter() - begun}
    return {"count": count()}


def talk():
    """Questions from stdin until it ends."""
    InstanceIDModel.get_or_create_current_instance()
    for text in sys.stdin:
        try:
            said = answer(json.loads(text))
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            said = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    {"found": found, "talk": talk}.get(sys.argv[1], lambda: serve(int(sys.argv[2])))()
