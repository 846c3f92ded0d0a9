"""`wenbao-eval run`: cases and a folder of documents → answers.jsonl, scorecard.json, failures.txt,
report.html.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from tqdm import tqdm

from eval.ask_cases import ask_all, report_spans, system_key
from eval.cases import Case, Split, named_files, read_case_lines, resolve
from eval.corpus import Corpus, read_corpus
from eval.errors import CasesError
from eval.failures import list_failures
from eval.judge import Judge, judge_all
from eval.metrics.answer_accuracy import is_correct
from eval.observation import Observation
from eval.own_data import fill, open_own
from eval.reasons import why_failed
from eval.report import write_report
from eval.rows import ERROR, ReportSpan, Row, line, read_rows, write_rows
from eval.scorecard import Json, scorecard
from rag.domain import Mode
from rag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """`data` is the evaluation's own data folder. `limit` takes the first cases; 0 takes all."""

    cases: Path
    corpus: Path
    out: Path
    data: Path
    mode: Mode = Mode.AUTO
    split: Split | None = None
    limit: int = 0
    resume: bool = False
    judge: Judge | None = None


def run(options: RunOptions, settings: Settings) -> dict[str, Json]:
    """Ask, score, write. The scorecard. Raises CasesError, and what opening a data folder raises."""
    lines = read_case_lines(options.cases)
    corpus = read_corpus(options.corpus, named=named_files(lines), max_megabytes=settings.upload_megabytes)
    cases = chosen(resolve(options.cases, lines, corpus), split=options.split, limit=options.limit)
    for name, why in corpus.unread.items():
        print(f"left out {name}: {why}", file=sys.stderr)
    options.out.mkdir(parents=True, exist_ok=True)
    own = replace(settings, data=options.data)
    rows, reports = _answers(options, own, cases, corpus, users_data=settings.data)
    seen = observe(cases, rows, corpus, reports)
    if options.judge is not None:
        seen = observe(cases, judge_all(seen, options.judge), corpus, reports)
    card = scorecard(seen, settings=_settings(options, own), manifest=_manifest(rows))
    write(options.out, seen, card)
    return card


def chosen(cases: Sequence[Case], *, split: Split | None, limit: int) -> list[Case]:
    kept = [case for case in cases if split is None or case.split is split]
    kept = kept[:limit] if limit else kept
    if not kept:
        raise CasesError("No case is left: check --split and --limit.")
    return kept


def observe(
    cases: Sequence[Case], rows: Sequence[Row], corpus: Corpus, reports: Sequence[ReportSpan]
) -> list[Observation]:
    """Each case with its row and a fresh verdict, in the order of the cases."""
    by_id = {row.id: row for row in rows}
    texts, spans = corpus.texts(), {report.id: report for report in reports}
    return [
        judged(Observation(case=case, row=by_id[case.id], texts=texts, reports=spans))
        for case in cases
        if case.id in by_id
    ]


def judged(seen: Observation) -> Observation:
    """The same with `correct`, `reason` and `detail` of its row set."""
    reason, detail = why_failed(seen) or (None, "")
    row = msgspec.structs.replace(
        seen.row, correct=is_correct(seen), reason=reason.value if reason else None, detail=detail
    )
    return replace(seen, row=row)


def write(out: Path, seen: Sequence[Observation], card: Mapping[str, Json]) -> None:
    write_rows(out / "answers.jsonl", [one.row for one in seen])
    (out / "scorecard.json").write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")
    (out / "failures.txt").write_text(list_failures(seen), encoding="utf-8")
    write_report(out / "report.html", seen, card)


def _answers(
    options: RunOptions, settings: Settings, cases: Sequence[Case], corpus: Corpus, *, users_data: Path
) -> tuple[list[Row], list[ReportSpan]]:
    """Rows of all cases: those kept from an earlier run, then the fresh ones, appended to the file as they
    come.
    """
    key = system_key(settings, corpus, options.mode)
    path = options.out / "answers.jsonl"
    kept = _kept(path, cases, key) if options.resume and path.exists() else []
    done = {row.id for row in kept}
    waiting = [case for case in cases if case.id not in done]
    with open_own(settings, users_data=users_data, chat=options.mode is Mode.AUTO) as system:
        fill(system, corpus, progress=_say_ingest)
        write_rows(path, kept)
        fresh = _appended(path, ask_all(system, waiting, mode=options.mode, key=key))
        rows = kept + list(_with_bar(fresh, waiting, total=len(cases), done=len(kept)))
        return rows, report_spans(system)


def _kept(path: Path, cases: Sequence[Case], key: str) -> list[Row]:
    """Rows of an earlier run that still hold: same case, same system, no error."""
    digests = {case.id: case.digest for case in cases}
    return [
        row
        for row in read_rows(path)
        if row.system == key and row.case == digests.get(row.id) and row.status != ERROR
    ]


def _appended(path: Path, rows: Iterable[Row]) -> Iterator[Row]:
    with path.open("ab") as file:
        for row in rows:
            file.write(line(row))
            file.flush()
            yield row


def _with_bar(rows: Iterator[Row], waiting: Sequence[Case], *, total: int, done: int) -> Iterator[Row]:
    # Where nobody watches, one line every half minute is enough for a log.
    every = 0.5 if sys.stderr.isatty() else 30.0
    with tqdm(
        total=total, initial=done, desc="asking", unit="case", file=sys.stderr, mininterval=every
    ) as bar:
        for _ in waiting:
            row = next(rows)
            bar.update()
            yield row


def _say_ingest(name: str, done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        print(f"reading {name}: {done} of {total} passages", file=sys.stderr)


def _settings(options: RunOptions, settings: Settings) -> dict[str, Json]:
    """What a reader must know to make the same run. No key and no path of the machine."""
    return {
        "cases": options.cases.name,
        "mode": options.mode.value,
        "split": options.split.value if options.split else None,
        "limit": options.limit or None,
        "embedder": settings.embedder,
        "chat_model": settings.chat_model if options.mode is Mode.AUTO else None,
        "answer_seconds": settings.answer_seconds,
        "evidence_tokens": settings.evidence_tokens,
        "threads": settings.threads,
        "judge": options.judge.name if options.judge else None,
    }


def _manifest(rows: Sequence[Row]) -> Json:
    """The manifest of the answers; a list where an interrupted run was resumed with others."""
    found: list[dict[str, Json]] = []
    for row in rows:
        manifest = msgspec.to_builtins(row.manifest) if row.manifest else None
        if manifest is not None and manifest not in found:
            found.append(manifest)
    return found[0] if len(found) == 1 else found or {}
