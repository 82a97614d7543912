"""`run`: the whole site on this machine, with a web server, a worker and the demo, until Ctrl-C."""

import argparse
import signal
import sys
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evalsite import login_links
from evalsite.launcher import HOST, Launcher, LauncherError, Service, check_port_is_free, only_one
from evalsite.preparation import ensure_admin, prepare

WEB_SECONDS = 60.0
WEB_THREADS = "8"
# Of one process. Granian counts a browser's idle connections among them, of which each has several, and lets
# whoever comes beyond wait until one of them is closed after half a minute.
WEB_CONNECTIONS = "8192"
LOGS = settings.VAR_DIR / "log"
WEB = Service(
    name="The web server",
    command=(
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST),
        *("--port", str(settings.PORT), "--workers", str(settings.WEB_WORKERS)),
        *("--blocking-threads", WEB_THREADS, "--backpressure", WEB_CONNECTIONS),
        "evalsite.wsgi:application",
    ),
    log=LOGS / "web.log",
)
WORKER = Service(
    name="The worker",
    command=(sys.executable, "-m", "celery", "-A", "evalsite", "worker", "--loglevel", "INFO"),
    log=LOGS / "worker.log",
)
DEMO = Service(name="The demo", command=(sys.executable, "manage.py", "demo"), may_end=True)


class Command(BaseCommand):
    help = "Run the site on this machine: web server, worker and demo; Ctrl-C ends them all."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="start without the demo comparison")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        launcher = Launcher(settings.BASE_DIR)
        try:
            with only_one(settings.VAR_DIR):
                self._run(launcher, demo=not options["no_demo"])
        except LauncherError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\nEnding: work that is under way goes on at the next start.")
        finally:
            launcher.stop()

    def _run(self, launcher: Launcher, *, demo: bool) -> None:
        check_port_is_free(settings.PORT)
        prepare()
        admin = ensure_admin()
        launcher.start(WEB)
        launcher.wait_for(f"http://{HOST}:{settings.PORT}/health/", seconds=WEB_SECONDS)
        self.stdout.write(f"evalsite is at {settings.SITE_URL}")
        self.stdout.write(f"Sign in as {admin.get_username()}, once and within a day, at")
        self.stdout.write(f"  {login_links.link_for(admin)}")
        self.stdout.write(f"Ctrl-C ends it. What its processes say is in {LOGS}.")
        self.stdout.flush()
        launcher.start(WORKER)
        if demo:
            launcher.start(DEMO)
        launcher.watch()


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
