"""What the stored plan shows: tokens, positions, texts that are the same, and what outputs left behind."""

from collections import Counter, defaultdict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generation.formats.cleaning import clean_output
from ratings.models import Assignment, PresentedText, ShownText, Study
from ratings.services.blinding_audit.rows import ALARM, AuditRow, counted, leak_figure, measured, row
from ratings.statistics.leaks import Leak, position_leak, token_leak
from ratings.statistics.results import NotEstimable


def tokens(study: Study) -> AuditRow:
    """No classifier tells from a shown text's token which system wrote it, and no token is used twice."""
    key, title = "tokens", _("Tokens")
    rows = [(token, system) for _part, _place, token, system in _shown(study)]
    used = Counter(token for token, _system in set(rows))
    twice = Assignment.objects.filter(rater__study=study, token__in=used).count()
    if twice:
        return row(key, title, _("%(number)s tokens are used twice") % {"number": twice}, passed=False)
    alone = [(token, system) for token, system in rows if used[token] == 1]
    try:
        leak = token_leak([token for token, _s in alone], [s for _token, s in alone], seed=study.seed % 2**32)
    except NotEstimable as refusal:
        return measured(key, title, str(refusal))
    return row(key, title, leak_figure("AUC", leak), passed=leak.pvalue > ALARM)


def positions(study: Study) -> AuditRow:
    """In no part does a system stand at some positions more often than at others."""
    key, title = "positions", _("Order and side")
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for part, place, _token, system in _shown(study):
        found[part].append((place, system))
    leaks: list[Leak] = []
    for shown in found.values():
        try:
            leaks.append(position_leak([place for place, _s in shown], [s for _place, s in shown]))
        except NotEstimable:
            continue
    if not leaks:
        return measured(key, title, _("no part shows two systems at two positions"))
    worst = min(leaks, key=lambda leak: leak.pvalue)
    return row(key, title, leak_figure("V", worst), passed=worst.pvalue * len(leaks) > ALARM)


def artefacts(study: Study) -> AuditRow:
    """Every text is as the one clean-up for all systems leaves it."""
    shown = PresentedText.objects.filter(item__part__study=study)
    texts = list(shown.values_list("text", "origins__system__label"))
    wrong = [repr(text[:40]) for text, _label in texts if clean_output(text) != text]
    figure = _("none in %(texts)s texts") % {"texts": len(texts)}
    return counted("artefacts", _("Artefacts"), wrong, figure)


def identical_texts(study: Study) -> AuditRow:
    """A text that several systems wrote is shown once, and a trial that nobody can tell is not shown."""
    assignments = Assignment.objects.filter(rater__study=study)
    hidden = assignments.filter(item__cannot_be_told=True).values_list("item__position", flat=True)
    wrong = [_("item %(item)s cannot be told, but is shown") % {"item": item} for item in hidden]
    shown: dict[int, list[str]] = defaultdict(list)
    for assignment, text in ShownText.objects.filter(assignment__in=assignments).values_list(
        "assignment", "presented__text"
    ):
        shown[assignment].append(text)
    wrong += [repr(text[:40]) for group in shown.values() for text, n in Counter(group).items() if n > 1]
    several = PresentedText.objects.filter(item__part__study=study)
    shared = sum(len(writers) > 1 for writers in _writers(several).values())
    figure = _("%(shared)s texts of several systems, each shown once") % {"shared": shared}
    return counted("identical", _("Identical outputs"), wrong, figure)


def _writers(texts: QuerySet[PresentedText]) -> dict[int, list[int]]:
    writers: dict[int, list[int]] = defaultdict(list)
    for text, system in texts.values_list("pk", "origins__system"):
        writers[text].append(system)
    return writers


def _shown(study: Study) -> list[tuple[int, int, str, int]]:
    """Part, position, token and system of each shown text; once for each system that wrote it."""
    rows = ShownText.objects.filter(assignment__rater__study=study).values_list(
        "assignment__part", "position", "token", "presented__origins__system"
    )
    return [(part, place, token, system) for part, place, token, system in rows if system is not None]
