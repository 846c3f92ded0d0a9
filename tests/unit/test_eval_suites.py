"""The project's own suites: their form, their spread, and their gold quotes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from eval.cases import Split, named_files, read_case_lines, resolve, split_of
from eval.corpus import read_corpus
from eval.figures import read_quantities, readable
from eval.normalise import contains, normalise
from rag.resources import seeds_folder

ROOT = Path(__file__).parents[2]
NATIONAL = ROOT / "eval" / "suites" / "national.jsonl"
NATIONAL_CORPUS = ROOT.parent / "shared" / "corpora" / "national"


def test_every_gold_quote_of_the_seeds_is_in_its_file() -> None:
    path = seeds_folder() / "questions.jsonl"
    lines = read_case_lines(path)
    cases = resolve(path, lines, read_corpus(seeds_folder(), named=named_files(lines)))
    assert len(cases) >= 240
    assert sum(not case.answerable for case in cases) >= 0.19 * len(cases)
    assert sum(case.lang == "en" for case in cases) >= 0.15 * len(cases)
    halves = Counter(case.split for case in cases)
    assert min(halves.values()) > 0.4 * len(cases)


def test_the_gold_of_a_figure_holds_what_is_required() -> None:
    """A case that asks for one figure has it in its gold quotes, in some wording of the case."""
    path = seeds_folder() / "questions.jsonl"
    lines = read_case_lines(path)
    for case in resolve(path, lines, read_corpus(seeds_folder(), named=named_files(lines))):
        if case.type != "single_numeric" or case.lang == "en":
            continue
        quotes = " ".join(gold.quote for gold in case.golds)
        text = normalise(quotes)
        values = {quantity.value for quantity in read_quantities(readable(quotes))}
        for group in case.must_contain:
            told = any(contains(text, words) for words in group)
            told = told or any(q.value in values for words in group for q in read_quantities(readable(words)))
            assert told, (case.id, group, quotes)


def test_the_national_suite_is_well_formed() -> None:
    lines = read_case_lines(NATIONAL)
    assert len(lines) >= 80
    assert {split_of(line.id, line.question) for _, line in lines} == set(Split)
    # Its documents are not part of the project; where they lie beside it, its quotes are looked up.
    if NATIONAL_CORPUS.is_dir():
        assert len(resolve(NATIONAL, lines, read_corpus(NATIONAL_CORPUS, named=named_files(lines)))) == len(
            lines
        )
