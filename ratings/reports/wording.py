"""The words of verdicts in English and Vietnamese.

They stand here and not in the interface's catalogues, because they are part of the report's data: the same
data give the same sentences whatever language a page is read in.
"""

from ratings.reports.document_statistic import Sentence

VERDICTS: dict[tuple[str, str], Sentence] = {
    ("non_inferior", "supported"): Sentence(
        en="{a} is non-inferior to {b} in {subject} within {margin}: {numbers}.",
        vi="{a} không kém {b} về {subject} trong giới hạn {margin}: {numbers}.",
    ),
    ("non_inferior", "refuted"): Sentence(
        en="{a} is worse than {b} in {subject} by more than {margin}: {numbers}.",
        vi="{a} kém {b} về {subject} quá {margin}: {numbers}.",
    ),
    ("non_inferior", "undecided"): Sentence(
        en="Whether {a} is non-inferior to {b} in {subject} within {margin} is undecided: {numbers}.",
        vi="Chưa kết luận được {a} có không kém {b} về {subject} trong giới hạn {margin} hay không: "
        "{numbers}.",
    ),
    ("equivalent", "supported"): Sentence(
        en="{a} and {b} are equivalent in {subject} within {margin}: {numbers}.",
        vi="{a} và {b} tương đương về {subject} trong giới hạn {margin}: {numbers}.",
    ),
    ("equivalent", "refuted"): Sentence(
        en="{a} and {b} differ in {subject} by more than {margin}: {numbers}.",
        vi="{a} và {b} khác nhau về {subject} quá {margin}: {numbers}.",
    ),
    ("equivalent", "undecided"): Sentence(
        en="Whether {a} and {b} are equivalent in {subject} within {margin} is undecided: {numbers}.",
        vi="Chưa kết luận được {a} và {b} có tương đương về {subject} trong giới hạn {margin} hay không: "
        "{numbers}.",
    ),
    ("superior", "supported"): Sentence(
        en="{a} is better than {b} in {subject} by more than {margin}: {numbers}.",
        vi="{a} tốt hơn {b} về {subject} trên {margin}: {numbers}.",
    ),
    ("superior", "refuted"): Sentence(
        en="{a} is not better than {b} in {subject} by more than {margin}: {numbers}.",
        vi="{a} không tốt hơn {b} về {subject} trên {margin}: {numbers}.",
    ),
    ("superior", "undecided"): Sentence(
        en="Whether {a} is better than {b} in {subject} by more than {margin} is undecided: {numbers}.",
        vi="Chưa kết luận được {a} có tốt hơn {b} về {subject} trên {margin} hay không: {numbers}.",
    ),
    ("ratio_at_least", "supported"): Sentence(
        en="{a} reaches at least {margin} of {b} in {subject}: {numbers}.",
        vi="{a} đạt ít nhất {margin} so với {b} về {subject}: {numbers}.",
    ),
    ("ratio_at_least", "refuted"): Sentence(
        en="{a} reaches less than {margin} of {b} in {subject}: {numbers}.",
        vi="{a} đạt dưới {margin} so với {b} về {subject}: {numbers}.",
    ),
    ("ratio_at_least", "undecided"): Sentence(
        en="Whether {a} reaches at least {margin} of {b} in {subject} is undecided: {numbers}.",
        vi="Chưa kết luận được {a} có đạt ít nhất {margin} so với {b} về {subject} hay không: {numbers}.",
    ),
    ("at_most", "supported"): Sentence(
        en="{a} takes at most {margin} of what {b} takes in {subject}: {numbers}.",
        vi="{a} tốn nhiều nhất {margin} so với {b} về {subject}: {numbers}.",
    ),
    ("at_most", "refuted"): Sentence(
        en="{a} takes more than {margin} of what {b} takes in {subject}: {numbers}.",
        vi="{a} tốn hơn {margin} so với {b} về {subject}: {numbers}.",
    ),
    ("at_most", "undecided"): Sentence(
        en="Whether {a} takes at most {margin} of what {b} takes in {subject} is undecided: {numbers}.",
        vi="Chưa kết luận được {a} có tốn nhiều nhất {margin} so với {b} về {subject} hay không: {numbers}.",
    ),
    ("indistinguishable", "supported"): Sentence(
        en="At most {margin} of people-trials can tell {a} from {b}: {numbers}.",
        vi="Nhiều nhất {margin} lượt người–câu có thể phân biệt {a} với {b}: {numbers}.",
    ),
    ("indistinguishable", "refuted"): Sentence(
        en="More than {margin} of people-trials can tell {a} from {b}: {numbers}.",
        vi="Hơn {margin} lượt người–câu có thể phân biệt {a} với {b}: {numbers}.",
    ),
    ("indistinguishable", "undecided"): Sentence(
        en="Whether at most {margin} of people-trials can tell {a} from {b} is undecided: {numbers}.",
        vi="Chưa kết luận được có nhiều nhất {margin} lượt người–câu phân biệt được {a} với {b} hay không: "
        "{numbers}.",
    ),
}

DIFFERENCE = Sentence(
    en="difference {estimate} ({confidence} CI {low} to {high}), {n}",
    vi="chênh lệch {estimate} (KTC {confidence}: {low} đến {high}), {n}",
)
RATIO = Sentence(
    en="ratio {estimate} ({confidence} CI {low} to {high}), {n}",
    vi="tỉ số {estimate} (KTC {confidence}: {low} đến {high}), {n}",
)
STATED = Sentence(
    en="{estimate}, as stated by {who}, not measured here",
    vi="{estimate}, theo khai báo của {who}, không đo ở đây",
)
MEASURED = Sentence(en="{estimate}, measured", vi="{estimate}, đo trực tiếp")
TOLD_APART = Sentence(
    en="raters were right in {proportion} of {trials} trials (chance {chance}); p_d {estimate}, at most "
    "{high} ({confidence} bound)",
    vi="người đánh giá đúng {proportion} trong {trials} lượt (ngẫu nhiên {chance}); p_d {estimate}, nhiều "
    "nhất {high} (cận {confidence})",
)
MEAN_CHANCE = Sentence(en="{chance} on average", vi="trung bình {chance}")
IDENTICAL_PAIRS = Sentence(
    en="{share} of the items show word for word the same text twice, which nobody can tell",
    vi="{share} số mục có hai văn bản giống hệt nhau từng chữ nên không ai phân biệt được",
)
NOT_TESTED = Sentence(
    en="the data cannot test it. {reason}",
    vi="dữ liệu không cho phép kiểm định. {reason}",
)
PEOPLE_SPARSE = Sentence(
    en="{ratings} ratings of {items} items by {raters} raters",
    vi="{ratings} lượt chấm {items} mục của {raters} người đánh giá",
)
PEOPLE = Sentence(
    en="{items} items × {raters} raters ({ratings} ratings)",
    vi="{items} mục × {raters} người đánh giá ({ratings} lượt chấm)",
)
SEGMENTS = Sentence(en="{items} examples", vi="{items} ví dụ")
ALPHA_LEFT = Sentence(
    en="Looks before the end spent part of its alpha; this verdict is at the {alpha} that they left.",
    vi="Các lần xem giữa chừng đã dùng một phần alpha; kết luận này ở mức {alpha} còn lại.",
)
EXPLORATORY = Sentence(en="Exploratory: {sentence}", vi="Thăm dò: {sentence}")
SIMULATED = Sentence(en="Simulated raters: {sentence}", vi="Người đánh giá mô phỏng: {sentence}")

FURTHER_RATINGS = Sentence(
    en="About {further} more ratings ({items} items and {raters} raters in all) would decide it with 80 % "
    "power if this estimate held.",
    vi="Cần thêm khoảng {further} lượt chấm (tổng cộng {items} mục và {raters} người) để kết luận với lực "
    "kiểm định 80 %, nếu ước lượng này giữ nguyên.",
)
FURTHER_TRIALS = Sentence(
    en="About {further} more trials would decide it with 80 % power if this estimate held.",
    vi="Cần thêm khoảng {further} lượt phân biệt để kết luận với lực kiểm định 80 %, nếu ước lượng này giữ "
    "nguyên.",
)
FURTHER_EXAMPLES = Sentence(
    en="About {further} more examples would decide it with 80 % power if this estimate held.",
    vi="Cần thêm khoảng {further} ví dụ để kết luận với lực kiểm định 80 %, nếu ước lượng này giữ nguyên.",
)
NO_FURTHER = Sentence(
    en="The estimate lies so near the margin that no feasible number more would decide it.",
    vi="Ước lượng nằm quá gần biên nên không số lượng khả thi nào đủ để kết luận.",
)

SUBJECTS: dict[str, Sentence] = {
    "aggregate": Sentence(en="mean stars over all criteria", vi="số sao trung bình trên mọi tiêu chí"),
    "accuracy": Sentence(en="accuracy", vi="độ chính xác"),
    "bleu": Sentence(en="BLEU", vi="BLEU"),
    "bleu_lowercased": Sentence(en="lowercased BLEU", vi="BLEU chữ thường"),
    "nist": Sentence(en="NIST", vi="NIST"),
    "meteor": Sentence(en="METEOR", vi="METEOR"),
    "rouge_l": Sentence(en="ROUGE-L", vi="ROUGE-L"),
    "cider": Sentence(en="CIDEr", vi="CIDEr"),
    "chrf": Sentence(en="chrF2", vi="chrF2"),
    "f1": Sentence(en="F1", vi="F1"),
    "matthews": Sentence(en="Matthews' correlation", vi="hệ số tương quan Matthews"),
    "slot_error_rate": Sentence(en="slot error rate", vi="tỉ lệ lỗi thông tin"),
    "bytes": Sentence(en="storage", vi="dung lượng lưu trữ"),
    "training_seconds": Sentence(en="training time", vi="thời gian huấn luyện"),
    "trainable_parameters": Sentence(en="trainable parameters", vi="số tham số huấn luyện"),
}
UNITS: dict[str, Sentence] = {
    "stars": Sentence(en="{value} stars", vi="{value} sao"),
    "points": Sentence(en="{value} points", vi="{value} điểm"),
    "share": Sentence(en="{value}", vi="{value}"),
}
