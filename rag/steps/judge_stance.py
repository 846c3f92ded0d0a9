"""Does a sentence say what happened, what is aimed at, or what will be done — and of which years?

The section decides first (工作回顾 is done, 预期目标 is aimed at), then the sentence's own time, tense and
modal words. Work with a number to be reached is a target: 力争达到82%, 能耗降低2%左右. A number that only
counts the work (新建5G基站1000个) leaves it a plan. What describes, judges, wishes or thanks is neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.domain import Bound, FigureKind, Stance
from rag.steps.judge_cell import judge_cell
from rag.steps.read_figures import read_figures
from rag.steps.segment import clauses
from rag.steps.tell_years import Years, announced, own_years, unnamed, unspaced, years_named

# --- Headings ---------------------------------------------------------------------------------------

_REVIEW = re.compile(
    r"回顾|过去[一二三四五六七八九十]年|[一二三四五六七八九十]年来|去年|上年|取得.{0,6}成[绩就]|伟大成就|成绩显著|主要成[绩就]|工作总结|完成情况"
)
_CAME = re.compile(r"(?:取得|夺取|赢得|迈出|迈上|实现|完成|达到|保持|呈现|得到|获得|开创)了[^,。]*")
"""基本实现了年初确定的增长目标: a heading that tells of what came about, aims and all."""
_AIM = re.compile(r"预期目标|主要目标|发展目标|奋斗目标")
_AHEAD = re.compile(r"目标|安排|任务|要求|思路|重点工作|工作部署|打算|工作建议|今年|展望|自身建设")
_SITUATION = re.compile(r"形势")
_NO_DEMAND = re.compile(r"^关于|形势|做法|体会|经验|问题|困难|结束语")

# --- Sentences --------------------------------------------------------------------------------------

_TROUBLE = re.compile(
    r"(?:困难|问题|挑战|不足|短板)[^。,]{0,8}(?:主要是|主要有|:)|仍需|还不够|有待|任重道远|压力(?:依然|仍然)|清醒(?:地)?(?:看到|认识)"
    r"|对(?:此|这些问题),我们一定|我们一定(?:会)?(?:正视|直面)问题"
)
_LESSONS = re.compile(
    r"(?:体会|经验|启示)[^。]{0,6}[是有:][^。]{0,3}$|(?:体会|经验|启示)[^。]{0,24}以下几[点条]"
)
_GENERAL = re.compile(
    r"^(?:今年|过去一年|(?:19|20)\d\d年),?(?:既|也|正)?是[^。]*(?:一年|之年|年份)[。!]?$"  # what year it was
    r"|(?:实践|经验|事实|历史)[^,。]{0,8}(?:表明|证明|告诉|启示)"
    r"|(?:只有|必须)[^。]*才(?:能|会|可)|任何时候都不"
    r"|^(?:应当|应该|必须|要)(?:清醒)?地?(?:看到|指出|承认|认识到)"
    r"|表示[^,。]{0,12}(?:感谢|敬意|问候|慰问)|我谨?代表[^,。]{2,20}[,向]|致以[^,。]{0,8}(?:敬意|感谢|问候)|让我们|万岁|奋勇前进|即使[^。]{0,30}就|[?]$"
    r"|者(?:先|胜|强)[,;。!]"  # sayings: 奋楫者先
    r"|^希望|(?:我们|我国|中国(?:政府|人民)?)[^,。]{0,8}(?:一贯|坚决支持|愿|希望|主张|赞赏|高度评价|相信|坚信|深信|呼吁|坚决反对)"
    r"|^这(?:些|种|就|也)?[^,。]{0,10},?也?(?:是(?!我们今年)|表[明现]|说明|体现|使得|意味着|充分)[^\d]*$"
)
_STANDS = re.compile(
    r"^(?![一二三四五六七八九十]是|深刻|始终|时刻|牢记|更加|坚持|[把将以])[^,;。:]{2,16}(?<![要求标点务思路针则施心向键])(?:,)?(?:也|都|正|仍然)?是(?![要否])"
    r"|^[^,;。:]{2,20},?(?:事关|关系到|离不开|意义重大|(?:对于?[^。]{2,40})?(?:具有|有着)[^,。]{0,12}(?:意义|作用|影响))"
    r"|,这是[^,。]{1,6}的[。;]$"
)
_OF_OTHERS = re.compile(
    r"^(?:但是?,|可是,|同时,)?(?:他们|它们|有人|有些人|美国|苏联|日本|印度|越南|[^,。]{0,24}(?:帝国主义|霸权主义|集团(?:[还在、]|一直)))"
)
_SHORTCOMING = re.compile(
    r"^(?![^。]*(?:解决|破解|减轻|克服|改变|防止|避免|补|着力|针对))[^。]*"
    r"(?:不够[一-龥]{0,2}|偏低|不足|沉重负担|(?:矛盾|问题)[^,。]{0,6}突出|落后|薄弱|不强|不高"
    r"|存在着?[^,。]{0,8}(?:问题|困难|矛盾|不利条件))[,;。]"
)
_AIM_SENTENCE = re.compile(r"(?:预期|主要|奋斗|发展)目标[^。]{0,6}[是为:]")
_YEAR_AIM = re.compile(r"经济社会发展的?(?:主要)?(?:预期)?目标")
"""What a report sets for its own year."""
_WILL = re.compile(
    r"力争|确保|计划(?=用|在|把|将|到|今年|安排|\d)|(?<!即)将(?![近军士领])|拟|争取|(?<![主重需简扼紧首概必想纲提摘])要(?![求素闻点害])|必须|应当|应该|(?<![一-龥])(?:继续|进一步)|"
    r"不少于|不低于|控制在|有望|一定(?![程规数的])"
)
_INSTRUCTS = re.compile(
    r"^(?:认真|大力|切实|积极|努力|抓紧|加强|加快|充分|逐步|不断|严格|依法|稳步|搞好|做好|抓好|完善|深化|推进|妥善)"
)
_CAME_ABOUT = re.compile(
    r"(?:得到|取得|有|获得|进行|成立|实现|完成|增长|建立|发展|发生|迈出|召开|经受|提出|总结|制[定订]|通过|下降|突破|起|增加|减少|采取|做|批准|签订|出台|颁布|改善|"
    r"提高|扩大|加强|克服|解决|创造|超过|达到|举行|访问|开展|推动|促进)了"
)
_DONE = re.compile(
    r"已(?!成为共识|经?[一二三四五六七八九十]年)|获评|荣获|入选|获批|建成投用|取得|百分之[^。,]{1,12}下降到|增加到"
)
_FELL_SHORT = re.compile(r"[仅只]完成|未能|尚未|没有?(?:能|如期|按期|完成|达到|实现)")
"""What came of it though: …仅完成1640个,将于今年上半年补齐 tells of the past."""
_REALLY = re.compile(r"实际(?:达到|完成|实现|增长|下降|执行|为)|已经?[一-龥]{2,4}了")
_AIM_RECALLED = re.compile(
    r"(?:去年|上年|年初)[^。]{0,24}(?:提出|确定|要求)(?:过|了)?[^。\d]{0,4},?(?:(?<![主重需])要(?!求)|把|将|力争)"
)
"""去年的政府工作报告曾提出,要把涨幅控制在10%以内: an aim, told among what was done."""
_MEASURED = re.compile(r"比上年|比去年|比前一年|同比|比(?:19|20)\d\d年|达到\d|完成\d|预计")
_PAST_OPENING = re.compile(
    r"^(?:各位代表[:,!])?(?:刚刚过去的|过去的)?(?:((?:19|20)\d\d)年(?!是)|过去[一二三四五六七八九十]年|去年(?!底)|[一二三四五六七八九十]年来)"
)
_PAST_CLAUSE = re.compile(
    r"((?:19|20)\d\d)年(?:全年)?(?:共|已|累计)?(?:办理|完成|实现|新增|建成|办结|接受|开展|收到)"
)
_AHEAD_OPENING = re.compile(r"^(?:[一-龥]{0,6}[,、])?((?:19|20)\d\d)年[^。]{0,14}?将")
_PLANS_LEAD = re.compile(
    r"(?:总体要求|总体思路|指导思想|预期目标|主要目标|工作安排|主要任务|重点工作)[^。,]{0,4}[是为:]"
)
_AHEAD_YEAR = re.compile(r"今年|今后一年|新的一年|本年度")
_YEAR = re.compile(r"((?:19|20)\d\d)年")

# A number that is aimed at: by what governs it, by its bound, or by the total that it is the value of.
_AIMED = re.compile(
    r"力争|争取|确保|保证|达到|达|突破|超过|[控稳保]\w{0,2}在|不低于|不少于|目标|[提增升]\w?到|增长|下降|降低|减少"
)
_TOTAL = re.compile(
    r"(?:产量|产值|收入|总额|总量|总产|增加值|(?<!总)投资|就业|利润|浓度|年产[一-龥]{0,3}|营收|利用外资)$"
)
_SIZE = re.compile(r"(?:以上|以下|级)?的?[一-龥]{0,6}(?:项目|企业|工程|园区|经营主体)")
_NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两半翻]")
_STATE_AIMED = re.compile(r"同步|持平|平衡|好于|高于|低于|快于|完成[^,。]{0,8}(?:任务|指标)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What stands around a sentence. `years` are those of its section; `lesson` is whether a lead such as
    主要体会是: or 困难和问题主要是: is in force; `reviews` whether the section opens with what was done."""

    stance: Stance
    years: Years | None
    year: int | None
    lesson: bool = False
    reviews: bool = False


def section_stance(title: str, *, year: int | None) -> tuple[Stance, Years | None] | None:
    """Stance and years that a heading gives to what stands under it; None where it says nothing.

    A heading that names both (成就和今后的任务, 当前形势和任务) leaves its sentences to their own words.
    """
    title = unspaced(title)
    came = _CAME.search(title) is not None
    title = _CAME.sub("", title)
    if year is not None and f"{year}年" in title and f"{year - 1}年" in title:
        return Stance.OTHER, None
    past, this = (None, None) if year is None else ((year - 1, year - 1), (year, year))
    back, ahead = came or _REVIEW.search(title) is not None, _AHEAD.search(title) is not None
    if ahead and (back or _SITUATION.search(title)):
        return Stance.OTHER, None
    if back:
        return Stance.RESULT, announced(title, year=year, past=True) or past
    if _AIM.search(title):
        return Stance.TARGET, announced(title, year=year, past=False) or this
    if ahead or f"{year}年" in title:
        return Stance.PLAN, announced(title, year=year, past=False) or this
    return (Stance.RESULT, past) if past and f"{past[0]}年" in title else None


def speaks_of_now(title: str, *, year: int | None) -> bool:
    """Whether a heading names what is to come: under the review (九)持续推进政府自身建设 tells what was done,
    下一步重点工作 does not."""
    return re.search(r"今年|明年|下一步|今后|打算|展望", title) is not None or (
        year is not None and f"{year}年" in title
    )


def demands(title: str) -> bool:
    """Whether a main heading after the review calls for work, as all do that announce nothing else:
    三、加快建立社会主义市场经济体制.
    """
    return _NO_DEMAND.search(title) is None


def judge(text: str, setting: Setting) -> tuple[Stance, Years | None]:
    """Stance and years of one folded sentence where it stands."""
    text = unspaced(text)
    if (cell := judge_cell(text, setting.year)) is not None:
        return cell
    own = unnamed(text)
    if setting.stance is Stance.RESULT and _AIM_RECALLED.search(own) and aims_at_number(own):
        return Stance.TARGET, setting.years
    stance = _stance(text, own, setting)
    default = setting.years
    if default is not None and setting.year is not None:
        ahead = default[0] >= setting.year
        if stance is Stance.RESULT and ahead:
            default = None
        elif stance in (Stance.PLAN, Stance.TARGET) and not ahead:
            default = setting.year, setting.year
    if default is None and stance is Stance.TARGET and _YEAR_AIM.search(text):
        default = None if setting.year is None else (setting.year, setting.year)
    return stance, own_years(text, stance=stance, default=default, year=setting.year) or default


def of_part(
    part: str, whole: str, *, stance: Stance, period: int | None, year: int | None
) -> tuple[Stance, int | None]:
    """Stance and period of a statement whose sentence tells of several years, or of what was planned and what
    came of it: 1981年计划为3.7%,实际达到4.6%;1982年计划为4%."""
    if _REALLY.search(part):
        stance = Stance.RESULT
    own = years_named(part)
    if len(own) == 1 and len(years_named(whole)) > 1 and year is not None and max(own) < year:
        period = max(own)
        if stance in (Stance.PLAN, Stance.TARGET) and not _WILL.search(part):
            stance = Stance.RESULT
    return stance, period


def opens_lessons(text: str) -> bool:
    """Whether what follows tells lessons or difficulties: 主要体会是:, 存在的困难和问题主要是:"""
    return _LESSONS.search(text) is not None or (_TROUBLE.search(text) is not None and text.endswith(":"))


def moves_ahead(text: str, *, year: int | None) -> bool:
    """Whether a sentence of a text without headings turns from the review to the plans: 2024年,…将…"""
    return year is not None and _opens_ahead(text, year)


def opens_plans(text: str, *, year: int | None) -> bool:
    """Whether a sentence under no heading that tells opens the plans of the year: 今年…总体要求是:"""
    match = _PLANS_LEAD.search(text)
    return (
        match is not None
        and year is not None
        and (_AHEAD_YEAR.search(text[: match.start()]) is not None or f"{year}年" in text[: match.start()])
    )


def opens_past(text: str, *, year: int | None) -> Years | None:
    """The past years with which a sentence opens: what follows was done then, whatever its section."""
    match = _PAST_OPENING.match(text)
    if match is None or year is None or _AHEAD_OPENING.match(text):
        return None
    if match[1]:
        opened = int(match[1])
        return (opened, opened) if year - 6 <= opened < year else None
    return announced(match.group(), year=year, past=True) or (year - 1, year - 1)


def turns_ahead(text: str) -> bool:
    """Whether a sentence ends a run of what was done: it names this year or calls for work. A level that is
    held (涨幅控制在3.3%) may be either."""
    words = {match.group() for match in _WILL.finditer(unnamed(text))}
    return _AHEAD_YEAR.search(text) is not None or bool(words - {"控制在"})


def _stance(text: str, own: str, setting: Setting) -> Stance:
    if setting.stance is Stance.RESULT:
        if _TROUBLE.search(text) or setting.lesson or _GENERAL.search(own):
            return Stance.OTHER
        return _work(own, setting) if _ahead_in_review(own, setting.year) else Stance.RESULT
    if _GENERAL.search(own):
        return Stance.OTHER
    if setting.stance is Stance.OTHER:
        aside = _TROUBLE.search(text) or _OF_OTHERS.match(own) or _SHORTCOMING.match(own)
        return Stance.OTHER if aside else _by_words(own, setting)
    if not _WILL.search(own):
        if _CAME_ABOUT.search(own) or _told_of_past(own, setting.year):
            return Stance.RESULT
        if (_STANDS.match(own) or _SHORTCOMING.match(own)) and not _AIM_SENTENCE.search(own):
            return Stance.OTHER
    return _work(own, setting)


def _told_of_past(own: str, year: int | None) -> bool:
    """Whether a clause among plans opens with a past year: 自觉接受监督,2022年办理代表建议127件."""
    return year is not None and any(
        int(match[1]) < year
        for start, _ in clauses(own)
        if (match := _PAST_CLAUSE.match(own, start)) is not None
    )


def _work(own: str, setting: Setting) -> Stance:
    """Target or plan, of what is ahead."""
    if _AIM_SENTENCE.search(own) or aims_at_number(own):
        return Stance.TARGET
    goals = setting.stance is Stance.TARGET and (_STATE_AIMED.search(own) or _AIM.search(own))
    return Stance.TARGET if goals else Stance.PLAN


def aims_at_number(text: str) -> bool:
    """Whether a clause holds a number to be reached, not one that counts the work or tells its size."""
    for start, end in clauses(text):
        clause = text[start:end]
        if not _NUMERAL.search(clause):
            continue
        for figure in read_figures(clause):
            if figure.kind in (FigureKind.DATE, FigureKind.RANK) or _SIZE.match(clause, figure.end):
                continue
            rate = figure.kind in (FigureKind.PERCENT, FigureKind.POINTS, FigureKind.TIMES)
            before = clause[: figure.start]
            if rate or figure.bound is not Bound.EXACT or _AIMED.search(before) or _TOTAL.search(before):
                return True
    return False


def _ahead_in_review(own: str, year: int | None) -> bool:
    """Whether a sentence of the review speaks of what is to come: 2024年获批后有望…, 做好今年的工作要…

    Its last word on time decides: 有望2024年新增2家,项目于2023年投产 is a result.
    """
    if year is None:
        return False
    coming = _AHEAD_YEAR.search(own) is not None or any(int(y) >= year for y in _YEAR.findall(own))
    if not coming:
        return _opens_ahead(own, year)
    short = _FELL_SHORT.search(own)
    if short is not None and not _WILL.search(own, 0, short.start()):
        return False
    past = max((m.end() for m in _YEAR.finditer(own) if int(m[1]) < year), default=-1)
    done = max(past, _last(own, _CAME_ABOUT, _DONE))
    return _opens_ahead(own, year) or _last(own, _WILL) > done


def _last(text: str, *patterns: re.Pattern[str]) -> int:
    """Where the last match of any of the patterns ends; -1 where there is none."""
    return max((match.end() for pattern in patterns for match in pattern.finditer(text)), default=-1)


def _opens_ahead(text: str, year: int) -> bool:
    match = _AHEAD_OPENING.match(text)
    return match is not None and int(match[1]) >= year


def _by_words(own: str, setting: Setting) -> Stance:
    """Where no heading tells: the last of the words that say done or ahead."""
    if _AIM_SENTENCE.search(own):
        return Stance.TARGET
    done, will = _last(own, _CAME_ABOUT, _DONE), _last(own, _WILL)
    if done > will or (will < 0 and _MEASURED.search(own)):
        return Stance.RESULT
    if will >= 0:
        return _work(own, setting)
    if setting.reviews and not _STANDS.match(own):
        return Stance.RESULT
    return _work(own, setting) if _INSTRUCTS.match(own) else Stance.OTHER
