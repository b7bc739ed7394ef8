"""`program.py PORT`: the admin pages behind waitress; prints the port and the cookie of somebody who is signed in."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.test import Client  # noqa: E402
from waitress import serve  # noqa: E402

call_command("migrate", verbosity=0)
user = get_user_model().objects.create_superuser("bench")
client = Client()
client.force_login(user)
print(sys.argv[1], f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}", flush=True)
serve(get_wsgi_application(), host="127.0.0.1", port=int(sys.argv[1]), threads=8)
