"""The commands on a data folder: each opens it, calls one method of `Rag` and shows the result.

They return the exit status; what a person can mend they raise as RagError. What costs time to import is
imported inside the command that needs it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli_show import DONE, WRONG_USAGE, fail, note, print_json, terminal_width
from rag.errors import ModelDamaged, ModelError, ModelMissing, SourceError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.domain import Mode
    from rag.ingest import Outcome
    from rag.library import Rag

# --- Questions --------------------------------------------------------------------------------------


def ask(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.domain import Mode, Question
    from rag.record import answer_record

    mode = Mode(arguments.mode)
    with _open_to_ask(settings, mode) as rag:
        _note_outdated(rag)
        trace = rag.ask(Question(text=arguments.question, mode=mode))
    if trace.draft is None and trace.faults:
        note(f"{trace.faults[0]} These are the sentences themselves.")
    if arguments.json:
        print_json(answer_record(trace))
    else:
        from rag.cli_show import answer_text

        print(answer_text(trace, width=terminal_width()))
    return DONE


def search(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.ask import check_question
    from rag.assemble import open_rag
    from rag.cli_show import PassageBar
    from rag.record import hit_record

    query: str = arguments.query
    check_question(query, "query")
    with PassageBar() as bar, open_rag(settings, chat=False, progress=bar) as rag:
        bar.clear()
        _note_outdated(rag)
        hits = rag.search(query, limit=arguments.limit)
        sources = rag.source_texts(hit.report for hit in hits)
    if arguments.json:
        print_json({"hits": [hit_record(hit, sources[hit.report.source_id]) for hit in hits]})
    else:
        from rag.cli_show import hits_text

        print(hits_text(hits, width=terminal_width()) if hits else "Nothing in the reports matches.")
    return DONE


def _open_to_ask(settings: Settings, mode: Mode) -> Rag:
    """With the chat model where the mode wants one and it is on disk; else without, and a line says so."""
    from rag.assemble import open_rag
    from rag.cli_show import PassageBar
    from rag.domain import Mode

    with PassageBar() as bar:
        if mode is Mode.EXTRACTIVE:
            return open_rag(settings, chat=False, progress=bar)
        try:
            return open_rag(settings, progress=bar)
        except (ModelMissing, ModelDamaged) as error:
            # Where it is the embedder that lacks, this raises the same again.
            rag = open_rag(settings, chat=False, progress=bar)
            note(f"{error} Until then answers are the sentences themselves.")
            return rag


def _note_outdated(rag: Rag) -> None:
    if rag.outdated:
        note(rag.outdated)


# --- The corpus -------------------------------------------------------------------------------------


def ingest(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_rag
    from rag.cli_show import PassageBar
    from rag.ingest import Change
    from rag.steps.identify import Hints

    if not arguments.paths and not arguments.seeds:
        return fail("Name the files or folders to ingest, or give --seeds.", WRONG_USAGE)
    paths = list(_expand(arguments.paths, seeds=arguments.seeds))
    hints = Hints(region=arguments.region, year=arguments.year)
    outcomes: list[Outcome] = []
    with PassageBar() as bar, open_rag(settings, chat=False, progress=bar) as rag:
        if rag.outdated:
            note("This version reads reports by newer rules: reading the stored texts again.")
            rag.rebuild(bar)
        for number, path in enumerate(paths, 1):
            bar.begin(path.name, number=f"{number}/{len(paths)}")
            for outcome in rag.ingest_paths([path], hints=hints, progress=bar):
                bar.clear()
                outcomes.append(outcome)
                print(_outcome_line(outcome), flush=True)
            bar.clear()
        _note_undecided(rag, [outcome.source_id for outcome in outcomes if outcome.sentences])
    failed = sum(outcome.change is Change.FAILED for outcome in outcomes)
    if failed:
        return fail(f"{failed} of {len(outcomes)} files could not be ingested; the others are kept.")
    return DONE


def _expand(paths: Iterable[Path], *, seeds: bool) -> Iterator[Path]:
    """Files as they are named; of a folder the documents in it and below it, in order of their names."""
    from rag.adapters.reader import documents
    from rag.resources import seeds_folder

    for path in [*paths, *([seeds_folder()] if seeds else [])]:
        if not path.is_dir():
            yield path
            continue
        found = documents(path)
        if not found:
            raise SourceError(
                f"There is no text, Markdown, HTML, PDF, Word or zip file in {path}: name the files."
            )
        yield from found


def _outcome_line(outcome: Outcome) -> str:
    from rag.ingest import Change

    name = outcome.name
    if outcome.change is Change.FAILED:
        return f"failed     {name}: {outcome.error}"
    if not outcome.sentences:
        return f"{outcome.change.value:9}  {name}"
    reports = f"{outcome.reports} report" + ("s" if outcome.reports != 1 else "")
    return f"{outcome.change.value:9}  {name}  {reports}, {outcome.sentences} sentences"


def _note_undecided(rag: Rag, source_ids: Iterable[str | None]) -> None:
    """Say of which reports the place or the year could not be found, and how to give it."""
    added = set(source_ids)
    for report in rag.reports():
        found = {"region": report.region, "year": report.year}
        lacking = [word for word, value in found.items() if value is None]
        if lacking and report.source_id in added:
            options = " ".join(f"--{word} …" for word in lacking)
            note(f"{report.source_name}: no {' and no '.join(lacking)} found; ingest it again with {options}")


def reports(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_rag
    from rag.record import report_record

    with open_rag(settings, chat=False, check=False) as rag:
        reports, duplicates = rag.reports(), rag.duplicates()
    if arguments.json:
        print_json({"reports": [report_record(r, duplicate_of=duplicates.get(r.id)) for r in reports]})
    elif reports:
        from rag.cli_show import reports_text

        print(reports_text(reports, duplicates=duplicates))
    else:
        print("There are no reports yet: run `wenbao ingest PATH…`, or `wenbao ingest --seeds`.")
    return DONE


def remove(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_rag

    with open_rag(settings, chat=False, check=False) as rag:
        rag.remove(arguments.source_id)
    print(f"removed  {arguments.source_id}")
    return DONE


def rebuild(_arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_rag
    from rag.cli_show import PassageBar

    with PassageBar() as bar, open_rag(settings, chat=False, check=False) as rag:
        count = rag.rebuild(bar)
        bar.clear()
        print(f"rebuilt  {count} sources, {len(rag.reports())} reports")
    return DONE


def verify(_arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_rag
    from rag.cli_show import PassageBar

    with PassageBar() as bar, open_rag(settings, chat=False, check=False) as rag:
        with suppress(ModelError):  # without the embedder, what is not indexed yet is a problem to be told
            rag.finish(bar)
        bar.clear()
        problems = rag.verify()
        reports = rag.reports()
    for problem in problems:
        note(problem)
    if problems:
        return fail("The indexes do not hold what the store holds: run `wenbao rebuild`.")
    sources = {report.source_id for report in reports}
    print(f"clean  {len(sources)} sources, {len(reports)} reports")
    return DONE
