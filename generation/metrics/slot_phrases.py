"""Pieces of regular expressions that the tables of wordings are made of."""

NOT = r"(?:\b(?:not?|none?|never|nor|without|isnt|doesnt|dont|arent|cannot)\b|n't\b)"
CHILDREN = r"(?:kid|kids|child|childs|children|childrens|family|families|all ages)\b(?:'s?)?"
# Words that lead from one thing to another, or turn it round: what stands behind them says something else.
TURN = r"(?!and\b|but\b|with\b|only\b|not\b)"


def rating_said(words: str) -> tuple[str, ...]:
    """`words` said of a rating, before it ("poorly rated") or after it ("customers rate it as poor")."""
    rating = r"(?:rat(?:ing|e|ed|es|ings)|reviews?|reviewed|scores?|scored|satisfaction|feedback)\b"
    link = rf"(?:[ :]+(?!price){TURN}[\w'~]+){{0,4}}[ :'-]+"
    return (
        rf"\b(?:{words})(?:[ -]+(?:customers?|consumers?|users?|overall))*(?:'s?)?[ -]+{rating}",
        rf"\b{rating}{link}(?:{words})\b(?![ -]+(?:pric|cost|famil|kid|child|food))",
    )


def rating_in_numbers(digit: str, word: str) -> tuple[str, ...]:
    """A rating in numbers: 3 out of 5, three-star, rated 3."""
    number = rf"(?:{digit}|{word})"
    return (
        rf"\b{number}(?:[ -]*stars?)?[ -]*(?:out[ -]*of|out|of|/)[ -]*(?:5|five)\b(?:[ -]*stars?)?",
        rf"\b{number}[ -]*stars?\b",
        rf"\brat(?:ing|ed|e)(?: (?:is|of|at|it|as|a))* {number}\b(?! pounds)",
        rf"(?<!of )(?<!out )(?<!/)\b{number} (?:customer )?rating",
    )


def price_said(words: str) -> tuple[str, ...]:
    """`words` said of prices, before the word ("low-priced") or after it ("prices tend to be low")."""
    price = r"(?:pric(?:e|es|ed|ing|ey)|costs?|costing)\b"
    link = rf"(?:[ :]+(?!rat|customer){TURN}[\w']+){{0,5}}[ :-]+"
    return (
        rf"\b(?:{words})[ -]+(?:(?:in|end|food) )?{price}(?:[ -]range)?",
        rf"\b{price}{link}(?:{words})\b(?![ -]+(?:customer|rat|review|famil|kid|child))",
        rf"\b(?:{words})[ -]+(?:range|end|euros|dollars|pounds)\b(?! (?:customer|rat|review))",
    )


def price_limit(before: str, number: str, after: str) -> tuple[str, ...]:
    """A limit in pounds: "less than £20", "20 pounds or less"; an average price of that much is that much."""
    average = r"(?:(?:average (?:price|cost)s?|priced on average)[\w ]{0,20}? )?"
    return (
        rf"\b{average}(?:{before}) ?£? ?(?:{number})\b",
        rf"£? ?\b(?:{number}) ?(?:£|pounds|euros)? ?(?:{after})",
    )
