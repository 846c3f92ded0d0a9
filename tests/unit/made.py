"""Small values of the domain: reports of the seeds' eight places, statements in them, intents, evidence."""

from __future__ import annotations

from functools import cache

from rag.adapters.dictionary_cccedict import look_up
from rag.adapters.gazetteer_cn_area import CnAreaGazetteer
from rag.adapters.script_opencc import simplify
from rag.adapters.words_rjieba import cut_words, tag_words
from rag.assemble import read_lexicon
from rag.domain import (
    Evidence,
    FoldedText,
    Hit,
    Indicator,
    Intent,
    Keyword,
    Language,
    Lexicon,
    QuestionKind,
    Report,
    ReportKind,
    Sentence,
    SourceText,
    Span,
    Stance,
    Statement,
    Wanted,
)
from rag.steps.answer import Claim
from rag.steps.fold import fold
from rag.steps.read import join_wraps
from rag.steps.understand import understand

GAZETTEER = CnAreaGazetteer()


def make_report(region: str, *aliases: str, parents: tuple[str, ...] = (), year: int = 2024) -> Report:
    """The report that a place gave in a year; its id and its source's are the place and the year."""
    return Report(
        id=f"{region}{year}",
        source_id=f"{region}{year}.txt",
        source_name=f"{region}{year}.txt",
        span=Span(0, 1000),
        region=region,
        parents=parents,
        aliases=(region, *aliases),
        year=year,
        kind=ReportKind.REPORT,
        title=f"{year}年{region}政府工作报告",
        truncated=False,
    )


ZHANGJIAKOU = make_report("张家口市", "张家口", "zhangjiakou", parents=("河北省",))
SAIBEI = make_report("塞北管理区", "塞北", "saibei", parents=("张家口市", "河北省"))
ANKANG = make_report("安康市", "安康", "ankang", parents=("陕西省",))
FUZHOU = make_report("抚州市", "抚州", "fuzhou", parents=("江西省",))
GAOPING = make_report("高平市", "高平", "gaoping", parents=("晋城市", "山西省"))
HANZHONG = make_report("汉中市", "汉中", "hanzhong", parents=("陕西省",))
JIEFANG = make_report("焦作市解放区", "解放区", "jiefang", parents=("焦作市", "河南省"))
LANGFANG = make_report("廊坊市", "廊坊", "langfang", parents=("河北省",))
SEEDED = (ZHANGJIAKOU, SAIBEI, ANKANG, FUZHOU, GAOPING, HANZHONG, JIEFANG, LANGFANG)


@cache
def lexicon() -> Lexicon:
    return read_lexicon()


def indicator(name: str) -> Indicator:
    """An indicator of the shipped lexicon."""
    return next(found for found in lexicon().indicators if found.name == name)


def asked(question: str, reports: tuple[Report, ...] = SEEDED) -> Intent:
    """The intent of a question, read with the real lexicon, gazetteer and word cutter."""
    return understand(
        question,
        reports=reports,
        lexicon=lexicon(),
        gazetteer=GAZETTEER,
        simplify=simplify,
        cut_words=cut_words,
        tag_words=tag_words,
        look_up=look_up,
    )


def make_source(text: str, source_id: str = "s") -> SourceText:
    """A plain text file of these words."""
    return SourceText(id=source_id, name=f"{source_id}.txt", sha256=source_id, encoding="utf-8", text=text)


def make_intent(
    *,
    text: str = "",
    language: Language = Language.SIMPLIFIED,
    kind: QuestionKind = QuestionKind.FACT,
    regions: tuple[str, ...] = (),
    periods: tuple[int, ...] = (),
    stance: Stance | None = None,
    wanted: Wanted = Wanted.ANY,
    indicators: tuple[Indicator, ...] = (),
    keywords: tuple[Keyword, ...] = (),
    quoted: tuple[str, ...] = (),
) -> Intent:
    """An intent with only what a test is about."""
    return Intent(
        text=text,
        language=language,
        kind=kind,
        regions=regions,
        others=(),
        periods=periods,
        report_years=(),
        stance=stance,
        leaning=None,
        wanted=wanted,
        indicators=indicators,
        keywords=keywords,
        indicator_words=(),
        quoted=quoted,
    )


def make_sentence(
    raw: str,
    report: Report = ZHANGJIAKOU,
    *,
    stance: Stance = Stance.RESULT,
    period: int | None = 2023,
    at: int = 0,
    ordinal: int = 0,
    section: tuple[str, ...] = (),
) -> Sentence:
    """The sentence that stands in the report's source at the offset `at`, with its wraps and glyphs."""
    folded = fold(raw, simplify=simplify)
    return Sentence(
        id=f"{report.id}-{ordinal:04d}-{at}",
        report_id=report.id,
        ordinal=ordinal,
        span=Span(at, at + len(raw)),
        folded=FoldedText(text=folded.text, origin=tuple(at + offset for offset in folded.origin)),
        display=join_wraps(raw),
        section=section,
        stance=stance,
        period=period,
    )


def make_statement(
    raw: str,
    report: Report = ZHANGJIAKOU,
    *,
    part: str | None = None,
    stance: Stance = Stance.RESULT,
    period: int | None = 2023,
    at: int = 0,
    ordinal: int = 0,
    section: tuple[str, ...] = (),
    score: float = 1.0,
    indicators: tuple[str, ...] = (),
    cover: float = 1.0,
    held: float = 1.0,
    fits_stance: bool = True,
    fits_period: bool = True,
    fits_value: bool = True,
) -> Statement:
    """A statement of the sentence `raw`: its folded text, or the `part` of it."""
    sentence = make_sentence(
        raw, report, stance=stance, period=period, at=at, ordinal=ordinal, section=section
    )
    start = 0 if part is None else sentence.text.index(part)
    return Statement(
        hit=Hit(sentence=sentence, report=report, score=score, found_by=("lexical",)),
        start=start,
        end=len(sentence.text) if part is None else start + len(part),
        score=score,
        indicators=indicators,
        cover=cover,
        held=held,
        fits_stance=fits_stance,
        fits_period=fits_period,
        fits_value=fits_value,
    )


def make_hit(sentence: Sentence, report: Report = ZHANGJIAKOU, *, score: float = 1.0) -> Hit:
    return Hit(sentence=sentence, report=report, score=score, found_by=("lexical",))


def number(*statements: Statement) -> tuple[Evidence, ...]:
    """The statements as evidence, numbered from 1."""
    return tuple(
        Evidence(id=place, statement=each, start=each.start, end=each.end)
        for place, each in enumerate(statements, 1)
    )


def make_claim(text: str, *statements: Statement) -> Claim:
    return Claim(text=text, statements=statements)
