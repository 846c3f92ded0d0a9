"""`wenbao-eval`: its arguments, and what becomes of errors.

Exit status: 0 done, 1 failed with one sentence on standard error, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rag.errors import RagError, SettingsError
from rag.settings import Settings, read_dotenv, read_settings

if TYPE_CHECKING:
    from eval.judge import Judge

JUDGE_KEY = "JUDGE_API_KEY"
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
    except OSError as error:
        return _fail(
            f"{error.filename or 'a file'}: {error.strerror or error}; mend that, then try again.", FAILED
        )


def _fail(sentence: str, status: int) -> int:
    print(f"wenbao-eval: {sentence}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wenbao-eval", description="Measures the line from question to answer."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands.add_parser("run", help="ask every case and score the answers"))
    compare = commands.add_parser("compare", help="say what got better and what worse between two runs")
    compare.add_argument("before", type=Path, metavar="A", help="folder of the earlier run")
    compare.add_argument("after", type=Path, metavar="B", help="folder of the later run")
    compare.set_defaults(command=_compare)
    gate = commands.add_parser("gate", help="exit 1 where a figure fell below the baseline")
    gate.add_argument("scorecard", type=Path, metavar="SCORECARD")
    gate.add_argument("baseline", type=Path, metavar="BASELINE")
    gate.add_argument("--write", action="store_true", help="make this scorecard the baseline instead")
    gate.set_defaults(command=_gate)
    external = commands.add_parser("external", help="search and short answers on a public question set")
    external.add_argument("name", metavar="NAME", help="xquad-zh, xquad-en-zh, drcd or cmrc")
    external.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the sets")
    external.add_argument("--out", type=Path, default=Path("build/external"), metavar="DIR")
    external.add_argument("--answers", type=int, default=100, metavar="N", help="how many the model answers")
    external.set_defaults(command=_external)
    stance = commands.add_parser("stance", help="stance and period of sentences against hand-made labels")
    stance.add_argument("--labels", type=Path, default=Path("eval/labels/stance.jsonl"), metavar="FILE.jsonl")
    stance.add_argument("--corpus", type=Path, nargs="+", required=True, metavar="DIR")
    stance.add_argument("--held-out", action="store_true", help="list the errors of the held-out third too")
    stance.set_defaults(command=_stance)
    bench = commands.add_parser("bench", help="what a question costs on this machine, by stage")
    bench.add_argument("--out", type=Path, default=Path("build/bench"), metavar="DIR")
    bench.add_argument(
        "--rounds", type=_count, default=2, metavar="N", help="how often each question is asked"
    )
    bench.add_argument("--mode", choices=("auto", "extractive", "both"), default="both")
    bench.add_argument(
        "--corpus", type=Path, nargs="+", metavar="PATH", help="files to ingest instead of the seeds"
    )
    bench.add_argument(
        "--scale",
        type=_sizes,
        metavar="N,N…",
        help="instead: cost against the size of the corpus, in reports (8,42,400,4000)",
    )
    bench.add_argument(
        "--national", type=Path, metavar="DIR", help="the national texts, for --load and --scale other than 8"
    )
    bench.add_argument("--load", action="store_true", help="instead: what one service bears (wants locust)")
    bench.add_argument("--seconds", type=_count, default=60, metavar="N", help="with --load: of each kind")
    bench.add_argument("--minutes", type=int, default=10, metavar="N", help="with --load: memory")
    bench.add_argument("--peers", action="store_true", help="instead: beside LlamaIndex and LangChain")
    bench.add_argument(
        "--limit", type=_count, default=24, metavar="N", help="with --peers: how many of the seeds' questions"
    )
    bench.set_defaults(command=_bench)
    return parser


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("--cases", type=Path, required=True, metavar="FILE.jsonl")
    run.add_argument("--corpus", type=Path, required=True, metavar="DIR", help="folder of the documents")
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the results go")
    run.add_argument("--data", type=Path, metavar="DIR", help="its own data folder (default: OUT/data)")
    run.add_argument("--mode", choices=("auto", "extractive"), default="auto")
    run.add_argument("--split", choices=("dev", "test"), help="only the cases of this half")
    run.add_argument("--limit", type=_count, default=0, metavar="N", help="only the first N cases")
    run.add_argument("--resume", action="store_true", help="keep what the same system has answered")
    run.add_argument(
        "--optional", action="store_true", help="pass the suite over where its corpus is not there"
    )
    run.add_argument("--judge-url", metavar="URL", help="OpenAI-compatible server of a judging model")
    run.add_argument("--judge-model", metavar="NAME", help=f"its model; its key is read from {JUDGE_KEY}")
    run.set_defaults(command=_run)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(_count(number) for number in text.split(","))


def _run(chosen: argparse.Namespace, settings: Settings) -> int:
    from eval.cases import Split
    from eval.run import RunOptions, run
    from eval.summary import summary
    from rag.domain import Mode

    if (chosen.judge_url is None) != (chosen.judge_model is None):
        return _fail("--judge-url and --judge-model belong together.", WRONG_USAGE)
    if chosen.optional and not chosen.corpus.is_dir():
        print(f"skipped {chosen.cases.name}: its corpus {chosen.corpus} is not here")
        return 0
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
    with _judge(chosen.judge_url, chosen.judge_model) as judge:
        print(summary(run(replace(options, judge=judge), settings)))
    return 0


@contextmanager
def _judge(url: str | None, model: str | None) -> Iterator[Judge | None]:
    if url is None or model is None:
        yield None
        return
    from eval.judge import Judge
    from rag.adapters.chat_llama_index import LlamaIndexChat

    chat = LlamaIndexChat(url, os.environ.get(JUDGE_KEY, ""), model)
    try:
        yield Judge(model=chat)
    finally:
        chat.close()


def _compare(chosen: argparse.Namespace, _settings: Settings) -> int:
    from eval.compare import compare_folders

    print(compare_folders(chosen.before, chosen.after))
    return 0


def _gate(chosen: argparse.Namespace, _settings: Settings) -> int:
    import msgspec

    from eval.compare import read_card
    from eval.gate import falls, is_part, read_baselines, replaced

    card = read_card(chosen.scorecard)
    if is_part(card):
        print("not held against a baseline: only a part of the suite was asked")
        return 0
    if chosen.write:
        known = read_baselines(chosen.baseline.read_bytes()) if chosen.baseline.exists() else []
        text = msgspec.json.format(msgspec.json.encode(replaced(known, card)), indent=1)
        chosen.baseline.write_bytes(text + b"\n")
        return 0
    try:
        baselines = read_baselines(chosen.baseline.read_bytes())
    except OSError:
        return _fail(f"{chosen.baseline} cannot be read: write it with --write.", FAILED)
    found = falls(card, baselines)
    for fall in found:
        print(f"wenbao-eval: {fall}", file=sys.stderr)
    return FAILED if found else 0


def _external(chosen: argparse.Namespace, settings: Settings) -> int:
    import msgspec

    from eval.external import ExternalOptions, measure

    options = ExternalOptions(name=chosen.name, folder=chosen.data, out=chosen.out, answers=chosen.answers)
    print(msgspec.json.format(msgspec.json.encode(measure(options, settings)), indent=1).decode())
    return 0


def _stance(chosen: argparse.Namespace, _settings: Settings) -> int:
    from eval.stance_labels import judged, read_labels, table

    labels = read_labels(chosen.labels)
    seen = [one for folder in chosen.corpus for one in judged(labels, folder)]
    print(table(seen, show_held_out=chosen.held_out))
    return 0


def _bench_scale(chosen: argparse.Namespace, settings: Settings) -> int:
    from eval.bench_scale import ScaleOptions, measure_scale, scale_table

    options = ScaleOptions(sizes=chosen.scale, national=chosen.national, out=chosen.out)
    print(scale_table(measure_scale(options, settings)))
    return 0


def _bench_load(chosen: argparse.Namespace, settings: Settings) -> int:
    from eval.bench_load import LoadOptions, load_table, lost, measure_load

    options = LoadOptions(
        national=chosen.national, out=chosen.out, seconds=chosen.seconds, minutes=chosen.minutes
    )
    load = measure_load(options, settings)
    print(load_table(load))
    return FAILED if lost(load.served) else 0


def _bench_peers(chosen: argparse.Namespace, settings: Settings) -> int:
    from eval.peers import PeerOptions, measure_peers, peers_table
    from rag.resources import seeds_folder

    seeds = seeds_folder()
    options = PeerOptions(cases=seeds / "questions.jsonl", corpus=seeds, out=chosen.out, limit=chosen.limit)
    print(peers_table(measure_peers(options, settings)))
    return 0


def _bench(chosen: argparse.Namespace, settings: Settings) -> int:
    if chosen.scale:
        return _bench_scale(chosen, settings)
    if chosen.load:
        return _bench_load(chosen, settings)
    if chosen.peers:
        return _bench_peers(chosen, settings)

    from tempfile import TemporaryDirectory

    from eval.bench import bench, measure_ingest, table, write_bench
    from eval.own_data import open_own
    from rag.domain import Mode
    from rag.resources import seeds_folder

    modes = [Mode.EXTRACTIVE, Mode.AUTO] if chosen.mode == "both" else [Mode(chosen.mode)]
    chosen.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=chosen.out) as folder:
        own = replace(settings, data=Path(folder))
        with open_own(own, users_data=settings.data, chat=Mode.AUTO in modes) as system:
            ingest = measure_ingest(system, chosen.corpus or sorted(seeds_folder().glob("*.txt")))
            figures = bench(system, rounds=chosen.rounds, modes=modes)
            write_bench(figures, ingest, chosen.out)
            print(table(figures, ingest))
    return 0


if __name__ == "__main__":
    sys.exit(main())
