"""What the API shows of studies; nothing of what raters answered."""

from typing import Any

from rest_framework import serializers

from ratings.models import Claim, Part, Study


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    criterion = serializers.SlugRelatedField(slug_field="name", read_only=True)  # type: ignore[var-annotated]
    system_a = serializers.SlugRelatedField(slug_field="label", read_only=True)  # type: ignore[var-annotated]
    system_b = serializers.SlugRelatedField(slug_field="label", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Claim
        fields = [
            "measure",
            "subject",
            "criterion",
            "system_a",
            "relation",
            "system_b",
            "margin",
            "alpha",
            "family",
            "correction",
        ]


class PartSerializer(serializers.ModelSerializer[Part]):
    target = serializers.SlugRelatedField(slug_field="label", read_only=True)  # type: ignore[var-annotated]
    foil = serializers.SlugRelatedField(slug_field="label", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Part
        fields = [
            "position",
            "kind",
            "n_items",
            "ratings_per_item",
            "n_training",
            "n_practice",
            "n_checks",
            "n_repeats",
            "gold",
            "one_at_a_time",
            "confidence_steps",
            "asks_comment",
            "target",
            "foil",
        ]


class StudySerializer(serializers.ModelSerializer[Study]):
    owner = serializers.SlugRelatedField(slug_field="username", read_only=True)  # type: ignore[var-annotated]
    dataset = serializers.SlugRelatedField(slug_field="name", read_only=True)  # type: ignore[var-annotated]
    parts = PartSerializer(many=True, read_only=True)
    claims = ClaimSerializer(many=True, read_only=True)

    class Meta:
        model = Study
        fields = [
            "slug",
            "name",
            "public_title",
            "owner",
            "state",
            "dataset",
            "seed",
            "is_simulated",
            "raters_planned",
            "lease_hours",
            "open_lease_hours",
            "payment",
            "exclusion_rules",
            "looks",
            "quiz",
            "retention_days",
            "protocol_sha256",
            "created_at",
            "opened_at",
            "closed_at",
            "paused_at",
            "parts",
            "claims",
        ]


class LookSerializer(serializers.Serializer[Any]):
    """Which of the planned looks is to be taken."""

    number = serializers.IntegerField(min_value=1)


class LookedClaimSerializer(serializers.Serializer[Any]):
    """What a look said of one claim: "undecided" means go on."""

    number = serializers.IntegerField()
    handed_in = serializers.IntegerField()
    planned = serializers.IntegerField()
    alpha = serializers.FloatField(allow_null=True)
    verdict = serializers.ChoiceField(choices=["supported", "refuted", "undecided"])


class LookTakenSerializer(serializers.Serializer[Any]):
    """A planned look that was taken."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    handed_in = serializers.IntegerField()
    claims = LookedClaimSerializer(many=True)


class UnblindSerializer(serializers.Serializer[Any]):
    """Why results are opened before the end."""

    reason = serializers.CharField()
