"""The audit log is appended and never changed, on each engine; admins read it, and nobody else."""

import csv
import io

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from evalsite.audit import note
from evalsite.audit_log import COLUMNS
from evalsite.models import AuditEntry
from evalsite.roles import ADMIN, RESEARCHER

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace() -> User:
    grace = User.objects.create_user("grace")
    grace.groups.add(Group.objects.get(name=ADMIN))
    return grace


@pytest.fixture
def entry(grace: User) -> AuditEntry:
    note(actor=grace, action="closed a study", subject="tulips", details={"of": 4})
    return AuditEntry.objects.get(action="closed a study")


def change_it(entry: AuditEntry) -> None:
    AuditEntry.objects.filter(pk=entry.pk).update(subject="roses")


def save_it(entry: AuditEntry) -> None:
    entry.details = {}
    entry.save()


def delete_it(entry: AuditEntry) -> None:
    entry.delete()


def delete_all(entry: AuditEntry) -> None:
    AuditEntry.objects.all().delete()


def give_it_to_another(entry: AuditEntry) -> None:
    AuditEntry.objects.filter(pk=entry.pk).update(actor=User.objects.create_user("mallory"))


def write_over_it(entry: AuditEntry) -> None:
    verb = "REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{verb} INTO evalsite_auditentry (id, at, actor_name, action, subject, details) "
            "SELECT id, at, 'mallory', action, subject, details FROM evalsite_auditentry"
        )


def empty_the_table(entry: AuditEntry) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # References that wait for the commit would make it refuse for another reason.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("TRUNCATE evalsite_auditentry")
        else:
            cursor.execute("DELETE FROM evalsite_auditentry")


@pytest.mark.parametrize(
    "deed", [change_it, save_it, delete_it, delete_all, give_it_to_another, write_over_it, empty_the_table]
)
def test_the_database_refuses_to_change_or_delete_an_entry(entry: AuditEntry, deed) -> None:
    before = list(AuditEntry.objects.order_by("pk").values())
    with pytest.raises(IntegrityError), transaction.atomic():
        deed(entry)
    assert list(AuditEntry.objects.order_by("pk").values()) == before


def test_an_account_may_go_and_its_name_stays(entry: AuditEntry, grace: User) -> None:
    grace.delete()
    entry.refresh_from_db()
    assert (entry.actor, entry.actor_name) == (None, "grace")


def test_roles_and_accounts_leave_entries(grace: User) -> None:
    ada = User.objects.create_user("ada")
    researchers = Group.objects.get(name=RESEARCHER)
    ada.groups.add(researchers)
    ada.groups.add(researchers)  # nothing new
    researchers.user_set.remove(ada)
    researchers.user_set.add(ada)
    ada.groups.clear()
    ada.is_superuser = True
    ada.set_password("a long enough one")
    ada.save()
    ada.save()  # nothing new
    ada.save(update_fields=["last_login"])
    User.objects.create_superuser("root")
    found = AuditEntry.objects.exclude(subject="grace").order_by("pk")
    assert list(found.values_list("subject", "action", "details")) == [
        ("ada", "roles changed", {"given": ["researcher"]}),
        ("ada", "roles changed", {"taken": ["researcher"]}),
        ("ada", "roles changed", {"given": ["researcher"]}),
        ("ada", "roles changed", {"taken": ["researcher"]}),
        ("ada", "account changed", {"is_superuser": True, "password": "another one"}),
        ("root", "account changed", {"is_superuser": True}),
    ]


def test_emptying_a_role_notes_each_of_its_people(grace: User) -> None:
    Group.objects.get(name=ADMIN).user_set.clear()
    last = AuditEntry.objects.first()
    assert (last.subject, last.details) == ("grace", {"taken": ["admin"]})


def test_the_page_finds_by_person_thing_deed_and_day(client, grace: User, entry: AuditEntry) -> None:
    note(actor=None, action="opened a study", subject="roses")
    client.force_login(grace)
    day = entry.at.date().isoformat()

    def found(**asked: str) -> list[str]:
        page = client.get(reverse("audit_log"), asked).context["page"]
        return [row.action for row in page]

    assert found() == ["opened a study", "closed a study", "roles changed"]
    assert found(q="ROSE") == ["opened a study"]
    assert found(q="grac", action="closed a study") == ["closed a study"]
    assert found(since=day, until=day) == found()
    assert found(until="2001-01-01") == []
    assert found(since="9999-12-31", until="9999-12-31") == []
    shown = client.get(reverse("audit_log"), {"since": "the day before", "action": "unheard of"})
    assert shown.status_code == 200
    assert len(shown.context["page"]) == 3
    assert 'class="errorlist"' in shown.text


def test_the_page_costs_the_same_whatever_the_log_holds(
    client, grace: User, django_assert_num_queries
) -> None:
    client.force_login(grace)
    for number in range(120):
        note(actor=grace, action=f"deed {number % 7}", subject="s", details={"n": number})
    # Session, account, roles (to enter, and for the navigation), the deeds to choose of, the count, the page.
    with django_assert_num_queries(7):
        page = client.get(reverse("audit_log"), {"page": 2})
    assert len(page.context["page"]) == 50


def test_the_file_holds_what_was_looked_for_and_runs_nothing(client, grace: User) -> None:
    note(actor=grace, action="deleted a draft", subject="=HYPERLINK(1)", details={"why": "nhầm"})
    note(actor=grace, action="opened a study", subject="tulips")
    client.force_login(grace)
    file = client.get(reverse("audit_csv"), {"action": "deleted a draft"})
    assert file["Content-Disposition"] == 'attachment; filename="audit-log.csv"'
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert rows[0] == list(COLUMNS)
    (row,) = rows[1:]
    assert row[1:] == ["grace", "deleted a draft", "'=HYPERLINK(1)", '{"why": "nhầm"}']
    taken = AuditEntry.objects.first()
    assert (taken.actor, taken.action) == (grace, "exported the audit log")
    assert taken.details == {"action": "deleted a draft"}
