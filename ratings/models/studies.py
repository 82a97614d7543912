"""A study's design: its systems, parts, criteria and the claims fixed before the data."""

from typing import cast

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models import Dataset, Run
from ratings.design.kinds import KINDS, PartKind
from ratings.design.kinds import Kind as KindOfPart


class Study(models.Model):
    """A frozen design that raters work through.

    `name` is for researchers and may name systems; raters only ever see `public_title`. Whether raters are
    simulated is a property of the whole study, so that one study cannot hold both kinds.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(max_length=200, unique=True)
    public_title = models.CharField(_("title for raters"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="studies")
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="studies")
    seed = models.PositiveBigIntegerField(_("seed"))
    is_simulated = models.BooleanField(_("raters are simulated"), default=False)
    language = models.CharField(_("language of the texts"), max_length=16, default="en")
    instructions = models.TextField(_("instructions"), help_text=_("Markdown"))
    completion_note = models.TextField(_("completion note"), blank=True)
    raters_planned = models.PositiveSmallIntegerField(_("raters"))
    link_days = models.PositiveSmallIntegerField(_("days a personal link lives"), default=60)
    lease_hours = models.PositiveSmallIntegerField(_("hours an invited rater may stay away"), default=168)
    open_lease_hours = models.PositiveSmallIntegerField(
        _("hours a rater from an open link may stay away"), default=24
    )
    uses = models.JSONField(_("uses and the stars they can bear to lose"), default=list, blank=True)
    hypotheses = models.TextField(_("hypotheses"), blank=True)
    stopping_rule = models.TextField(_("stopping rule"), blank=True)
    payment = models.JSONField(_("payment"), default=dict, blank=True)
    exclusion_rules = models.JSONField(_("exclusion rules"), default=dict, blank=True)
    looks = models.JSONField(_("planned looks"), default=dict, blank=True)
    quiz = models.JSONField(_("quiz"), default=dict, blank=True)
    retention_days = models.PositiveSmallIntegerField(_("days that links are kept after closing"), default=90)
    protocol = models.JSONField(default=dict, blank=True)
    protocol_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "studies"
        constraints = [
            models.CheckConstraint(name="a_study_has_raters", condition=models.Q(raters_planned__gte=1)),
            models.CheckConstraint(
                name="an_opened_study_is_frozen",
                condition=models.Q(state="draft", opened_at__isnull=True, protocol_sha256="")
                | (
                    ~models.Q(state="draft")
                    & models.Q(opened_at__isnull=False)
                    & ~models.Q(protocol_sha256="")
                ),
            ),
            models.CheckConstraint(
                name="closed_means_closed_at",
                condition=models.Q(state="closed", closed_at__isnull=False)
                | (~models.Q(state="closed") & models.Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_place_is_kept_for_an_hour_to_a_year",
                condition=models.Q(lease_hours__range=(1, 8784), open_lease_hours__range=(1, 8784)),
            ),
            models.CheckConstraint(
                name="only_an_open_study_is_paused",
                condition=models.Q(paused_at__isnull=True) | models.Q(state="open"),
            ),
            models.CheckConstraint(
                name="only_a_closed_study_is_archived",
                condition=models.Q(archived_at__isnull=True) | models.Q(state="closed"),
            ),
            models.CheckConstraint(
                name="a_simulated_study_invites_nobody",
                condition=models.Q(is_simulated=False) | models.Q(invited_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def consent_sha256(self) -> str:
        """Names the consent text in the study's own language that raters agree to now; one query."""
        texts = self.consent_texts.filter(language=self.language).order_by("-version")
        return texts.values_list("sha256", flat=True).first() or ""


class StudySystem(models.Model):
    """One system under comparison, by the run whose outputs are shown; `label` is for researchers."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="systems")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="study_systems")
    label = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "run"], name="one_place_a_run"),
            models.UniqueConstraint(fields=["study", "label"], name="one_system_a_label"),
            models.UniqueConstraint(fields=["study", "position"], name="one_system_a_position"),
        ]

    def __str__(self) -> str:
        return self.label


class Part(models.Model):
    """A stretch of a study of one kind.

    `ratings.design.kinds` says what each kind shows and asks for. `confidence_steps` is on how many steps
    raters say how sure they are, 0 for not at all; `n_training` counts labelled examples before practice.
    """

    class Kind(models.TextChoices):
        STARS = "stars", _("stars")
        IDENTIFY = "identify", _("identify one among all")
        TWO_AFC = "two_afc", _("which of two")
        ABX = "abx", _("is X as A or as B?")
        TRIANGLE = "triangle", _("odd one out of three")
        PREFERENCE = "preference", _("which of two is better")
        LABEL_CHECK = "label_check", _("is the label right?")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    question = models.TextField()
    n_items = models.PositiveIntegerField()
    n_practice = models.PositiveSmallIntegerField(default=1)
    n_training = models.PositiveSmallIntegerField(default=0)
    ratings_per_item = models.PositiveSmallIntegerField()
    n_checks = models.PositiveSmallIntegerField(_("check items"), default=0)
    n_repeats = models.PositiveSmallIntegerField(_("repeats a rater"), default=0)
    one_at_a_time = models.BooleanField(_("one text at a time"), default=False)
    gold = models.JSONField(_("known answers"), default=list, blank=True)
    confidence_steps = models.PositiveSmallIntegerField(default=0)
    asks_comment = models.BooleanField(default=False)
    target = models.ForeignKey(
        StudySystem, null=True, blank=True, on_delete=models.CASCADE, related_name="parts_as_target"
    )
    foil = models.ForeignKey(
        StudySystem, null=True, blank=True, on_delete=models.CASCADE, related_name="parts_as_foil"
    )

    class Meta:
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "position"], name="one_part_a_position"),
            models.CheckConstraint(
                name="a_part_has_items_and_ratings",
                condition=models.Q(n_items__gte=1, ratings_per_item__gte=1),
            ),
            models.CheckConstraint(
                name="target_and_foil_fit_the_kind",
                condition=models.Q(kind__in=["stars", "label_check"], target__isnull=True, foil__isnull=True)
                | models.Q(kind="identify", target__isnull=False, foil__isnull=True)
                | (
                    models.Q(
                        kind__in=["two_afc", "abx", "triangle", "preference"],
                        target__isnull=False,
                        foil__isnull=False,
                    )
                    & ~models.Q(target=models.F("foil"))
                ),
            ),
            models.CheckConstraint(
                name="texts_one_at_a_time_have_stars",
                condition=models.Q(one_at_a_time=False) | models.Q(kind="stars"),
            ),
            models.CheckConstraint(
                name="confidence_has_3_or_5_steps", condition=models.Q(confidence_steps__in=[0, 3, 5])
            ),
            models.CheckConstraint(
                name="training_is_for_a_target_to_find",
                condition=models.Q(n_training=0) | models.Q(kind__in=["identify", "two_afc"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study}, part {self.position}"

    @property
    def design(self) -> KindOfPart:
        """What parts of this kind show and ask for."""
        return KINDS[cast("PartKind", self.kind)]


class Criterion(models.Model):
    """A question scored in whole stars from `scale_low` to `scale_high`, with anchors for the ends.

    Raters' pages ask for 1 to 5; other scales come with ratings that were collected elsewhere.
    """

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=300)
    low_anchor = models.CharField(max_length=100)
    high_anchor = models.CharField(max_length=100)
    scale_low = models.PositiveSmallIntegerField(default=1)
    scale_high = models.PositiveSmallIntegerField(default=5)

    class Meta:
        ordering = ["part", "position"]
        verbose_name_plural = "criteria"
        constraints = [
            models.CheckConstraint(
                name="a_scale_has_two_ends", condition=models.Q(scale_low__lt=models.F("scale_high"))
            ),
            models.UniqueConstraint(fields=["part", "position"], name="one_criterion_a_position"),
            models.UniqueConstraint(fields=["part", "name"], name="one_criterion_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """A statement fixed before the data: `system_a` stands in `relation` to `system_b` on a measure.

    `criterion` says what stars are of, `subject` which metric, cost or kind of part. `margin` is in stars, in
    the metric's points or a share; for `ratio_at_least` and `at_most` it is the ratio of A to B. `alpha` is
    one-sided, shown by a 1 − 2·`alpha` interval, and corrected over the claims of the same `family`.
    """

    class Measure(models.TextChoices):
        STARS = "stars", _("mean stars on a criterion")
        AGGREGATE = "aggregate", _("mean stars over all criteria")
        P_D = "p_d", _("share of people-trials that can tell")
        ACCURACY = "accuracy", _("accuracy")
        METRIC = "metric", _("automatic metric")
        COST = "cost", _("cost")

    class Relation(models.TextChoices):
        NON_INFERIOR = "non_inferior", _("non-inferior")
        EQUIVALENT = "equivalent", _("equivalent")
        SUPERIOR = "superior", _("superior")
        RATIO_AT_LEAST = "ratio_at_least", _("at least this ratio")
        AT_MOST = "at_most", _("at most this ratio")
        INDISTINGUISHABLE = "indistinguishable", _("indistinguishable")

    class Correction(models.TextChoices):
        HOLM = "holm", "Holm"
        BONFERRONI = "bonferroni", "Bonferroni"
        BENJAMINI_HOCHBERG = "benjamini-hochberg", "Benjamini–Hochberg"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="claims")
    measure = models.CharField(max_length=10, choices=Measure, default=Measure.STARS)
    criterion = models.ForeignKey(
        Criterion, null=True, blank=True, on_delete=models.CASCADE, related_name="claims"
    )
    subject = models.CharField(max_length=40, blank=True)
    system_a = models.ForeignKey(StudySystem, on_delete=models.CASCADE, related_name="claims_as_a")
    system_b = models.ForeignKey(StudySystem, on_delete=models.CASCADE, related_name="claims_as_b")
    relation = models.CharField(max_length=20, choices=Relation, default=Relation.NON_INFERIOR)
    margin = models.FloatField(_("margin or ratio"))
    alpha = models.FloatField(_("alpha (one-sided)"), default=0.025)
    family = models.CharField(_("family"), max_length=40, default="claims")
    correction = models.CharField(max_length=20, choices=Correction, default=Correction.HOLM)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "system_a", "system_b", "relation"],
                condition=models.Q(criterion__isnull=False),
                name="one_margin_a_claim",
            ),
            models.UniqueConstraint(
                fields=["measure", "subject", "system_a", "system_b", "relation"],
                condition=models.Q(criterion__isnull=True),
                name="one_margin_a_claim_without_criterion",
            ),
            models.CheckConstraint(
                name="a_criterion_is_for_stars",
                condition=models.Q(measure="stars", criterion__isnull=False)
                | (~models.Q(measure="stars") & models.Q(criterion__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_margin_is_positive",
                condition=models.Q(margin__gt=0) | models.Q(margin=0, relation="superior"),
            ),
            models.CheckConstraint(
                name="alpha_is_a_small_probability", condition=models.Q(alpha__gt=0, alpha__lt=0.5)
            ),
            models.CheckConstraint(
                name="a_claim_compares_two_systems", condition=~models.Q(system_a=models.F("system_b"))
            ),
        ]

    def __str__(self) -> str:
        about = self.criterion or self.subject or self.measure
        return f"{self.system_a} {self.relation} {self.system_b} ({about})"
