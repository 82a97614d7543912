"""Why a rater is left out, in both languages, from the frozen rules and the reasons given by hand."""

from ratings.reports.document_statistic import Sentence
from ratings.reports.numbers import short
from ratings.selectors.exclusions import RaterQuality

RULES = {
    "seconds_at_least": Sentence(
        en="took a median of {found} seconds an item, less than the {limit} asked for",
        vi="mất trung vị {found} giây mỗi mục, ít hơn mức {limit} đã định",
    ),
    "alike_at_most": Sentence(
        en="gave one and the same score to a share of {found}, above {limit}",
        vi="cho cùng một mức điểm với tỉ lệ {found}, vượt quá {limit}",
    ),
    "checks_failed_at_most": Sentence(
        en="failed {found} check items, above {limit}",
        vi="không qua {found} mục kiểm tra, vượt quá {limit}",
    ),
    "apart_at_most": Sentence(
        en="was {found} stars apart from themselves on repeats, above {limit}",
        vi="lệch {found} sao so với chính mình ở các mục lặp lại, vượt quá {limit}",
    ),
    "agreement_at_least": Sentence(
        en="correlated {found} with the other raters, below {limit}",
        vi="có tương quan {found} với những người đánh giá khác, thấp hơn {limit}",
    ),
    "handed_in_at_least": Sentence(
        en="handed in a share of {found} of their items, below {limit}",
        vi="chỉ nộp tỉ lệ {found} số mục của mình, thấp hơn {limit}",
    ),
}
BY_HAND = Sentence(
    en="was left out by hand by {actor}, who gave as the reason: {reason}",
    vi="bị {actor} loại thủ công với lý do: {reason}",
)
UNLOCKED = Sentence(en=" (when the results could be read already)", vi=" (khi kết quả đã có thể xem được)")
WHOLE = Sentence(
    en="{rater} is left out: {reasons}.",
    vi="{rater} bị loại khỏi kết quả chính: {reasons}.",
)


def why_left_out(quality: RaterQuality) -> Sentence:
    """One sentence with every reason, in both languages."""
    said = {}
    for language in ("en", "vi"):
        reasons = [
            getattr(RULES[breach.rule], language).format(
                found=short(round(breach.found, 2), language), limit=short(breach.limit, language)
            )
            for breach in quality.broken
        ]
        if quality.by_hand:
            hand = getattr(BY_HAND, language).format(
                actor=quality.by_hand.actor_name, reason=quality.by_hand.reason.rstrip(".")
            )
            late = getattr(UNLOCKED, language) if quality.by_hand.results_were_unlocked else ""
            reasons.append(hand + late)
        said[language] = getattr(WHOLE, language).format(
            rater=quality.rater.pseudonym, reasons="; ".join(reasons)
        )
    return Sentence(en=said["en"], vi=said["vi"])
