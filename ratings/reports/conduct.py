"""How the study was carried out: raters, exclusions, and where it differs from the plan."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from ratings.design.protocol_format import protocol_bytes
from ratings.models import Study, StudyEvent
from ratings.reports.document import PartFacts
from ratings.reports.document_looks import Look, Looks
from ratings.reports.document_people import Deviation, Exclusion, RaterRow, Raters
from ratings.reports.document_statistic import Sentence
from ratings.reports.exclusion_words import why_left_out
from ratings.selectors.exclusions import RaterQuality
from ratings.selectors.looks import PlannedLook, planned_looks
from ratings.selectors.participation import Participation

EVENTS = {
    StudyEvent.Kind.AMENDED: ("Amended", "Sửa đổi"),
    StudyEvent.Kind.PAUSED: ("Paused", "Tạm dừng"),
    StudyEvent.Kind.RESUMED: ("Resumed", "Tiếp tục"),
    StudyEvent.Kind.EXTENDED: ("Extended", "Mở rộng"),
    StudyEvent.Kind.UNBLINDED: ("Unblinded before closing", "Mở mù trước khi đóng"),
}


def raters_section(places: Sequence[Participation], *, planned: int) -> Raters:
    """Who took part, and how far each came."""
    return Raters(
        planned=planned,
        took_part=sum(place.consented for place in places),
        finished=sum(place.finished and not place.withdrawn for place in places),
        rows=tuple(
            RaterRow(
                rater=place.pseudonym,
                assigned=place.assigned,
                completed=place.completed,
                finished=place.finished,
                withdrawn=place.withdrawn,
                seconds_per_item=place.seconds_per_item,
            )
            for place in places
        ),
    )


def exclusions_section(
    places: Sequence[Participation], excluded: Mapping[int, RaterQuality]
) -> tuple[Exclusion, ...]:
    """Raters whose answers the primary results do not rest on: who withdrew, then who was left out."""
    answers = {place.pseudonym: place.answers for place in places}
    withdrew = tuple(
        Exclusion(
            rater=place.pseudonym,
            answers=place.answers,
            sentence=Sentence(
                en=f"{place.pseudonym} withdrew; none of their answers is used.",
                vi=f"{place.pseudonym} đã rút lui; không câu trả lời nào của người này được dùng.",
            ),
        )
        for place in places
        if place.withdrawn
    )
    left_out = tuple(
        Exclusion(
            rater=row.rater.pseudonym,
            answers=answers[row.rater.pseudonym],
            sentence=why_left_out(row),
        )
        for row in excluded.values()
    )
    return withdrew + left_out


def looks_section(study: Study) -> Looks:
    """The planned looks, those that were not taken too, and why results were opened in another way."""
    reasons = study.events.filter(kind=StudyEvent.Kind.UNBLINDED).values_list("reason", flat=True)
    return Looks(
        spending=study.looks.get("spending", ""),
        planned=tuple(_look(planned) for planned in planned_looks(study)),
        unblinded=tuple(reasons),
    )


def _look(planned: PlannedLook) -> Look:
    taken = planned.taken
    return Look(
        number=planned.number,
        due_at=planned.due_at,
        taken_at=taken.at.astimezone(UTC).isoformat(timespec="seconds") if taken else "",
        handed_in=taken.handed_in if taken else 0,
        claims=taken.claims if taken else (),
    )


def deviations_section(
    study: Study, parts: Sequence[PartFacts], places: Sequence[Participation]
) -> tuple[Deviation, ...]:
    """Where what happened differs from the frozen protocol."""
    return tuple(
        Deviation(kind=kind, sentence=sentence) for kind, sentence in _deviations(study, parts, places)
    )


def _deviations(
    study: Study, parts: Sequence[PartFacts], places: Sequence[Participation]
) -> Iterator[tuple[str, Sentence]]:
    if hashlib.sha256(protocol_bytes(study.protocol)).hexdigest() != study.protocol_sha256:
        yield (
            "protocol_changed",
            Sentence(
                en="The stored protocol no longer has the SHA-256 that was recorded at opening.",
                vi="Đề cương lưu trữ không còn khớp với mã SHA-256 đã ghi khi mở nghiên cứu.",
            ),
        )
    for event in study.events.exclude(kind=StudyEvent.Kind.LOOKED):
        en, vi = EVENTS[StudyEvent.Kind(event.kind)]
        yield event.kind, Sentence(en=f"{en}: {event.reason}", vi=f"{vi}: {event.reason}")
    took_part = sum(place.consented for place in places)
    if took_part < study.raters_planned:
        yield (
            "fewer_raters",
            Sentence(
                en=f"{took_part} of {study.raters_planned} planned raters took part.",
                vi=f"{took_part} trong số {study.raters_planned} người đánh giá dự kiến đã tham gia.",
            ),
        )
    for part in parts:
        missing = part.items * part.ratings_per_item - part.completed
        identical = part.identical_items * part.ratings_per_item if part.kind != "stars" else 0
        if missing - identical > 0:
            yield (
                "answers_missing",
                Sentence(
                    en=(
                        f"Part {part.position}: {part.completed} of {part.completed + missing - identical} "
                        "planned item ratings were handed in."
                    ),
                    vi=(
                        f"Phần {part.position}: {part.completed} trong số "
                        f"{part.completed + missing - identical} lượt đánh giá dự kiến đã được nộp."
                    ),
                ),
            )
