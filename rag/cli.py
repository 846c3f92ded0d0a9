"""`wenbao`: the command line. Here are its arguments and what becomes of errors; the commands are next door.

Exit status: 0 done, 1 failed with one sentence on standard error, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rag import __version__, cli_backup, cli_commands, cli_keys, cli_models
from rag.cli_show import FAILED, INTERRUPTED, WRONG_USAGE, fail
from rag.errors import RagError, SettingsError
from rag.settings import Settings, read_dotenv, read_settings

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

FAULTS = "faults.log"
"""In the data folder: where the traceback of a fault of the program itself goes."""

Command: TypeAlias = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. Wrong usage leaves by SystemExit, as argparse does."""
    chosen = _parser().parse_args(arguments)
    settings = Settings()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal of another encoding shows what it can
    try:
        settings = read_settings({**read_dotenv(Path(".env")), **os.environ})
        run: Command = chosen.run
        status = run(chosen, settings)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return fail("interrupted; run the same command again to go on", INTERRUPTED)
    except SettingsError as error:
        return fail(str(error), WRONG_USAGE)
    except RagError as error:
        return fail(str(error))
    except BrokenPipeError:
        # The reader (`| head`) has enough; what is still buffered must not fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        place = error.filename or settings.data
        return fail(f"{place}: {error.strerror or error}; mend that, then try again.")
    except Exception as error:
        return fail(_describe_fault(error, settings.data))


def _describe_fault(error: Exception, folder: Path) -> str:
    """One sentence on an error that nobody foresaw; its traceback goes to a file for those who mend it."""
    kept = ""
    with suppress(OSError), (folder / FAULTS).open("a", encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
        kept = f"; {folder / FAULTS} has the details"
    return f"This is a fault of wenbao itself, please report it ({type(error).__name__}: {error}){kept}."


# --- Arguments --------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wenbao",
        description="Answers over Chinese government work reports; each statement shows what it rests on.",
        epilog="Settings are WENBAO_… variables, or lines of .env in this folder: see docs/settings.md.",
    )
    parser.add_argument("--version", action="version", version=f"wenbao {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_questions(commands)
    _add_corpus(commands)
    _add_models(commands)
    _add_keys(commands)
    return parser


def _add_questions(commands: Commands) -> None:
    ask = _add(commands, "ask", cli_commands.ask, "answer a question, with citations")
    ask.add_argument("question", metavar="QUESTION")
    modes = ["auto", "extractive"]
    ask.add_argument("--mode", choices=modes, default="auto", help="extractive: without any model")
    _add_json(ask)
    search = _add(commands, "search", cli_commands.search, "rank the sentences that match a query")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--limit", type=_positive, default=10, metavar="N", help="how many at most (10)")
    _add_json(search)


def _add_corpus(commands: Commands) -> None:
    ingest = _add(commands, "ingest", cli_commands.ingest, "read report files into the index")
    ingest.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file, or folder of them")
    ingest.add_argument("--seeds", action="store_true", help="the five reports that come with wenbao")
    ingest.add_argument("--region", metavar="R", help="whose reports these are, where the text does not say")
    ingest.add_argument("--year", type=_year, metavar="Y", help="in which year they were given")
    reports = _add(commands, "reports", cli_commands.reports, "list the reports that there are")
    _add_json(reports)
    remove = _add(commands, "remove", cli_commands.remove, "take a source out of the index")
    remove.add_argument("source_id", metavar="SOURCE_ID", help="first column of `wenbao reports`")
    _add(commands, "rebuild", cli_commands.rebuild, "read all stored texts again and index them anew")
    _add(commands, "verify", cli_commands.verify, "check that database, indexes and files agree")
    backup = _add(commands, "backup", cli_backup.backup, "write everything to one file, while serving too")
    backup.add_argument("file", type=Path, metavar="FILE", help="the file to write, such as 2024-05-01.zip")
    restore = _add(commands, "restore", cli_backup.restore, "fill a data folder from a backup, and check it")
    restore.add_argument("file", type=Path, metavar="FILE", help="what `wenbao backup` wrote")
    restore.add_argument("--replace", action="store_true", help="lose what the folder holds now")


def _add_models(commands: Commands) -> None:
    models = commands.add_parser("models", help="list, fetch and check model weights")
    actions = models.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(actions, "list", cli_models.list_models, "which there are, and which are on this machine")
    pull = _add(actions, "pull", cli_models.pull_models, "fetch models: those in use, or those named")
    pull.add_argument("names", nargs="*", metavar="NAME")
    _add(actions, "verify", cli_models.verify_models, "read every byte of the models on this machine")


def _add_keys(commands: Commands) -> None:
    keys = commands.add_parser("keys", help="make, list and revoke the keys of the service")
    actions = keys.add_subparsers(title="commands", metavar="COMMAND", required=True)
    create = _add(actions, "create", cli_keys.create_key, "make a key and show it, this once")
    roles = "reader: asks and reads; admin: also changes the corpus"
    create.add_argument("--role", choices=["reader", "admin"], required=True, help=roles)
    create.add_argument("--name", default="", metavar="N", help="whose it is, for `keys list`")
    listing = _add(actions, "list", cli_keys.list_keys, "which there are, when made and last used")
    _add_json(listing)
    revoke = _add(actions, "revoke", cli_keys.revoke_key, "shut a key out, at once and for good")
    revoke.add_argument("key_id", metavar="ID", help="first column of `wenbao keys list`")


def _add(commands: Commands, name: str, run: Command, summary: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
    command.set_defaults(run=run)
    return command


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="the record as JSON")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return number


def _year(text: str) -> int:
    if not (text.isdecimal() and 1949 <= int(text) <= 2100):
        raise argparse.ArgumentTypeError(f"{text!r} is not a year such as 2024")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
