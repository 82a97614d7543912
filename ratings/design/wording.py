"""The words a study starts with, in the texts' default language; a researcher may change all of them."""

CRITERIA = (
    (
        "informativeness",
        "Does the text give all of the facts, and only these?",
        "facts are missing or made up",
        "all of the facts, nothing else",
    ),
    (
        "naturalness",
        "Could a native speaker have written the text?",
        "no native speaker would",
        "reads as if a native speaker had written it",
    ),
    (
        "quality",
        "How good is the text overall: grammar, fluency and content together?",
        "very poor",
        "excellent",
    ),
)

QUESTIONS = {
    "stars": "Read the facts, then judge each text on its own.",
    "identify": "Which of these texts was written by the system marked in practice?",
    "two_afc": "Which of the two was written by the system marked in practice?",
    "abx": "One system wrote text A, another text B. Which of the two wrote text X?",
    "triangle": "One system wrote two of these texts, another system one. Which is the odd one out?",
    "preference": "Which of the two texts is better?",
    "label_check": "Which label does this text have?",
}
LEARNT_QUESTION = "Which of these texts was written by system P?"


def usual_question(kind: str, *, training: int) -> str:
    """The question of a part that states none; after labelled examples it is about code name P."""
    return LEARNT_QUESTION if training else QUESTIONS[kind]


CONSENT = """\
You are invited to judge short texts that computer programs wrote from a list of facts.

Taking part is voluntary. You can stop at any time, without giving a reason, and come back later by the \
same link.

We keep your answers, when you gave them and how long each took, under a pseudonym. We do not keep your \
name, your e-mail address or your network address with them. The answers are used for research and may be \
published without anything that identifies you.

By agreeing you confirm that you are at least 18 years old and that you have read this page.
"""

INSTRUCTIONS = """\
You will see a list of **facts** and one or more **texts** written from them.

- Compare each text with the facts first: is everything there, and is nothing made up?
- Then judge how it reads. A short text can be as good as a long one.
- Judge each text on its own, and use the whole scale from 1 to 5.
- Where two texts are to be told apart, choose one even if you are not sure.

There are no trick questions. Your first impression after one careful reading is what we want.
"""
