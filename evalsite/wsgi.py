"""The WSGI application that granian serves."""

import os
import resource
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalsite.settings")
# A thread lets go of the interpreter at each query and gets it back after others' intervals. One that holds
# the database's write lock makes all wait for it, so the interval is far below Python's 5 ms.
sys.setswitchinterval(0.0005)
# A connection is a file to the system, and the usual 1,024 of a process are too few for hundreds of browsers.
_files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
if _files != resource.RLIM_INFINITY:
    _wanted = max(_files, 16_384)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (_wanted if _most == resource.RLIM_INFINITY else min(_wanted, _most), _most)
    )

application = get_wsgi_application()
