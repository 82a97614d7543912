"""A datasheet of the human evaluation in the spirit of HEDS (Shimorina & Belz 2022), filled in here."""

from collections.abc import Iterator

from ratings.reports.document import DatasheetEntry, Report
from ratings.reports.document_statistic import Sentence


def datasheet_of(report: Report) -> tuple[DatasheetEntry, ...]:
    """Questions and answers; what the study does not record is said to be unknown."""
    return tuple(
        DatasheetEntry(
            key=key, question=Sentence(en=question[0], vi=question[1]), answer=Sentence(en=en, vi=vi)
        )
        for key, question, en, vi in _entries(report)
    )


def _entries(report: Report) -> Iterator[tuple[str, tuple[str, str], str, str]]:
    study, raters = report.study, report.raters
    unknown = ("Not recorded by this program; add it.", "Chương trình không ghi lại; hãy bổ sung.")
    systems = "; ".join(
        row.label if row.label == row.system else f"{row.label}: {row.system}" for row in study.systems
    )
    yield (
        "systems",
        ("Which systems were evaluated?", "Những hệ thống nào được đánh giá?"),
        systems,
        systems,
    )
    if study.imported_from:
        yield from _imported(study.imported_from)
        return
    yield (
        "inputs",
        ("Which inputs, and how were they chosen?", "Đầu vào nào, chọn ra sao?"),
        (
            f"Examples of {study.dataset} (SHA-256 {study.dataset_sha256}), drawn at random with seed"
            f" {study.seed}."
        ),
        (
            f"Ví dụ của {study.dataset} (SHA-256 {study.dataset_sha256}), rút ngẫu nhiên với hạt giống"
            f" {study.seed}."
        ),
    )
    yield (
        "language",
        ("In which language are the texts?", "Văn bản bằng ngôn ngữ nào?"),
        study.language,
        study.language,
    )
    sizes = "; ".join(
        f"{part.position} ({part.kind}): {part.items} × {part.ratings_per_item}" for part in study.parts
    )
    yield (
        "size",
        (
            "How many items, and how many ratings each (by part)?",
            "Bao nhiêu mục, mỗi mục mấy lượt (theo phần)?",
        ),
        sizes,
        sizes,
    )
    kind = (
        ("simulated raters, no people", "mô phỏng, không phải người")
        if study.simulated
        else ("people", "người")
    )
    yield (
        "raters",
        ("How many raters, and who are they?", "Bao nhiêu người đánh giá, họ là ai?"),
        f"{raters.took_part} of {raters.planned} planned ({kind[0]}), under pseudonyms.",
        f"{raters.took_part} trong {raters.planned} dự kiến ({kind[1]}), dưới bí danh.",
    )
    yield ("expertise", ("Are they experts?", "Họ có chuyên môn không?"), *unknown)
    paid = (f"{study.payment.en}.", f"{study.payment.vi}.") if study.payment else unknown
    yield ("payment", ("How were they paid?", "Họ được trả công thế nào?"), *paid)
    yield (
        "consent",
        ("Did they consent?", "Họ có đồng ý không?"),
        (
            "Each rater agreed to the study's consent text before the first item; the exact text is kept by"
            " hash."
            if not study.simulated
            else "Nobody was asked, since no person took part."
        ),
        (
            "Mỗi người đồng ý với văn bản đồng thuận trước mục đầu tiên; văn bản được lưu bằng mã băm."
            if not study.simulated
            else "Không ai được hỏi vì không có người tham gia."
        ),
    )
    for number, criterion in enumerate(report.ratings, start=1):
        text = (
            f"{criterion.criterion}: {criterion.question} ({criterion.scale_low} = {criterion.low_anchor}; "
            f"{criterion.scale_high} = {criterion.high_anchor})"
        )
        yield (
            f"criterion_{number}",
            (f"Criterion {number}: name, question, scale", f"Tiêu chí {number}: tên, câu hỏi, thang"),
            text,
            text,
        )
    yield (
        "blinding",
        ("What did raters know about the systems?", "Người đánh giá biết gì về hệ thống?"),
        "Nothing but the texts; order and sides were balanced by a seeded plan.",
        "Chỉ văn bản; thứ tự và vị trí được cân bằng theo kế hoạch có hạt giống.",
    )
    yield (
        "preregistration",
        ("What was fixed before the data?", "Điều gì được cố định trước dữ liệu?"),
        f"Design, plan and {len(report.claims)} claims, protocol SHA-256 {study.protocol_sha256}.",
        f"Thiết kế, kế hoạch và {len(report.claims)} khẳng định, đề cương SHA-256 {study.protocol_sha256}.",
    )
    yield ("ethics", ("Was there ethical approval?", "Có phê duyệt đạo đức không?"), *unknown)


def _imported(file: str) -> Iterator[tuple[str, tuple[str, str], str, str]]:
    yield (
        "origin",
        ("Where do the ratings come from?", "Các lượt chấm từ đâu?"),
        f"From {file}, collected elsewhere: raters, consent, instructions and order are not known here.",
        f"Từ {file}, thu thập ở nơi khác: không biết người đánh giá, đồng thuận, hướng dẫn và thứ tự.",
    )
    yield (
        "preregistration",
        ("What was fixed before the data?", "Điều gì được cố định trước dữ liệu?"),
        "Nothing that this program knows of.",
        "Không có gì mà chương trình này biết.",
    )
