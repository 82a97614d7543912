"""What the API shows of studies; nothing of what raters answered."""

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
            "protocol_sha256",
            "created_at",
            "opened_at",
            "closed_at",
            "paused_at",
            "parts",
            "claims",
        ]
