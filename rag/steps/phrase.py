"""The fixed words of answers and refusals, in the language of the question. Simplified Chinese or English
here; answers to traditional questions are converted as a whole, quotations excepted."""

from __future__ import annotations

from collections.abc import Iterable

from rag.domain import Language, Report, Stance, Statement
from rag.steps.count import Tally

_STANCE_ZH = {Stance.RESULT: "", Stance.TARGET: "目标", Stance.PLAN: "计划", Stance.OTHER: ""}
_STANCE_EN = {Stance.RESULT: "result", Stance.TARGET: "target", Stance.PLAN: "plan", Stance.OTHER: "report"}


def place_and_time(statement: Statement, language: Language) -> str:
    """张家口市2023年 | 廊坊市2024年目标 | Langfang (廊坊市), 2024 target."""
    report, sentence = statement.hit.report, statement.hit.sentence
    region = report.region or report.title
    if language is Language.ENGLISH:
        year = f", {sentence.period}" if sentence.period else ""
        return f"{english_place(report)}{year} {_STANCE_EN[sentence.stance]}"
    year = f"{sentence.period}年" if sentence.period else ""
    return f"{region}{year}{_STANCE_ZH[sentence.stance]}"


def english_place(report: Report) -> str:
    """Zhangjiakou (张家口市)."""
    romanised = next((alias for alias in report.aliases if alias.isascii()), "")
    if report.region == "全国":
        return "China (全国)"
    return f"{romanised.capitalize()} ({report.region})" if romanised else report.region or report.title


def quote(display: str, language: Language) -> str:
    """A quotation as it stands in an answer: its own words, in quotation marks where that is English."""
    words = display.strip("。;,: ；，：").removeprefix("——")
    return f"“{words}”" if language is Language.ENGLISH else words


def labelled(label: str, words: str, language: Language) -> str:
    return f"{label}: {words}" if language is Language.ENGLISH else f"{label}：{words}"


def stop(language: Language, *, last: bool) -> str:
    """What ends a claim: a semicolon where the next one is of the same place and time."""
    if language is Language.ENGLISH:
        return ". " if last else "; "
    return "。" if last else "；"


def there_is(reports: Iterable[Report], language: Language) -> str:
    """What the corpus holds: 张家口市(2024)、廊坊市(2024)."""
    named = sorted(
        {(r.region, r.year) for r in reports if r.region}, key=lambda pair: (pair[0] or "", pair[1] or 0)
    )
    years: dict[str, list[str]] = {}
    for region, year in named:
        years.setdefault(region or "", []).append(str(year) if year else "?")
    shown = [f"{region}（{_range(found)}）" for region, found in years.items()]
    if not shown:
        return "no reports" if language is Language.ENGLISH else "没有任何报告"
    return (", " if language is Language.ENGLISH else "、").join(shown)


def _range(years: list[str]) -> str:
    return (
        years[0]
        if len(years) == 1
        else f"{years[0]}–{years[-1]}, {len(years)}"
        if len(years) > 4
        else ", ".join(years)
    )


def refused_place(places: Iterable[str], reports: Iterable[Report], language: Language) -> str:
    names = "、".join(places)
    held = there_is(reports, language)
    if language is Language.ENGLISH:
        about = f" on {names}" if names else ""
        return f"There is no report{about} in this corpus. It holds: {held}."
    return f"语料中没有{names}{'的' if names else ''}政府工作报告。现有：{held}。"


def refused_year(region: str, year: int, reports: Iterable[Report], language: Language) -> str:
    if language is Language.ENGLISH:
        where = region or "any place"
        held = there_is(reports, language)
        return f"The reports here do not cover {year} for {where}. The corpus holds: {held}."
    return f"语料中没有说到{region}{year}年的报告。现有：{there_is(reports, language)}。"


def not_stated(scope: str, what: str, near: str | None, language: Language) -> str:
    if language is Language.ENGLISH:
        tail = f" The nearest that it says: {near}." if near else ""
        return f"The report of {scope} does not state {what or 'this'}.{tail}"
    tail = f"相近的内容是：{near}。" if near else ""
    return f"{scope}的报告没有给出{what or '这一点'}。{tail}"


def cause(what: str, language: Language) -> str:
    """What a question after the reason of something asks for."""
    if language is Language.ENGLISH:
        return f"the reason for {what}" if what else "the reason"
    return f"{what}的原因" if what else "原因"


def contradicted(language: Language) -> str:
    """Behind the statement that a question gets wrong."""
    if language is Language.ENGLISH:
        return "This is not what the question takes for granted."
    return "问题中的说法与此不符。"


def out_of_scope(language: Language) -> str:
    if language is Language.ENGLISH:
        return "Only questions about the content of the government work reports are answered here."
    return "这里只回答政府工作报告内容方面的问题。"


def lacking(names: Iterable[str], language: Language) -> str:
    """What a comparison could not find."""
    if language is Language.ENGLISH:
        return f"Not given in the reports here: {', '.join(names)}."
    return f"报告中没有给出：{'、'.join(names)}。"


def differ(language: Language) -> str:
    if language is Language.ENGLISH:
        return "The report gives different values in different places."
    return "同一报告中前后所写不一致。"


def never_mentioned(words: str, language: Language) -> str:
    if language is Language.ENGLISH:
        return f"No report in scope mentions “{words}”."
    return f"所查报告中没有提到“{words}”。"


def tally(found: Tally, language: Language) -> tuple[str, dict[str, str]]:
    """The sentence of a count, and the formula of each figure in it: what every report adds to the sum."""
    english = language is Language.ENGLISH
    counts = [n if found.asks_times else 1 for _, n in found.by_report]
    total = sum(counts)
    formula = " + ".join(map(str, counts)) + (f" = {total}" if len(counts) > 1 else "")
    if english:
        dated = ((english_place(report), report.year) for report, _ in found.by_report)
        names = ", ".join(f"{name} {year}" if year else name for name, year in dated)
        if found.asks_times:
            times = f"{total} times" if total != 1 else "1 time"
            return f"“{found.words}” appears {times} ({names})", {str(total): formula}
        reports = f"{total} reports mention" if total != 1 else "1 report mentions"
        return f"{reports} “{found.words}”: {names}", {str(total): formula}
    named = {
        report.id: (report.region or report.title) + (f"（{report.year}年）" if report.year else "")
        for report, _ in found.by_report
    }
    names = "、".join(named.values())
    if not found.asks_times:
        return f"提到“{found.words}”的报告有{total}份：{names}", {f"{total}份": formula}
    each = "、".join(f"{named[report.id]}{n}次" for report, n in found.by_report)
    formulas = {f"{n}次": str(n) for _, n in found.by_report} | {f"{total}次": formula}
    return f"“{found.words}”一共出现{total}次（{each if len(counts) > 1 else names}）", formulas


def unanswered(language: Language, *, late: bool) -> str:
    """The note beside the sentences themselves, served as the model was too slow, or could not answer."""
    if language is Language.ENGLISH:
        why = "did not answer in time" if late else "cannot answer at the moment"
        return f"The model {why}: these are the reports' own sentences."
    why = "未能及时作答" if late else "暂时无法作答"
    return f"模型{why}，以下为报告原句。"


def untranslated(*, late: bool) -> str:
    """The same where the model was to translate the question, which is in English then."""
    why = "did not answer in time" if late else "cannot answer at the moment"
    return f"The model {why}: the question was looked for without a translation."
