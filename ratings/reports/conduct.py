"""How the study was carried out: raters, exclusions, and where it differs from the plan."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC

from ratings.design.payment import Payment
from ratings.design.protocol_format import protocol_bytes
from ratings.models import Study, StudyEvent
from ratings.reports.document_looks import Look, Looks
from ratings.reports.document_people import (
    CannotJudge,
    Deviation,
    Exclusion,
    Flow,
    PartAttrition,
    RaterRow,
    Raters,
)
from ratings.reports.document_statistic import Sentence
from ratings.reports.exclusion_words import why_left_out
from ratings.reports.numbers import short
from ratings.selectors.attrition import PartCounts
from ratings.selectors.exclusions import RaterQuality
from ratings.selectors.flags import flagged_items
from ratings.selectors.looks import PlannedLook, planned_looks
from ratings.selectors.participation import Participation

PAID_FOR = {
    "rater": ("rater who finishes", "người đánh giá hoàn thành"),
    "item": ("item handed in", "mục đã nộp"),
    "hour": ("hour of work", "giờ làm việc"),
}
EVENTS = {
    StudyEvent.Kind.AMENDED: ("Amended", "Sửa đổi"),
    StudyEvent.Kind.PAUSED: ("Paused", "Tạm dừng"),
    StudyEvent.Kind.RESUMED: ("Resumed", "Tiếp tục"),
    StudyEvent.Kind.EXTENDED: ("Extended", "Mở rộng"),
    StudyEvent.Kind.UNBLINDED: ("Unblinded before closing", "Mở mù trước khi đóng"),
}


def payment_sentence(payment: Payment | None) -> Sentence | None:
    """What raters were to be paid, in words; None where no payment was frozen."""
    if payment is None:
        return None
    english, vietnamese = PAID_FOR[payment.per]
    return Sentence(
        en=f"{short(payment.amount, 'en')} {payment.currency} for each {english}",
        vi=f"{short(payment.amount, 'vi')} {payment.currency} cho mỗi {vietnamese}",
    )


def raters_section(
    study: Study,
    places: Sequence[Participation],
    excluded: Mapping[int, RaterQuality],
    parts: Sequence[PartCounts],
) -> Raters:
    """Who took part, how far each came, and where raters stopped."""
    return Raters(
        planned=len({place.place for place in places}),
        screened_out=study.screen_outs.count(),
        took_part=sum(place.consented for place in places),
        finished=sum(place.finished and not place.withdrawn for place in places),
        rows=tuple(
            RaterRow(
                rater=place.pseudonym,
                assigned=place.assigned,
                completed=place.completed,
                finished=place.finished,
                withdrawn=place.withdrawn,
                handed_on=place.handed_on,
                seconds_per_item=place.seconds_per_item,
            )
            for place in places
        ),
        flow=_flow(places, {row.rater.pseudonym for row in excluded.values()}),
        attrition=tuple(
            PartAttrition(
                part=row.part,
                began=row.began,
                finished=row.finished,
                planned=row.planned,
                covered=row.covered,
                fewest_from_finished=row.of_finished[0],
                most_from_finished=row.of_finished[1],
                fewest=row.of_all[0],
                most=row.of_all[1],
            )
            for row in parts
        ),
    )


def _flow(places: Sequence[Participation], left_out: Collection[str]) -> Flow:
    took_part = [place for place in places if place.consented]
    stayed = [place for place in took_part if not place.withdrawn]
    answered = [place for place in stayed if place.answers]
    unfinished = [place for place in answered if not place.finished]
    return Flow(
        places=len({place.place for place in places}),
        invited=sum(place.invited for place in places),
        took_part=len(took_part),
        withdrew=len(took_part) - len(stayed),
        silent=len(stayed) - len(answered),
        finished=len(answered) - len(unfinished),
        handed_on=sum(place.handed_on for place in unfinished),
        stopped=sum(not place.handed_on for place in unfinished),
        left_out=sum(place.pseudonym in left_out for place in answered),
        analysed=sum(place.pseudonym not in left_out for place in answered),
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
                en=f"{place.pseudonym} withdrew; every answer of theirs was deleted.",
                vi=f"{place.pseudonym} đã rút lui; mọi câu trả lời của người này đã bị xóa.",
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


def cannot_judge_section(study: Study, *, without: Collection[int]) -> tuple[CannotJudge, ...]:
    """The items that raters flagged, without those raters (keys) whom the primary results leave out."""
    return tuple(CannotJudge(**vars(row)) for row in flagged_items(study, without=without))


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
    study: Study, parts: Sequence[PartCounts], places: Sequence[Participation]
) -> tuple[Deviation, ...]:
    """Where what happened differs from the frozen protocol."""
    return tuple(
        Deviation(kind=kind, sentence=sentence) for kind, sentence in _deviations(study, parts, places)
    )


def _deviations(
    study: Study, parts: Sequence[PartCounts], places: Sequence[Participation]
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
        if event.kind == StudyEvent.Kind.EXTENDED:
            en, vi = _extended(event)
            if hashlib.sha256(protocol_bytes(event.protocol)).hexdigest() != event.protocol_sha256:
                yield "protocol_changed", _changed(event)
        yield event.kind, Sentence(en=f"{en}: {event.reason}", vi=f"{vi}: {event.reason}")
    filled = len({place.place for place in places if place.consented})
    planned = len({place.place for place in places})
    if filled < planned:
        yield (
            "fewer_raters",
            Sentence(
                en=f"{filled} of {planned} planned raters took part.",
                vi=f"{filled} trong số {planned} người đánh giá dự kiến đã tham gia.",
            ),
        )
    gone = [
        f"{place.pseudonym} ({place.completed} / {place.assigned})" for place in places if place.handed_on
    ]
    if gone:
        yield "handed_on", _handed_on(gone)
    for part in parts:
        if part.covered < part.planned:
            yield (
                "answers_missing",
                Sentence(
                    en=(
                        f"Part {part.part}: {part.covered} of {part.planned} planned item ratings were "
                        "handed in."
                    ),
                    vi=(
                        f"Phần {part.part}: {part.covered} trong số {part.planned} lượt đánh giá dự kiến "
                        "đã được nộp."
                    ),
                ),
            )


def _extended(event: StudyEvent) -> tuple[str, str]:
    """By how much, under which protocol, and whether somebody could know the results by then."""
    raters, items = event.details["raters"], event.details["items"]
    sha256 = event.protocol_sha256
    seen = (StudyEvent.Kind.LOOKED, StudyEvent.Kind.UNBLINDED)
    after = event.study.events.filter(kind__in=seen, pk__lt=event.pk).exists()
    en, vi = (", after results had been seen,", ", sau khi đã xem kết quả,") if after else ("", "")
    return (
        f"Extended{en} by {raters} raters and {items} items a part (protocol SHA-256 {sha256})",
        f"Mở rộng{vi} thêm {raters} người đánh giá và {items} mục mỗi phần (đề cương SHA-256 {sha256})",
    )


def _changed(event: StudyEvent) -> Sentence:
    return Sentence(
        en=f"The stored protocol of the extension of {event.at:%Y-%m-%d} no longer has its SHA-256.",
        vi=f"Đề cương lưu trữ của lần mở rộng ngày {event.at:%Y-%m-%d} không còn khớp với mã SHA-256 của nó.",
    )


def _handed_on(gone: Sequence[str]) -> Sentence:
    """Whose places others took over, with how many items they had handed in of those assigned."""
    n, names = len(gone), ", ".join(gone)
    return Sentence(
        en=(
            f"{n} {'place was' if n == 1 else 'places were'} handed on to another rater, who was given the "
            f"whole of it, after the one before stayed away or withdrew; items handed in before: {names}. "
            "Both count as raters of their own."
        ),
        vi=(
            f"{n} chỗ đã được giao trọn cho người đánh giá khác sau khi người trước vắng mặt hoặc rút lui; "
            f"số mục đã nộp trước đó: {names}. Cả hai đều được tính là những người đánh giá riêng."
        ),
    )
