"""Limits on how often something may be tried, counted in the database and so alike for every process.

One statement adds one and tells the sum: of any number of tries at once as many pass as the limit says. A
cache does not count so unless it is Redis or memcached, and the site runs without either. Who tried is kept
as a keyed hash, for as long as the limit looks back.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from evalsite.models import Tries

_COUNT = f"""
INSERT INTO {Tries._meta.db_table} (who, tries, until) VALUES (%s, 1, %s)
ON CONFLICT (who) DO UPDATE SET
    tries = CASE WHEN {Tries._meta.db_table}.until <= %s THEN 1 ELSE {Tries._meta.db_table}.tries + 1 END,
    until = CASE WHEN {Tries._meta.db_table}.until <= %s THEN %s ELSE {Tries._meta.db_table}.until END
RETURNING tries
"""  # noqa: S608 - the table's own name
NETWORK_BITS = 64  # of an IPv6 address: what one household or office has


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `tries` in `seconds` from the first of them on; `name` tells one limit from another."""

    name: str
    tries: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """How often something was tried, with this time, and after how many seconds it may be tried again."""

    tries: int
    wait: int

    @property
    def is_over(self) -> bool:
        """Whether this was a try too many."""
        return self.wait > 0


# Raters of a classroom come from one address: only links that are none and places taken anew are counted.
SIGN_IN = Limit(name="sign-in of an account from an address", tries=10, seconds=900)
SIGN_IN_ADDRESS = Limit(name="sign-in from an address", tries=60, seconds=900)
SIGN_IN_ACCOUNT = Limit(name="sign-in of an account", tries=100, seconds=3600)
UNKNOWN_LINK = Limit(name="unknown link", tries=300, seconds=600)
UNKNOWN_TOKEN = Limit(name="unknown API token", tries=60, seconds=600)
JOIN_ADDRESS = Limit(name="join from an address", tries=300, seconds=600)
JOIN_LINK = Limit(name="join by a link", tries=1000, seconds=600)


def count(limit: Limit, who: str) -> Count:
    """Count a try by `who`. A try too many counts too, and does not lengthen the wait."""
    now = timezone.now()
    until = now + timedelta(seconds=limit.seconds)
    adapt = connection.ops.adapt_datetimefield_value
    told = [_digest(limit, who), *(adapt(moment) for moment in (until, now, now, until))]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_COUNT, told)
        ((tries,),) = cursor.fetchall()
    if tries == 1:
        Tries.objects.filter(until__lt=now).delete()
    if tries <= limit.tries:
        return Count(tries=tries, wait=0)
    ends = Tries.objects.filter(who=_digest(limit, who)).values_list("until", flat=True).first() or now
    return Count(tries=tries, wait=max(1, round((ends - now).total_seconds())))


def forget(limit: Limit, who: str) -> None:
    """Count what `who` does from nothing again."""
    Tries.objects.filter(who=_digest(limit, who)).delete()


def address_of(request: HttpRequest) -> str:
    """From where a request comes: behind proxies what the outermost of ours saw, of IPv6 the network.

    What stands further left in X-Forwarded-For was sent by the visitor, who may write anything there.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        told = hops[-min(settings.PROXIES, len(hops))] if hops else told
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if isinstance(address, IPv6Address):
        return str(ip_network((address, NETWORK_BITS), strict=False))
    return str(address)


def _digest(limit: Limit, who: str) -> str:
    return salted_hmac("evalsite.rate_limits", f"{limit.name}:{who}", algorithm="sha256").hexdigest()
