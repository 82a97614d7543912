import shutil
import subprocess

import pytest
from django.utils.translation import override

from ratings.reports.latex_export import escaped, latex_table, report_to_latex
from ratings.reports.sections import Column, Table
from tests.conftest import skip_unless_ci


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("5 % & 3_4", r"5 \% \& 3\_4"),
        ("\\input{x}", r"\textbackslash{}input\{x\}"),
        ("−0.5 × £3", r"$-$0.5 $\times$ \pounds{}3"),
        ("tiếng Việt", "tiếng Việt"),
        ("e\u0301", "é"),
        ("😀", "[U+1F600]"),
    ],
)
def test_texts_are_set_as_they_are(text, latex):
    assert escaped(text) == latex


def test_long_tables_break_over_pages():
    table = Table(
        key="k",
        caption="Caption",
        columns=(Column(title="name"), Column(title="n", number=True)),
        rows=tuple((f"row {number}", "1") for number in range(50)),
    )
    assert r"\begin{longtable}{lr}" in latex_table(table, simulated=False)
    assert "(simulated raters)" in latex_table(table, simulated=True)


@pytest.mark.parametrize(("language", "needed"), [("en", "t1enc.def"), ("vi", "t5enc.def")])
def test_the_document_compiles(report, tmp_path, language, needed):
    program, finder = shutil.which("pdflatex"), shutil.which("kpsewhich")
    if program is None or finder is None:
        skip_unless_ci("no pdflatex on this machine")
    if subprocess.run([finder, needed], capture_output=True, check=False).returncode:
        skip_unless_ci(f"no {needed} on this machine")
    with override(language):
        (tmp_path / "report.tex").write_bytes(report_to_latex(report))
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_vietnamese_document_asks_for_vietnamese_fonts(report):
    with override("vi"):
        document = report_to_latex(report).decode()
    assert r"\usepackage[T5]{fontenc}" in document
    assert escaped(report.claims[0].sentence.vi) in document
