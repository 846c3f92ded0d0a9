"""A piece of a clause → the noun at its end: the head that a figure belongs to; a joint name → its heads.

Words are told apart by closed lists (verbs that lead to a figure, adverbs, comparisons), not by a tagger:
what reports put between a noun and its figure is a small vocabulary.
"""

from __future__ import annotations

import re

from rag.domain import Direction, Figure, FigureKind

_QUALIFIED = r"(?:全[年市区县省国]|我[市省区县]|预计|其中|年内|年末|累计|共|已|又|再|已经|今年|去年|目前)"
_LEADING = re.compile(
    rf"^(?:{_QUALIFIED}|“[一二三四五六七八九十]+五”(?:时期|期间|以来)*|[到至从在]?(?:19|20)\d\d年?[底末初]?|对|使|让|把|将|以|按|因|为|经过|通过|确保|力争|争取|实现|完成|新增(?!地方|耕地|财力)|"
    r"新建|改建|建成|培育|引进|谋划|实施|开展|组织|推动|推进|抓好|做好|推广|获批|申报|新申报|新认定|认定|带动|原来|计划|计算|即|"
    r"这就是说|但是|由于|并|且|还要|还|和|与|及|也|则|而|的|是|等|以及|左右|以上|以内|以下|内|间|来|以来|但|同时|没有|提出|重点推进|重点|连续|提前|顺利|成功|[、,:\s—])+"
)
_VERB = (
    "增长率|增长|增加|增速|增幅|递增|提高|提升|上升|上涨|扩大|下降|降低|减少|减轻|回落|下滑|缩小|压减|压缩|削减|缩减|降幅|涨幅|收窄|翻|"
    "高达|达到|达|安排|完成|实现|突破|超过|超|接近|近|约|高于|低于|不低于|不少于|不超过|不到|不足|保持在|稳定在|控制在|维持在|保持|稳定|占到|占|为|是|有|"
    "位列|位居|排名|排位|名列|排在|列|居|排|分列|跃居|稳居|跻身|进入|升至|升到|增至|增到|降至|降到|减至|减到|提高到|增加到|减少到|"
    "多出|多|少|高出|共计|共|合计|总计|累计|平均|年均|分别|均|各|都|已|已经|将|将只|只|还|又|再|即|可能|可|预计|预期|力争|争取|仍然|仍|"
    "同比|环比|比上年|比去年|较上年|较去年|上年|去年底|去年|年底|年末|同期|相当于|相当|等于|成为|得到|取得|就|仅|仅仅|全部|至少|上|左右|以上|"
    "全国|全省|全市|全区|全县|世界|全球|全乡|净|从|由|在|到|至|了|着|的|年|第|共有|应该有|应该|应|必须|要|也|而且|每年|"
    "和|与|及|、|以|按|对|同|之|其|中|内|时|里|前|后|也要|其中|,"
)
_TRAILING = re.compile(rf"(?:{'|'.join(sorted(_VERB.split('|'), key=len, reverse=True))}|\s)+$")
_COMPARED = re.compile(
    r"(?:^|(?<=[^对相百]))(?:比|较|同|与|跟)[^,;。]{0,24}?(?:相比|(?=还?(?:增|提|减|下降|下滑|上升|上涨|多|少|高|低|快|慢|翻|回落|扩|缩|净增)))"
)
_AMONG = re.compile(
    r"在[^,;。在]{2,30}?(?:中|中的比重|的比重|的比例|范围内|基础上|水平上)(?=[,、]|$|[^、,]{0,6}$)"
)
_SHARED_WHOLE = re.compile(
    r"(?<![抢侵强霸])(?:仍然|已|将|只|约|仍)*(?:占到?|相当于|相当)[^,;。]*$|(?:分别)?(?:超额)?完成了?[^,;。]{0,14}(?:计划|任务|目标|预算)的$"
)
_ANAPHOR = re.compile(
    r"^(?:增速|增幅|降幅|涨幅|总量|占比|比重|同比|排名|排位|位次|占有率|规模|人数|总数|总额|其|这|它们?|他们|数量|均|五个?)$"
)
_SHARE_TAIL = re.compile(r"(?:的?(?:比重|比例|占比|份额))$")

# --- what is counted behind a figure ----------------------------------------------------------------

_COUNTED = re.compile(
    r"(?:以上|以下|以内|左右)?(?P<of>的)?(?P<words>(?:[“《][^”》]*[”》]|[一-龥A-Za-z]|\d(?=G|A))+)"
)
_COUNTED_ENDS = re.compile(
    r"获评|获批|获|荣获|入选|列入|纳入|进行|实现|完成|达到|达|建成|(?<!新)开工(?!项目|率)|竣工|投产|投用|落地|成功|全部|扎实|如期|加快|压实|受益|组织|参加|用于|"
    r"分别|均|已|(?<!植)被|在|为|是|将|对|向|与|从|由|以(?!上)|及|等|增长|增加|提高|下降|减少|超过|突破|同比|比|较|占|建设(?!项目|单位|用地)|开展|推进|推动|实施|组建|转型|"
    r"提升|进入|跻身|实行|减收|[一二三四五六七八九十两百千万]{2,}|[一二三四](?=$)|(?:和|与|或)?\d|的(?=$|百分|\d|[一二三四五六七八九十])|只|也|都|还|仍|并|了|(?<![主需重])要(?![素求点])|可|能够|提前|免|拥有|年均|就|中(?=$|的|排|位|居|列)|多出|上(?=$)"
)
_NOT_COUNTED = re.compile(
    r"台阶|大关|关口|左右|以上$|以内|强|需|因|必|可|能|应|同|增|减|提(?:高|升)|降|下|上(?!市)|高(?=于|出)|低于|多|少|的$|是|为|在|和|与|及|或|到|至|以|比|较|之|其|由|用|作|来|去|后|前|内|中|间|时|起|者|"
    r"并|且|都|均|已|也|就|了|从|对|让|将|把|被|给|于|建设|支持|投入|进行|全部|分别|我|这|那|居|位|排|占|达|左"
)
_CHANGE_NOUN = re.compile(r"的?(?:目标|速度|增速|增长|水平|幅度|基础|比例|要求|任务)")


def head(region: str, *, share: bool = False) -> str | None:
    """The noun that a figure at the end of the region belongs to; None where only verbs and adverbs stand
    there. Of a share it is the part, not the whole: 民生支出占一般公共预算支出的 → 民生支出."""
    words = _SHARED_WHOLE.sub("", region) if share else region
    words = _COMPARED.sub("", words)
    words = _AMONG.sub("", words)
    words = _SHARE_TAIL.sub("", _TRAILING.sub("", words))
    words = _LEADING.sub("", _TRAILING.sub("", words)).strip("、,:;。 —")
    if not words or words[0] in "比较" or _ANAPHOR.match(words) or not re.search("[一-龥A-Za-z]", words):
        return None
    return words


def counted(text: str, figure: Figure) -> str | None:
    """The noun that follows a figure: 22项民生工程, 1万亿元国债, 85%以上财政支出; None where none does."""
    percent = figure.kind in (FigureKind.PERCENT, FigureKind.SHARE)
    if (
        figure.kind in (FigureKind.RANK, FigureKind.POINTS, FigureKind.TIMES)
        or text[figure.end : figure.end + 1] == "%"
    ):
        return None
    match = _COUNTED.match(text, figure.end)
    if match is None or _NOT_COUNTED.match(match["words"]):
        return None
    if (percent or match["of"]) and _CHANGE_NOUN.match(match["words"]):
        return None
    if percent and figure.direction is not Direction.NONE and not match["of"]:
        return None
    if match["of"] and figure.kind is FigureKind.AMOUNT and figure.unit:
        return None
    end = _COUNTED_ENDS.search(match["words"], 1)
    words = match["words"][: end.start()] if end is not None else match["words"]
    return words.rstrip("和与及、") or None


# --- joint heads ------------------------------------------------------------------------------------

_SEPARATOR = re.compile(r"[、和与及]|以及")
_TAIL = re.compile(
    r"(?:(?:常住)?(?:居民|职工|人口|企业)?(?:人均|平均|年均|综合|累计)?(?:可支配|纯|基本)?"
    r"(?:收入|支出|增加值|总产值|产值|消费|生活费)|(?:[使利占达优合普治覆参入就处回完办开化网整][一-龥])率|(?:季度)[一-龥]{2}率|[产销储客货运流存]量|"
    r"(?:贷款|存款)?余额|(?:保障)?标准|(?:平均)?浓度|面积|价格|人数|规模|总额|待遇|补助|补贴|养老金|指数|数量|里程|投资|税收|利润|规模)$"
)
_PAIRS = (
    (re.compile(r"城乡(?=居民)"), ("城镇", "农村")),
    (re.compile(r"城乡"), ("城市", "农村")),
    (re.compile(r"存贷款"), ("存款", "贷款")),
    (re.compile(r"进出口"), ("进口", "出口")),
    (re.compile(r"本外币"), ("本币", "外币")),
)
_ORDINAL = re.compile(r"[一二三四]$")


def joint_heads(words: str) -> list[str]:
    """The names that a joint name stands for, each in full: 城乡低保标准 → 城市低保标准, 农村低保标准;
    茶叶、蔬菜产量 → 茶叶产量, 蔬菜产量. A name that is not joint is the only one."""
    pieces = [piece for piece in _SEPARATOR.split(words) if piece]
    if len(pieces) == 1:
        return _paired(words)
    last = pieces[-1]
    tail = _shared_tail(pieces)
    whole = [tail is None or piece[-1] == last[-1] or _TAIL.search(piece) for piece in pieces[:-1]]
    return [
        piece if is_whole else f"{piece}{tail}" for piece, is_whole in zip(pieces[:-1], whole, strict=True)
    ] + [last]


def _paired(words: str) -> list[str]:
    for pattern, names in _PAIRS:
        if pattern.search(words):
            return [pattern.sub(name, words, count=1) for name in names]
    return [words]


def _shared_tail(pieces: list[str]) -> str | None:
    """What the last of the names ends in and the others leave out; None where each is whole."""
    last, before = pieces[-1], pieces[-2]
    if _ORDINAL.search(before) and re.match("[一二三四]", last):
        return last[1:]
    match = _TAIL.search(last)
    return match.group() if match is not None and match.start() > 0 else None
