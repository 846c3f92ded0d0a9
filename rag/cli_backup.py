"""`wenbao backup` and `wenbao restore`."""

from __future__ import annotations

import argparse

from rag.cli_show import DONE, fail, note
from rag.settings import Settings


def backup(arguments: argparse.Namespace, settings: Settings) -> int:
    """While a service works in the folder, too: no lock is taken."""
    from rag.assemble import make_backup

    size = make_backup(settings, arguments.file)
    print(f"backed up  {arguments.file}  {size / 1e6:.1f} MB")
    return DONE


def restore(arguments: argparse.Namespace, settings: Settings) -> int:
    from rag.assemble import open_rag, restore_backup
    from rag.cli_show import PassageBar

    restore_backup(settings, arguments.file, replace=arguments.replace)
    with PassageBar() as bar, open_rag(settings, chat=False, progress=bar) as rag:
        if rag.outdated:
            rag.rebuild(bar)
        bar.clear()
        problems = rag.verify()
        sources, reports = len(rag.sources()), len(rag.reports())
    for problem in problems:
        note(problem)
    if problems:
        return fail(f"{arguments.file} was restored, but is not whole: take another copy of it.")
    print(f"restored  {sources} sources, {reports} reports")
    return DONE
