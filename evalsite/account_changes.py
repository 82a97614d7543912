"""Note in the audit log who gets a role and who loses one, whichever way that is done.

Changes that go past the model, by SQL or `QuerySet.update`, are not seen.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, post_save, pre_save

from evalsite.audit import note

WATCHED = ("is_active", "is_superuser", "password")
BEFORE = "_as_it_was_before_saving"
_DEEDS = {"post_add": "given", "post_remove": "taken", "pre_clear": "taken"}


def watch() -> None:
    """Listen to accounts and their groups; called once, when the project starts."""
    m2m_changed.connect(_roles_changed, sender=User.groups.through, dispatch_uid="audit.roles")
    pre_save.connect(_remember, sender=User, dispatch_uid="audit.before")
    post_save.connect(_account_saved, sender=User, dispatch_uid="audit.after")


def _roles_changed(instance: User | Group, action: str, pk_set: Collection[int] | None, **_: Any) -> None:
    deed = _DEEDS.get(action)
    if deed is None:
        return
    if isinstance(instance, User):
        changed = instance.groups.all() if pk_set is None else Group.objects.filter(pk__in=pk_set)
        names = sorted(changed.values_list("name", flat=True))
        pairs = [(instance.username, names)] if names else []
    else:
        people = instance.user_set.all() if pk_set is None else User.objects.filter(pk__in=pk_set)
        pairs = [(person, [instance.name]) for person in people.values_list("username", flat=True)]
    for username, roles in pairs:
        note(actor=None, action="roles changed", subject=username, details={deed: roles})


def _remember(
    instance: User,
    update_fields: Collection[str] | None,
    raw: bool,  # noqa: FBT001 - signals name it so
    **_: Any,
) -> None:
    """Keep what the account was; a sign-in, which saves its time only, costs no query."""
    touched = [name for name in WATCHED if update_fields is None or name in update_fields]
    known = instance.pk is not None and touched and not raw
    found = User.objects.filter(pk=instance.pk).values(*touched).first() if known else None
    setattr(instance, BEFORE, found)


def _account_saved(
    instance: User,
    created: bool,  # noqa: FBT001 - signals name it so
    raw: bool,  # noqa: FBT001 - signals name it so
    **_: Any,
) -> None:
    before: dict[str, Any] = getattr(instance, BEFORE, None) or {}
    now = {name: getattr(instance, name) for name in before}
    changed = {name: value for name, value in now.items() if value != before[name]}
    if "password" in changed:
        changed["password"] = "another one"  # noqa: S105 - never the hash
    if created and not raw and instance.is_superuser:
        changed["is_superuser"] = True
    if changed:
        note(actor=None, action="account changed", subject=instance.username, details=changed)
