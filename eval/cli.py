"""`wenbao-eval`: its arguments, and what becomes of errors.

Exit status: 0 done, 1 failed with one sentence on standard error, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from rag.errors import RagError, SettingsError
from rag.settings import Settings, read_dotenv, read_settings

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
Command: TypeAlias = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. Wrong usage leaves by SystemExit, as argparse does."""
    chosen = _parser().parse_args(arguments)
    try:
        settings = read_settings({**read_dotenv(Path(".env")), **os.environ})
        command: Command = chosen.command
        return command(chosen, settings)
    except KeyboardInterrupt:
        return _fail("interrupted; run the same command with --resume to go on", INTERRUPTED)
    except SettingsError as error:
        return _fail(str(error), WRONG_USAGE)
    except RagError as error:
        return _fail(str(error), FAILED)


def _fail(sentence: str, status: int) -> int:
    print(f"wenbao-eval: {sentence}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wenbao-eval", description="Measures the line from question to answer."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="ask every case and score the answers")
    run.add_argument("--cases", type=Path, required=True, metavar="FILE.jsonl")
    run.add_argument("--corpus", type=Path, required=True, metavar="DIR", help="folder of the documents")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    run.add_argument(
        "--data", type=Path, metavar="DIR", help="data folder of this evaluation (default: OUT/data)"
    )
    run.add_argument("--mode", choices=("auto", "extractive"), default="auto")
    run.add_argument("--split", choices=("dev", "test"), help="only the cases of this half")
    run.add_argument("--limit", type=_count, default=0, metavar="N", help="only the first N cases")
    run.add_argument("--resume", action="store_true", help="keep what the same system has answered already")
    run.set_defaults(command=_run)
    compare = commands.add_parser("compare", help="say what got better and what worse between two runs")
    compare.add_argument("before", type=Path, metavar="A", help="folder of the earlier run")
    compare.add_argument("after", type=Path, metavar="B", help="folder of the later run")
    compare.set_defaults(command=_compare)
    gate = commands.add_parser(
        "gate", help="exit 1 where a figure fell below the baseline by more than its noise"
    )
    gate.add_argument("scorecard", type=Path, metavar="SCORECARD")
    gate.add_argument("baseline", type=Path, metavar="BASELINE")
    gate.add_argument("--write", action="store_true", help="make this scorecard the baseline instead")
    gate.set_defaults(command=_gate)
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _run(chosen: argparse.Namespace, settings: Settings) -> int:
    from eval.cases import Split
    from eval.run import RunOptions, run
    from eval.summary import summary
    from rag.domain import Mode

    options = RunOptions(
        cases=chosen.cases,
        corpus=chosen.corpus,
        out=chosen.out,
        data=chosen.data or chosen.out / "data",
        mode=Mode(chosen.mode),
        split=Split(chosen.split) if chosen.split else None,
        limit=chosen.limit,
        resume=chosen.resume,
    )
    print(summary(run(options, settings)))
    return 0


def _compare(chosen: argparse.Namespace, _settings: Settings) -> int:
    from eval.compare import compare_folders

    print(compare_folders(chosen.before, chosen.after))
    return 0


def _gate(chosen: argparse.Namespace, _settings: Settings) -> int:
    import msgspec

    from eval.compare import read_card
    from eval.gate import baseline_of, falls, read_baseline

    card = read_card(chosen.scorecard)
    if chosen.write:
        text = msgspec.json.format(msgspec.json.encode(baseline_of(card)), indent=1)
        chosen.baseline.write_bytes(text + b"\n")
        return 0
    try:
        baseline = read_baseline(chosen.baseline.read_bytes())
    except OSError:
        return _fail(f"{chosen.baseline} cannot be read: write it with --write.", FAILED)
    found = falls(card, baseline)
    for fall in found:
        print(f"wenbao-eval: {fall}", file=sys.stderr)
    return FAILED if found else 0


if __name__ == "__main__":
    sys.exit(main())
