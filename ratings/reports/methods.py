"""The methods section, ready to paste: only what this study did, with its own numbers."""

from collections.abc import Iterator

from ratings.reports.document import Report
from ratings.reports.document_people import CriterionRatings
from ratings.reports.document_statistic import Sentence
from ratings.reports.sections_looks import SPENDINGS


def methods_of(report: Report) -> Sentence:
    """A paragraph or two in each language; `report` may lack its own methods."""
    return Sentence(en=" ".join(_english(report)), vi=" ".join(_vietnamese(report)))


def _english(report: Report) -> Iterator[str]:
    yield _origin_in_english(report)
    for criterion in report.ratings:
        if report.study.imported_from:
            yield f"{criterion.criterion.capitalize()} was scored from {_ends(criterion, 'to')}."
            continue
        yield (
            f"{criterion.criterion.capitalize()} ('{criterion.question}') was scored from"
            f" {criterion.scale_low} ({criterion.low_anchor}) to {criterion.scale_high}"
            f" ({criterion.high_anchor})."
        )
    if report.comparisons:
        yield (
            "Mean stars were compared by linear mixed models with crossed random effects of raters and"
            " items (REML, Satterthwaite degrees of freedom, t lengthened for skewness), so that intervals"
            " hold for new raters and new items."
        )
    for row in report.discrimination:
        yield (
            f"In part {row.part} ({row.kind}, chance {row.chance:.3g}) the share of people-trials that can"
            " tell (p_d) was bounded by Korn–Graubard intervals over raters and items; the proportion"
            " correct has an exact (Clopper–Pearson) interval."
        )
    if report.agreement:
        yield "Agreement is Krippendorff's alpha (ordinal) with a bootstrap over items."
    if _was_scored(report, "bleu"):
        yield "BLEU and chrF are sacrebleu's; differences have paired-bootstrap intervals."
    if _was_scored(report, "slot_error_rate"):
        yield "Slot errors are those of wording tables for E2E, as a share of the slots given."
    if report.claims:
        yield (
            f"{len(report.claims)} claims with their margins were {_when(report).en}; each is supported,"
            " refuted or undecided by its interval, corrected within its family."
        )
    yield from (sentence.en for sentence in _looks(report))


def _vietnamese(report: Report) -> Iterator[str]:
    yield _origin_in_vietnamese(report)
    for criterion in report.ratings:
        if report.study.imported_from:
            yield f"Tiêu chí {criterion.criterion} được chấm từ {_ends(criterion, 'đến')}."
            continue
        yield (
            f"Tiêu chí {criterion.criterion} ('{criterion.question}') được chấm từ {criterion.scale_low} "
            f"({criterion.low_anchor}) đến {criterion.scale_high} ({criterion.high_anchor})."
        )
    if report.comparisons:
        yield (
            "Số sao trung bình được so sánh bằng mô hình hỗn hợp tuyến tính với hiệu ứng ngẫu nhiên chéo"
            " của người đánh giá và mục (REML, bậc tự do Satterthwaite, t được kéo dài theo độ lệch phân"
            " bố), nên các khoảng áp dụng cho người và mục mới."
        )
    for row in report.discrimination:
        yield (
            f"Ở phần {row.part} ({row.kind}), tỉ lệ lượt phân biệt được (p_d) được chặn bằng khoảng"
            " Korn–Graubard theo người và mục; tỉ lệ đúng có khoảng chính xác Clopper–Pearson."
        )
    if report.agreement:
        yield "Độ đồng thuận là alpha của Krippendorff (thứ bậc) với bootstrap theo mục."
    if _was_scored(report, "bleu"):
        yield "BLEU và chrF do sacrebleu tính; hiệu số có khoảng bootstrap theo cặp."
    if _was_scored(report, "slot_error_rate"):
        yield "Lỗi thông tin được tìm bằng bảng cách diễn đạt của E2E, tính theo tỉ lệ số thông tin được cho."
    if report.claims:
        yield (
            f"{len(report.claims)} khẳng định cùng biên {_when(report).vi}; mỗi khẳng định được ủng hộ,"
            " bị bác bỏ hoặc chưa kết luận được theo khoảng của nó, có hiệu chỉnh trong họ."
        )
    yield from (sentence.vi for sentence in _looks(report))


def _origin_in_english(report: Report) -> str:
    study, raters = report.study, report.raters
    labels = ", ".join(system.label for system in study.systems)
    if study.imported_from:
        return (
            f"Ratings of {len(study.systems)} systems ({labels}) by {raters.took_part} raters were taken"
            f" from {study.imported_from}; they were collected elsewhere."
        )
    who = "simulated raters (no people)" if study.simulated else "raters"
    return (
        f"Outputs of {len(study.systems)} systems ({labels}) for items of {study.dataset} were judged blind"
        f" by {raters.took_part} {who}. Items were drawn at random (seed {study.seed}); order and sides"
        " were balanced and fixed beforehand, and identical outputs were shown once and counted for each"
        " system."
    )


def _origin_in_vietnamese(report: Report) -> str:
    study, raters = report.study, report.raters
    labels = ", ".join(system.label for system in study.systems)
    if study.imported_from:
        return (
            f"Các lượt chấm cho {len(study.systems)} hệ thống ({labels}) của {raters.took_part} người đánh"
            f" giá được lấy từ {study.imported_from}; chúng được thu thập ở nơi khác."
        )
    who = "người đánh giá mô phỏng (không phải người thật)" if study.simulated else "người đánh giá"
    return (
        f"Văn bản của {len(study.systems)} hệ thống ({labels}) cho các mục của {study.dataset} được"
        f" {raters.took_part} {who} chấm mù. Các mục được rút ngẫu nhiên (hạt giống {study.seed}); thứ tự"
        " và vị trí được cân bằng và cố định trước; văn bản giống hệt nhau chỉ hiện một lần và tính cho"
        " từng hệ thống."
    )


def _ends(criterion: CriterionRatings, to: str) -> str:
    return f"{criterion.scale_low} {to} {criterion.scale_high}"


def _when(report: Report) -> Sentence:
    if report.study.imported_from:
        return Sentence(en="stated after the data", vi="được nêu sau khi có dữ liệu")
    sha256 = report.study.protocol_sha256
    return Sentence(
        en=f"fixed before the first rating (protocol SHA-256 {sha256})",
        vi=f"được cố định trước lượt chấm đầu tiên (đề cương SHA-256 {sha256})",
    )


def _looks(report: Report) -> Iterator[Sentence]:
    """How the results were looked at before the end."""
    planned, spending = report.looks.planned, SPENDINGS.get(report.looks.spending, "")
    taken = sum(bool(look.taken_at) for look in planned)
    if planned:
        yield Sentence(
            en=f"{taken} of {len(planned)} planned interim looks were taken; alpha is spent by the {spending}"
            " type of function (Lan and DeMets).",
            vi=f"{taken} trong {len(planned)} lần xem giữa chừng theo kế hoạch đã được thực hiện, alpha được"
            f" chi theo hàm kiểu {spending} (Lan và DeMets).",
        )
    if report.looks.unblinded:
        yield Sentence(
            en="The results were opened before the study was closed, so the verdicts are exploratory.",
            vi="Kết quả đã được mở trước khi nghiên cứu đóng, nên các kết luận chỉ mang tính thăm dò.",
        )


def _was_scored(report: Report, metric: str) -> bool:
    return any(row.metric == metric and not row.score.reason for row in report.metrics.scores)
