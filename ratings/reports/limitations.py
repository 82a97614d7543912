"""Limitations that follow from the data: each is said only where the numbers show it."""

from collections.abc import Iterator

import numpy as np

from ratings.reports.document import Report
from ratings.reports.document_people import Agreement, CriterionRatings
from ratings.reports.document_statistic import Sentence
from ratings.reports.numbers import decimal, percent

FEW_RATERS = 10
FEW_ITEMS = 30
CEILING = 0.5
FAIR_ALPHA = 0.667
UNBLINDED = Sentence(
    en=(
        "The results were opened before the study was closed: when to stop, whom to invite and whom to leave "
        "out may have followed what they said, so the verdicts on raters' answers are exploratory."
    ),
    vi=(
        "Kết quả đã được mở trước khi nghiên cứu đóng: việc dừng, mời và loại ai có thể đã theo kết quả, nên "
        "các kết luận về câu trả lời của người đánh giá chỉ mang tính thăm dò."
    ),
)


def limitations_of(report: Report) -> tuple[Sentence, ...]:
    """What a reader has to bear in mind; `report` may lack its own limitations, methods and datasheet."""
    return tuple(_limitations(report))


def _limitations(report: Report) -> Iterator[Sentence]:
    if report.study.simulated:
        yield Sentence(
            en="The raters were simulated: no number here is about people, and none about the systems.",
            vi="Người đánh giá được mô phỏng: không con số nào ở đây nói về con người hay về các hệ thống.",
        )
    if report.study.imported_from:
        yield from _imported(report)
    if report.looks.unblinded:
        yield UNBLINDED
    yield from _size(report)
    for criterion in report.ratings:
        yield from _ceiling(criterion)
    for agreement in report.agreement:
        own = next(row for row in report.ratings if row.criterion == agreement.criterion)
        yield from _agreement(agreement, own)
    yield from _identical(report)
    for row in report.costs.systems:
        if row.stated_by:
            yield Sentence(
                en=f"What training {row.system} cost was stated by {row.stated_by}, not measured here.",
                vi=f"Chi phí huấn luyện {row.system} do {row.stated_by} khai, không được đo ở đây.",
            )
    if not report.claims:
        yield Sentence(
            en="No claim was fixed before the data, so every comparison here is exploratory.",
            vi="Không có khẳng định nào được cố định trước khi có dữ liệu, nên mọi so sánh đều là thăm dò.",
        )
    if any(deviation.kind == "answers_missing" for deviation in report.deviations):
        yield Sentence(
            en=(
                "Answers are missing; the analyses take them as missing whatever their value would have been."
            ),
            vi="Có câu trả lời bị thiếu; các phân tích xem chúng thiếu bất kể giá trị lẽ ra của chúng.",
        )
    yield Sentence(
        en=f"All items come from one dataset, {report.study.dataset}; nothing here speaks for other texts.",
        vi=(
            f"Mọi mục đều lấy từ một bộ dữ liệu, {report.study.dataset}; kết quả không nói gì về văn bản"
            " khác."
        ),
    )


def _imported(report: Report) -> Iterator[Sentence]:
    file = report.study.imported_from
    yield Sentence(
        en=(
            f"The ratings were collected elsewhere ({file}): who the raters were, what they knew, and how"
            " items and order were chosen is not known here."
        ),
        vi=(
            f"Các lượt chấm được thu thập ở nơi khác ({file}): ở đây không biết người đánh giá là ai, họ"
            " biết gì, các mục và thứ tự được chọn ra sao."
        ),
    )
    if report.study.scale_inferred:
        yield Sentence(
            en=(
                "Nobody stated the scale: its ends are the least and the greatest rating found, so an end"
                " that no rater chose is missing."
            ),
            vi=(
                "Không ai cho biết thang điểm: hai đầu là lượt chấm thấp nhất và cao nhất tìm thấy, nên một"
                " đầu mà không ai chọn thì bị thiếu."
            ),
        )
    if report.claims:
        yield Sentence(
            en="The claims were stated after the data, so their verdicts are exploratory.",
            vi="Các khẳng định được nêu sau khi có dữ liệu, nên kết luận của chúng chỉ mang tính thăm dò.",
        )


def _size(report: Report) -> Iterator[Sentence]:
    took_part = report.raters.took_part
    if took_part < FEW_RATERS:
        yield Sentence(
            en=(
                f"With {took_part} raters, how raters differ is itself badly known, which widens every"
                " interval."
            ),
            vi=(
                f"Với {took_part} người đánh giá, mức khác biệt giữa họ khó ước lượng, nên mọi khoảng đều"
                " rộng."
            ),
        )
    for part in report.study.parts:
        if part.items < FEW_ITEMS:
            yield Sentence(
                en=f"Part {part.position} has {part.items} items only.",
                vi=f"Phần {part.position} chỉ có {part.items} mục.",
            )


def _ceiling(criterion: CriterionRatings) -> Iterator[Sentence]:
    total = sum(sum(system.counts) for system in criterion.systems)
    top = sum(system.counts[-1] for system in criterion.systems)
    if total and top / total > CEILING:
        yield Sentence(
            en=(
                f"Ceiling: {percent(top / total, 'en', places=0)} of the ratings of {criterion.criterion}"
                " are the highest score, so better texts could not be told from good ones."
            ),
            vi=(
                f"Hiệu ứng trần: {percent(top / total, 'vi', places=0)} lượt chấm {criterion.criterion} đạt"
                " điểm cao nhất, nên không phân biệt được văn bản tốt với văn bản tốt hơn."
            ),
        )


def _agreement(agreement: Agreement, ratings: CriterionRatings) -> Iterator[Sentence]:
    alpha, ac2 = agreement.alpha_ordinal.estimate, agreement.gwet_ac2.estimate
    if alpha is None or alpha >= FAIR_ALPHA:
        return
    if ac2 is not None and ac2 >= FAIR_ALPHA:
        yield _alike(agreement, ratings, alpha, ac2)
    else:
        yield Sentence(
            en=(
                f"Raters agree little on {agreement.criterion} (ordinal alpha {decimal(alpha, 'en')}; 0.667"
                " is often asked for): single ratings are noisy, means over many are less so."
            ),
            vi=(
                f"Người đánh giá ít đồng thuận về {agreement.criterion} (alpha thứ bậc"
                f" {decimal(alpha, 'vi')}; thường đòi hỏi 0,667): từng lượt chấm nhiều nhiễu, trung bình"
                " của nhiều lượt ít nhiễu hơn."
            ),
        )


def _alike(agreement: Agreement, ratings: CriterionRatings, alpha: float, ac2: float) -> Sentence:
    """Alpha is low beside a high AC2 where nearly all ratings are alike (the paradox of prevalence)."""
    counts = np.sum([system.counts for system in ratings.systems], axis=0)
    usual = ratings.systems[0].scores[int(np.argmax(counts))]
    share, same = float(counts.max() / counts.sum()), agreement.percent_agreement or 0.0
    return Sentence(
        en=(
            f"{percent(share, 'en', places=0)} of the ratings of {agreement.criterion} are {usual}: with so"
            f" little spread ordinal alpha ({decimal(alpha, 'en')}) says little. Pairs of raters gave the"
            f" same score in {percent(same, 'en')} of cases, and Gwet's AC2 is {decimal(ac2, 'en')}."
        ),
        vi=(
            f"{percent(share, 'vi', places=0)} lượt chấm {agreement.criterion} là {usual}: khi điểm ít phân"
            f" tán như vậy, alpha thứ bậc ({decimal(alpha, 'vi')}) nói lên rất ít. Các cặp người đánh giá"
            f" cho cùng điểm trong {percent(same, 'vi')} trường hợp, và AC2 của Gwet là"
            f" {decimal(ac2, 'vi')}."
        ),
    )


def _identical(report: Report) -> Iterator[Sentence]:
    for part in report.study.parts:
        if part.kind == "stars" and part.identical_items:
            yield Sentence(
                en=(
                    f"Part {part.position}: in {part.identical_items} of {part.items} items systems wrote"
                    " word for word the same text. They are the same there, which draws their differences"
                    " toward zero."
                ),
                vi=(
                    f"Phần {part.position}: trong {part.identical_items} trên {part.items} mục, có hệ thống"
                    " viết giống hệt nhau từng chữ. Ở đó các hệ thống ấy như nhau, nên chênh lệch"
                    " giữa chúng bị kéo về không."
                ),
            )
    for row in report.discrimination:
        items = row.items + row.items_cannot_be_told
        if row.items_cannot_be_told:
            yield Sentence(
                en=(
                    f"Part {row.part}: {row.items_cannot_be_told} of {items} items have identical texts;"
                    " they count as indistinguishable by construction."
                ),
                vi=(
                    f"Phần {row.part}: {row.items_cannot_be_told} trong {items} mục có văn bản giống hệt"
                    " nhau; chúng được tính là không thể phân biệt."
                ),
            )
