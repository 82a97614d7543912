"""The WSGI application that granian serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")
# A thread lets go of the interpreter at each query and gets it back after others' intervals. One that holds
# the database's write lock makes all wait for it, so the interval is far below Python's 5 ms.
sys.setswitchinterval(0.0005)

application = get_wsgi_application()
