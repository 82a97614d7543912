"""The wordings by which a text says a slot of the E2E dataset: tables to read, and nothing else.

Patterns meet text in lower case without accents, whose venue names are blanked out by "~". A wording lists
every value that it may stand for: "a high rating" says `high` and `5 out of 5` alike, as people use it.
After Dušek, Howcroft & Rieser 2019 ("Semantic Noise Matters for Neural Natural Language Generation",
section 3); the tables are our own.
"""

from typing import NamedTuple

from generation.metrics.slot_phrases import (
    CHILDREN,
    NOT,
    TURN,
    price_limit,
    price_said,
    rating_in_numbers,
    rating_said,
)


class Wording(NamedTuple):
    """Ways to say one thing, and the slot values that it may stand for (none: a value no MR can have)."""

    values: tuple[str, ...]
    patterns: tuple[str, ...]


_LOW_RATING = ("low", "1 out of 5")
_AVERAGE_RATING = ("average", "3 out of 5")
_HIGH_RATING = ("high", "5 out of 5")
_LOW_PRICE = ("cheap", "less than £20")
_MIDDLE_PRICE = ("moderate", "£20-25")
_HIGH_PRICE = ("high", "more than £30")

_WELCOMING = (
    rf"\b{CHILDREN}[ -]*(?:friendly|freindly|oriented|orientated|suitable|welcoming|welcomed|welcome|safe)\b",
    (
        rf"\b{CHILDREN}(?: (?:are|is|can be|will be|also|always|very|more than)){{0,3}}"
        r" (?:welcomed?|allowed|accepted|permitted)"
    ),
    rf"\b{CHILDREN} can\b",
    rf"\b{CHILDREN} (?:and|as well as) adults?\b",
    (
        r"\b(?:welcom|allow|accept|permit|cater|accommodat|invit|bring|tak|treat|lov)(?:e|es|s|ing)?"
        rf"(?: [\w']+){{0,3}} {CHILDREN}"
    ),
    (
        r"\b(?:friendly|suitable|good|great|ideal|perfect|appropriate|recommended|open|fun|popular|popularity|yes)"
        rf" (?:for|to|towards?|with)(?: [\w']+){{0,3}}? {CHILDREN}"
    ),
    rf"\b(?:for|to|with your) (?:you and )?(?:(?:the|all|your|whole|entire|young) ){{0,3}}{CHILDREN}",
    r"\bfamily[ -]+(?:place|restaurants?|pubs?|coffee|environment|atmosphere|venue|establishment|dining)",
)
_UNWELCOMING = (
    *(rf"{NOT}(?:[ -]+{TURN}[\w']+){{0,4}}?[ -]*{pattern}" for pattern in (*_WELCOMING, rf"\b{CHILDREN}")),
    *(rf"{pattern} (?:is|are) {NOT}" for pattern in _WELCOMING),
    rf"\b{CHILDREN}(?: (?:are|is|should|can|may))? ?{NOT}",
    rf"\b{CHILDREN}[ -]*(?:unfriendly|free)\b",
    rf"\b{CHILDREN} (?:are )?prohibited\b",
    rf"\b{CHILDREN}[ -]*friendly[ :,-]+(?:is |rating |of )?no\b",
    rf"\b(?:unsuitable|inappropriate|unfriendly)(?: [\w']+){{0,2}} {CHILDREN}",
    rf"\badults?\b(?! (?:and|or|as well as) {CHILDREN})",
)

WORDINGS: dict[str, tuple[Wording, ...]] = {
    "eatType": (
        Wording(("coffee shop",), (r"\bcoffee[ -]*(?:shop|house|bar|place)s?\b", r"\bcafes?\b")),
        Wording(("pub",), (r"\bpubs?\b",)),
        Wording(("restaurant",), (r"\brestaurants?\b", r"\beatery\b")),
    ),
    "food": (
        Wording(("Chinese",), (r"\bchinese\b",)),
        Wording(("English",), (r"\b(?:english|british)\b(?! (?:pounds?|sterling))",)),
        Wording(("Fast food",), (r"\bfast[ -]*foods?\b", r"\bburgers\b")),
        Wording(("French",), (r"\bfrench\b",)),
        Wording(("Indian",), (r"\bindian\b",)),
        Wording(("Italian",), (r"\bitalian\b", r"\bpasta\b")),
        Wording(("Japanese",), (r"\bjapanese\b", r"\bsushi\b")),
    ),
    "priceRange": (
        Wording(
            _LOW_PRICE,
            (
                r"\b(?:cheap|cheaply|cheaper|inexpensive|inexpensively|budget)\b",
                *price_said("low|lower|below average|cheap|small"),
            ),
        ),
        Wording(
            (*_LOW_PRICE, *_MIDDLE_PRICE),
            (
                r"\b(?:affordabl|reasonabl)[ey]\b(?![ -]+(?:customer|rat|review))",
                *price_said("reasonable|reasonably"),
            ),
        ),
        Wording(
            (*_LOW_PRICE, *_MIDDLE_PRICE),
            (NOT + r"(?: (?:too|very|overly|that|so))* (?:expensive|pricey)\b",),
        ),
        Wording(
            ("less than £20",),
            price_limit(
                "(?:less|lower|cheaper|fewer) (?:than|then|that)|under|below|up to|within|sub",
                "20|twenty",
                "(?:or|and) (?:less|under|below)",
            ),
        ),
        Wording(
            _MIDDLE_PRICE,
            (
                r"\bmoderately[ -]+(?:expensive|cheap)\b",
                *price_said(
                    "moderate|moderately|average|averagely|decent|decently|medium|mid|middle|fair|fairly"
                ),
                r"\bmoderate\b(?![ -]+(?:customer|rat|review))",
            ),
        ),
        Wording(("£20-25",), (r"£? ?\b20 ?£?(?: pounds)? ?(?:-|to|and) ?£? ?25\b",)),
        Wording(
            _HIGH_PRICE,
            (
                # "Less than £20 expensive" says the price, not that it is high.
                r"(?<!\d )\b(?:expensive|pricey|pricy|costly|upscale|up-?market|up market)\b",
                *price_said("high|higher|highly|expensive|(?:above|higher than|more than) average"),
            ),
        ),
        Wording((*_HIGH_PRICE, *_MIDDLE_PRICE), (NOT + r"(?: [\w']+){0,1} cheap\b",)),
        Wording(
            ("more than £30",),
            price_limit(
                "(?:more|greater|higher|upward) (?:than|then|that)|over|above|exceed(?:s|ing)?|from"
                "|starting at",
                "30|thirty",
                r"\+|plus\b|(?:or|and) (?:more|up|over|above|upwards)",
            ),
        ),
    ),
    "customer rating": (
        Wording(
            _LOW_RATING,
            (
                *rating_in_numbers("1", "one"),
                *rating_said("low|lowly|lower|poor|poorly|bad|badly|terrible|terribly|unfavou?rable"),
            ),
        ),
        Wording((), (*rating_in_numbers("2", "two"), *rating_in_numbers("4", "four"))),
        Wording(
            _AVERAGE_RATING,
            (
                *rating_in_numbers("3", "three"),
                *rating_said(
                    "average|averagely|averaged|decent|decently|moderate|moderately|ok|okay|mediocre|fair|fairly"
                ),
            ),
        ),
        Wording(
            (*_AVERAGE_RATING, *_HIGH_RATING), rating_said("good|well|positive|positively|favou?rabl[ey]")
        ),
        Wording(
            _HIGH_RATING,
            (
                *rating_in_numbers("5", "five"),
                *rating_said(
                    "high|highly|higher|highest|top|best|excellent|excellently|great|greatly"
                    "|very well|very good|outstanding|perfect|superb|fantastic"
                ),
            ),
        ),
        Wording(
            _LOW_RATING,
            (
                *(rf"{NOT}(?: [\w']+){{0,3}} {said}" for said in rating_said("good|well|high|highly|great")),
                *rating_said(rf"{NOT} (?:(?:very|so|that|too) )?(?:good|high|great)"),
            ),
        ),
    ),
    "area": (
        Wording(
            ("city centre",),
            (
                r"\b(?:city|cities|town|cambridge)(?:'s)?[ -]*(?:cent(?:re|er)|central)s?\b",
                r"\bcent(?:re|er|ral)(?: part)? (?:of|in) (?:the )?(?:city|town|cambridge)\b",
                r"\bin the cent(?:re|er)\b",
                r"\bcentral(?:ly)?\b",
                r"\bdowntown\b",
            ),
        ),
        Wording(
            ("riverside",),
            (
                # The river of the dataset's map runs north of the city centre.
                r"\b(?:north|outside)(?: of)?(?: the)? (?:city|town) cent(?:re|er)\b",
                r"\briver[ -]*sides?\b",
                r"\briver[ -]*(?:banks?|front)\b",
                r"\brivers?\b",
                r"\bwater(?:side|front)\b",
            ),
        ),
    ),
    "familyFriendly": (
        Wording(("yes",), _WELCOMING),
        Wording(("no",), _UNWELCOMING),
    ),
}
