"""Everything that is held about one rater, for that rater: in plain words, without a system or a key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ratings.blinding.items import text_name
from ratings.models import (
    Assignment,
    ConsentText,
    Judgement,
    PlatformIdentity,
    Rater,
    RaterExclusion,
    Rating,
    Remark,
    ShownText,
    Study,
)

Facts = dict[str, Any]


def own_data(rater: Rater) -> Facts:
    """The rater's row, items and answers with every revision; a fixed number of queries.

    Items that the rater has not handed in or answered are left out: they would tell what is to come. Whether
    a choice was right is said once the study is closed.
    """
    study = rater.study
    text = ConsentText.objects.filter(
        study=study, language=rater.consent_language, version=rater.consent_version or 0
    ).first()
    exclusion = RaterExclusion.objects.filter(rater=rater).first()
    return {
        "study": study.public_title,
        "called": rater.pseudonym,
        "account": rater.account.get_username() if rater.account else None,
        "language_of_pages": rater.language,
        "consent": {
            "agreed_at": _time(rater.consented_at),
            "language": rater.consent_language,
            "version": rater.consent_version,
            "sha256": rater.consent_sha256,
            "text": text.text if text else None,
        },
        "link_works_until": _time(rater.link_expires_at),
        "came_by": rater.open_link.get_platform_display() if rater.open_link else "a personal link",
        "platform_name_kept_as_a_hash": PlatformIdentity.objects.filter(rater=rater).exists(),
        "practice_items_done": rater.practised,
        "quiz": {"attempts": rater.quiz_attempts, "passed_at": _time(rater.quiz_passed_at)},
        "finished_at": _time(rater.finished_at),
        "left_out_of_the_results_because": exclusion.reason if exclusion else None,
        "items": _items(rater),
    }


def _items(rater: Rater) -> list[Facts]:
    shown = _by_assignment(
        ShownText.objects.filter(assignment__rater=rater).select_related("presented").order_by("position")
    )
    ratings = _by_assignment(Rating.objects.filter(assignment__rater=rater).select_related("criterion"))
    judgements = _by_assignment(Judgement.objects.filter(assignment__rater=rater))
    remarks = _by_assignment(Remark.objects.filter(assignment__rater=rater))
    rows = Assignment.objects.filter(rater=rater).select_related("part", "item__example").order_by("position")
    return [
        _item(row, rater, shown[row.pk], ratings[row.pk], judgements[row.pk], remarks[row.pk])
        for row in rows
        if row.completed_at or ratings[row.pk] or judgements[row.pk] or remarks[row.pk]
    ]


def _item(
    row: Assignment,
    rater: Rater,
    shown: list[ShownText],
    ratings: list[Rating],
    judgements: list[Judgement],
    remarks: list[Remark],
) -> Facts:
    names = {text.pk: text_name(row.part, text.position) for text in shown}
    # A label of a system comes only after the rater's own.
    seen = shown if row.part.design.answer != "labels" or judgements else []
    return {
        "number": row.position,
        "question": row.part.question,
        "facts": row.item.example.source,
        "texts": {names[text.pk]: text.presented.text for text in seen},
        "handed_in_at": _time(row.completed_at),
        "milliseconds": row.client_ms,
        "cannot_be_judged_because": row.cannot_judge or None,
        "stars": [
            {
                "text": names[each.shown_id],
                "criterion": each.criterion.name,
                "stars": each.stars,
                **_given(each),
            }
            for each in ratings
        ],
        "choices": [_choice(each, rater.study, names) for each in judgements],
        "remarks": [{"sure": each.confidence, "comment": each.comment, **_given(each)} for each in remarks],
    }


def _choice(each: Judgement, study: Study, names: Mapping[int, str]) -> Facts:
    known = {"right": each.correct} if study.state == Study.State.CLOSED else {}
    return {
        "chosen": names[each.chosen_id] if each.chosen_id else None,
        "how_much_better": each.strength,
        "own_label": each.own_label or None,
        "accepts_the_label_shown": each.accepts,
        **known,
        **_given(each),
    }


def _given(each: Rating | Judgement | Remark) -> Facts:
    return {"given_at": _time(each.created_at), "milliseconds": each.client_ms, "in_force": each.live}


def _by_assignment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.assignment_id].append(row)
    return found


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
