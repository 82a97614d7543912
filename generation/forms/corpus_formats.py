"""The formats that a corpus may come in, each with a small file of it, for the page that imports one."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generation.models import Dataset

Task = Dataset.Task


@dataclass(frozen=True)
class FormatExample:
    """A format of a task's files: what it is called, and a whole small file of it."""

    task: Dataset.Task
    name: str | Promise
    example: str


_GLUE = _("GLUE's TSV")
FORMATS = (
    FormatExample(
        Task.E2E,
        _("CSV of the challenge, one reference a row"),
        'mr,ref\n"name[Blue Spice], food[Chinese]",Blue Spice serves Chinese food.',
    ),
    FormatExample(
        Task.E2E,
        _("text as in the LoRA paper, one reference a line"),
        "name : Blue Spice | Type : pub | food : Chinese||Blue Spice is a pub with Chinese food .",
    ),
    FormatExample(
        Task.E2E,
        _("JSON lines as in the LoRA paper"),
        '{"context": "name : Blue Spice | Type : pub||", "completion": "Blue Spice is a pub ."}',
    ),
    FormatExample(Task.SST2, _GLUE, "sentence\tlabel\na gripping film\t1"),
    FormatExample(
        Task.MRPC,
        _GLUE,
        "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7021\t7022\tShe left .\tShe went away .",
    ),
    FormatExample(
        Task.RTE, _GLUE, "index\tsentence1\tsentence2\tlabel\n0\tIt rains.\tIt is wet.\tentailment"
    ),
    FormatExample(
        Task.MNLI,
        _("GLUE's TSV, matched or mismatched; other columns may stand between"),
        "index\tsentence1\tsentence2\tgold_label\n0\tIt rains.\tIt is dry.\tcontradiction",
    ),
    FormatExample(
        Task.GENERATION,
        _("JSON lines; the source is the prompt as it stands"),
        '{"source": "Say hello in French:", "references": ["Bonjour !", "Salut !"]}',
    ),
    FormatExample(
        Task.CLASSIFICATION,
        _("JSON lines, also for GLUE's tasks with their labels; text_pair on every line or on none"),
        '{"text": "It rains.", "text_pair": "It is wet.", "label": "follows"}\n'
        '{"text": "It rains.", "text_pair": "It is late.", "label": "open"}',
    ),
)
