"""The nouns of the system, frozen, in the order in which the two pipelines make them.

Offsets are code points into `SourceText.text`, 0-based, end exclusive. For every citation ever served
`text[start:end] == quote` holds.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

# --- Line 1: file -> indexed passages ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, `0 <= start <= end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}–{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file as it came: its bytes and their digest.

    `origin` is where it came from: the whole path on this machine, or the name where nothing more is known
    (an upload). A file of the same origin and other bytes takes the place of the former.
    """

    name: str
    content: bytes = field(repr=False)
    sha256: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The decoded or extracted text of a file. Never edited: every span points into it. `id` is the digest's
    beginning.

    `format` is txt, md, html, pdf or docx. `pages` has, for a PDF, the offset of each page's first code
    point.
    """

    id: str
    name: str
    sha256: str
    encoding: str
    text: str = field(repr=False)
    format: str = "txt"
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """1-based page, as a PDF reader counts; None where there are no pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    def paragraph_at(self, offset: int) -> int | None:
        """1-based line of the text of a Word file, where each paragraph is a line; None for other formats."""
        return self.text.count("\n", 0, offset) + 1 if self.format == "docx" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedText:
    """The text that is searched: wraps joined, NFKC, simplified. `origin[i]` is the source offset of
    `text[i]`.

    `len(origin) == len(text) + 1`; the last entry is the source offset at which the text ends.
    """

    text: str = field(repr=False)
    origin: tuple[int, ...] = field(repr=False)

    def span(self, start: int, end: int) -> Span:
        """The source characters under `text[start:end]`; surrounding white space belongs to neither side."""
        if start == end:
            return Span(self.origin[start], self.origin[start])
        return Span(self.origin[start], self.origin[end - 1] + 1)

    def slice(self, start: int, end: int) -> FoldedText:
        return FoldedText(text=self.text[start:end], origin=self.origin[start : end + 1])


class ReportKind(StrEnum):
    REPORT = "report"
    EXCERPT = "excerpt"
    NEWS = "news"
    COMPILATION_PART = "compilation_part"


ZONE_KINDS = (
    *("管理区", "开发区", "新区", "示范区", "高新区", "经开区", "产业园区", "工业园区", "合作区"),
    *("度假区", "保税区", "试验区", "风景名胜区", "自贸区"),
)
"""How the names of zones end that governments set up beside the divisions of the state."""


TOWN_KINDS = ("镇", "乡", "街道")
MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")


class RegionType(StrEnum):
    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"  # of prefecture level, also 地区, 盟 and 自治州
    COUNTY = "county"  # county, banner or city of county level
    DISTRICT = "district"
    ZONE = "zone"  # 管理区, 开发区: no division of the state
    TOWN = "town"  # 镇, 乡 or 街道


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A division of China, or a zone that a report names. `name` is the full official name.

    `parents` go from the nearest to the farthest: 解放区 has ("焦作市", "河南省"). `kin` are full names of
    what it was or became: 襄樊市 and 襄阳市 are kin.
    """

    name: str
    parents: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A name in a text and the places that it may stand for, likeliest first, with what stands around it:
    `text[start:end]` is 河北省廊坊市 where the place is 廊坊市."""

    start: int
    end: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report inside a source. `region` is None where it could not be told; `year` is that of giving,
    `session` that of the congress (十五届六次会议), where the report says it.

    `sketch` is a sample of what it says: by it two copies of one report are told (`steps.find_duplicates`).
    """

    id: str
    source_id: str
    source_name: str
    span: Span
    region: str | None
    parents: tuple[str, ...]
    aliases: tuple[str, ...]
    year: int | None
    kind: ReportKind
    title: str
    truncated: bool
    session: str | None = None
    sketch: tuple[int, ...] = field(default=(), repr=False)

    @property
    def region_type(self) -> RegionType | None:
        """By name and parents. A city of county level right under a province counts as a city."""
        name, parents = self.region, self.parents
        if name is None or name == "全国":
            return None if name is None else RegionType.NATIONAL
        if name.endswith(TOWN_KINDS):
            return RegionType.TOWN
        if name.endswith(("县", "旗", "林区")):
            return RegionType.COUNTY
        if name.endswith("地区") or (name not in MUNICIPALITIES and name.endswith(("市", "盟", "州"))):
            return RegionType.CITY if len(parents) < 2 else RegionType.COUNTY
        if name.endswith("区") and not name.endswith(("自治区", "行政区")):
            is_district = name.endswith("新区") and name.startswith(parents[:1])  # 上海市浦东新区
            return RegionType.ZONE if name.endswith(ZONE_KINDS) and not is_district else RegionType.DISTRICT
        return RegionType.PROVINCE


class Stance(StrEnum):
    """What a sentence does with what it says: it happened, it is aimed at, it will be done, or neither."""

    RESULT = "result"
    TARGET = "target"
    PLAN = "plan"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report under a heading. `path` goes from the outermost heading inwards.

    `years` are the first and the last that it speaks of; a single year is both.
    """

    path: tuple[str, ...]
    span: Span
    stance: Stance
    years: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The unit of evidence. `text` is folded and joined; `display` keeps the source's glyphs, wraps joined.

    `period` is the year that the sentence speaks of; where that is a span of years (五年来, 1978—1982),
    `years` is its first and last and `period` is None.
    """

    id: str
    report_id: str
    ordinal: int
    span: Span
    folded: FoldedText
    display: str
    section: tuple[str, ...]
    stance: Stance
    period: int | None
    years: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.folded.text

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of its section itself."""
        return bool(self.section) and self.text.rstrip("。:") == self.section[-1].rstrip("。:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The unit of the dense index: neighbouring sentences of one section.

    `search_text` begins with its place.
    """

    id: str
    report_id: str
    sentence_ids: tuple[str, ...]
    search_text: str


class FigureKind(StrEnum):
    AMOUNT = "amount"  # 2.31亿元, 570个, 52.8亿斤
    PERCENT = "percent"  # 5.1%: a rate of change or a level
    SHARE = "share"  # 占…的73%, 完成年计划的106.2%: a part of a whole
    POINTS = "points"  # 0.3个百分点
    TIMES = "times"  # 2.5倍, 两番
    RANK = "rank"  # 第五, 第5位
    DATE = "date"  # 2024年, 1月30日


class Bound(StrEnum):
    EXACT = "exact"
    ABOUT = "about"  # 左右, 约, 近
    AT_LEAST = "at_least"  # 以上, 超过, 突破, 不低于
    AT_MOST = "at_most"  # 以内, 低于, 不超过


class Direction(StrEnum):
    NONE = "none"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as read from folded text. `value` is in `unit`, with 万 and 亿 multiplied out (2.31亿元 =
    231000000 元).

    Of a range (5%—6%) `value` is the lower end, `upper` the upper one. `start` and `end` are offsets into the
    text that was read, not into a source.
    """

    text: str
    start: int
    end: int
    value: Decimal
    unit: str
    kind: FigureKind
    bound: Bound = Bound.EXACT
    direction: Direction = Direction.NONE
    upper: Decimal | None = None


# --- Line 2: question -> Trace ----------------------------------------------------------------------


class Mode(StrEnum):
    AUTO = "auto"
    EXTRACTIVE = "extractive"


class Language(StrEnum):
    SIMPLIFIED = "zh-Hans"
    TRADITIONAL = "zh-Hant"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Limits that the caller sets. An empty tuple is no limit."""

    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    report_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`earlier` are the questions of the conversation before this one, as they were put or made whole, oldest
    first."""

    text: str
    filters: Filters = Filters()
    mode: Mode = Mode.AUTO
    earlier: tuple[str, ...] = ()


class QuestionKind(StrEnum):
    FACT = "fact"
    LIST = "list"
    COMPARISON = "comparison"
    COUNT = "count"
    WORDING = "wording"
    OUT_OF_SCOPE = "out_of_scope"


class Wanted(StrEnum):
    """What kind of value a question asks for."""

    AMOUNT = "amount"  # 总量是多少亿元
    RATE = "rate"  # 增长多少
    RANK = "rank"  # 排第几
    ANY = "any"  # 是多少
    NONE = "none"  # 是谁, 有哪些


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A statistical indicator that the lexicon knows: `name` is canonical, `terms` are all its wordings,
    folded.

    `unlike` are longer terms that hold one of `terms` but name another indicator (人均地区生产总值).
    """

    name: str
    terms: tuple[str, ...]
    english: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The vocabulary of the field:
    indicators, English phrases with their Chinese, words that stand for one another, and words that carry no
    content.
    """

    indicators: tuple[Indicator, ...]
    english: dict[str, tuple[str, ...]]
    synonyms: dict[str, tuple[str, ...]]
    stop_words: frozenset[str]
    by_words: dict[str, tuple[int, ...]]
    """Words in small letters → the positions in `indicators` of those that a text with them may name."""
    longest: int
    """Characters of the longest of these words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place that a question names and no report is about.

    `listed` where it stands in a list of places asked for.
    """

    words: str
    place: Place
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A content word of a question. A text holds it where every word of one of its `forms` stands there:
    财政资金 has the forms (财政资金,) and (财政, 资金). `constrains` is whether an answer must be about it:
    a noun of the question, not a verb or an adjective that a report may put otherwise. `kind_of` marks a noun
    that only says of what kind the things asked for are (哪些称号): it does not constrain."""

    forms: tuple[tuple[str, ...], ...]
    weight: float
    constrains: bool = True
    kind_of: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a question asks for.

    `text` is the folded question, on one line. `regions` are names of `Report.region`. `periods` are the
    years asked about, `report_years` those of the reports asked about (2024年报告). `stance` is RESULT for
    what was done, TARGET for what is ahead, None where the question does not say; `leaning` is what the year
    asked about then makes likelier. `keywords` are content
    words without places, years, indicators and question words, folded; `indicator_words` are the words of
    the indicators as asked, for texts that put them otherwise. `quoted` are the words that it puts in
    quotation marks, `untranslated` the content words of an English question that the glossary does not
    know. `asked_of` are where the places stand that it is asked of, in `text`, or in an English question as
    it was put, without white space around it. `years_of` are the regions that it asks about each
    for a year of its own, with that year.
    """

    text: str
    language: Language
    kind: QuestionKind
    regions: tuple[str, ...]
    others: tuple[Mention, ...]
    periods: tuple[int, ...]
    report_years: tuple[int, ...]
    stance: Stance | None
    leaning: Stance | None
    wanted: Wanted
    indicators: tuple[Indicator, ...]
    keywords: tuple[Keyword, ...]
    indicator_words: tuple[Keyword, ...]
    quoted: tuple[str, ...]
    untranslated: tuple[str, ...] = ()
    asked_of: tuple[Span, ...] = ()
    years_of: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A sentence that search found. `score` orders hits within one search; `found_by` names the legs."""

    sentence: Sentence
    report: Report
    score: float
    found_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A run of clauses of a found sentence, judged against a question.

    `start` and `end` are offsets into `hit.sentence.text`. `indicators` are names of those that it states;
    `cover` is the share of the question's keywords that it holds, 0 to 1, `held` that of those that
    constrain (1 where there are none). `fits` is whether stance, period and kind of value are those asked
    for.
    """

    hit: Hit
    start: int
    end: int
    score: float
    indicators: tuple[str, ...]
    cover: float
    held: float
    fits_stance: bool
    fits_period: bool
    fits_value: bool

    @property
    def fits(self) -> bool:
        return self.fits_stance and self.fits_period and self.fits_value

    @property
    def text(self) -> str:
        return self.hit.sentence.text[self.start : self.end]

    @property
    def span(self) -> Span:
        return self.hit.sentence.folded.span(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A statement shown to the model under a number, with as much of its sentence as the budget allows.

    `start` and `end` are offsets into the sentence's text; they hold the statement, which alone is cited.
    """

    id: int
    statement: Statement
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.statement.hit.sentence.text[self.start : self.end]

    @property
    def span(self) -> Span:
        return self.statement.hit.sentence.folded.span(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What goes to the model. `system` never changes between questions, so that its cache holds."""

    system: str
    user: str
    ids: tuple[int, ...]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the model wrote, unproven."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact characters that a statement rests on. `marker` is None for a near miss beside a refusal.

    `page` is the 1-based page of a PDF, `paragraph` the 1-based line of the text of a Word file.
    """

    marker: int | None
    source_id: str
    source_name: str
    report_id: str
    report_title: str
    region: str | None
    year: int | None
    section: tuple[str, ...]
    stance: Stance
    period: int | None
    start: int
    end: int
    quote: str
    display: str
    answer_start: int | None
    answer_end: int | None
    page: int | None = None
    paragraph: int | None = None


class FigureStatus(StrEnum):
    QUOTED = "quoted"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFigure:
    """A figure of the answer and what proves it. `expression` is set where code computed it."""

    text: str
    answer_start: int
    answer_end: int
    status: FigureStatus
    markers: tuple[int, ...]
    expression: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sentences of one report that give one indicator different values for one period."""

    indicator: str
    markers: tuple[int, ...]
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """What one side of a comparison gives. `label` names the side; `text` is its figure as the report writes
    it, with its bound, and `value` that figure in the comparison's unit, below 0 for a fall.

    All but `label` are None where the reports give nothing; `value` also where the figures have no unit in
    common, and for a range.
    """

    label: str
    region: str | None
    year: int | None = None
    value: float | None = None
    text: str | None = None
    marker: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The figures of an answer side by side, in the order in which they were asked for.

    `unit` is None where the figures have none in common.
    """

    indicator: str | None
    unit: str | None
    rows: tuple[ComparisonRow, ...]


class RefusalReason(StrEnum):
    NOT_IN_CORPUS = "not_in_corpus"
    NOT_STATED = "not_stated"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    reason: RefusalReason
    detail: str


class Status(StrEnum):
    ANSWERED = "answered"
    PARTIAL = "partial"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an answer depends on: the same manifest and question give the same answer."""

    corpus: str
    embedder: str
    chat_model: str | None
    prompt: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is served. `mode_used` is "model" or "extractive".

    `note` is set where the model would have been asked and did not answer. A draft that was refused has
    none: nothing is lacking then, the sentences themselves are the better proven answer.
    """

    status: Status
    text: str
    language: Language
    citations: tuple[Citation, ...]
    figures: tuple[AnswerFigure, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refusal: Refusal | None = None
    mode_used: str = "extractive"
    note: str | None = None
    comparison: Comparison | None = None


class LimitKind(StrEnum):
    REGION = "region"
    YEAR = "year"
    STANCE = "stance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Words of a question that limit what is looked at: a place, a year, done or ahead.

    `start` and `end` bound them in the whole question as it was put (code points). `without` is the question
    that leaves them out, None where they cannot be left out.
    """

    kind: LimitKind
    value: str
    start: int
    end: int
    without: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedScope:
    """What a question was understood to ask of: places by their full names, years (those asked about, else
    those of the reports asked about), result or target. `limits` are the words that say so, in order."""

    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    stance: Stance | None = None
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One question through the whole line, every stage a field.

    `question` is as it was asked, `question_understood` the whole question that was answered where that is
    another: a follow-up with what the conversation adds to it. `faults` say why a draft was not served;
    `timings_ms` has a whole number of milliseconds for each stage.
    """

    id: str
    question: Question
    intent: Intent
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    prompt: Prompt | None
    draft: Draft | None
    faults: tuple[str, ...]
    answer: Answer
    manifest: Manifest
    timings_ms: dict[str, int]
    question_understood: str | None = None
    scope: AskedScope = AskedScope()


# --- Conversations ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`updated_at` is when something was last asked in it, or when it began."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAnswer:
    """A question with the answer that was served to it. `record` is the JSON of the whole answer, as sent.

    `question_understood` is as in `Trace`. `rating` is 1 or -1, None while nobody has rated the answer.
    """

    id: str
    conversation_id: str | None
    question: str
    question_understood: str | None
    record: bytes = field(repr=False)
    created_at: datetime
    rating: int | None = None
    comment: str = ""


# --- Who asks over HTTP -----------------------------------------------------------------------------


class Role(StrEnum):
    READER = "reader"  # asks and reads
    ADMIN = "admin"  # also changes the corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that lets a caller in. The secret itself is nowhere kept, only its hash. Times are in UTC.

    `last_used_at` is right to a minute.
    """

    id: str
    name: str
    role: Role
    secret_hash: str = field(repr=False)
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
