"""Names from uploads: without path, controls and excess."""

from __future__ import annotations

import pytest

from service.names import clean_name, clean_path


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("2024年 政府工作报告.docx", "2024年 政府工作报告.docx"),
        ("../../etc/报告.txt", "报告.txt"),
        ("C:\\reports\\报告.txt", "报告.txt"),
        ("a\x07\u202eb\r\n.txt", "ab.txt"),
        ("长" * 300 + ".txt", "长" * 196 + ".txt"),
        ("长" * 300, "长" * 200),
        ("a." + "长" * 300, "a." + "长" * 198),
        ("e\u0301.txt", "é.txt"),
        ("\ud800.txt", ".txt"),
        ("..", "upload-7"),
        ("a/", "upload-7"),
        (" \x00", "upload-7"),
    ],
)
def test_names_are_cleaned(name: str, kept: str) -> None:
    assert clean_name(name, number=7) == kept


def test_the_folders_of_an_archive_stay() -> None:
    assert clean_path("all.zip/河北\x1b[31m/怀来.docx") == "all.zip/河北[31m/怀来.docx"
