"""How people ask: the words by which a question shows its kind, its tense and the value that it wants.

Patterns run over the folded question (Chinese) or over the question as it stands (English), ignoring case.
"""

from __future__ import annotations

import re

from rag.domain import Stance
from rag.steps.any_of import any_of
from rag.steps.question_years import LAST_YEAR, THIS_YEAR

AHEAD = any_of(
    r"目标|(?<!年度)(?<!年)(?<![个项])计划(?!的|完成|生育|单列|叫)|预期(?!寿命)|力争|打算|准备|将要|将会|将|拟|安排|规划(?=[建新到用在]|发展|打造)|(?<![思设理梦])想|要求|(?<![认评确核审鉴])定(?:在|为|了)(?=[^,。]{0,4}(?:多少|几|\d|什么水平))|控制线|[上下]限",
    "(?<!主)要(?=达到|到|新增|新建|完成|建|增长|改造|实现|做|办|培育|打造|建成|提高|集中|把|在|创|发展|降|让|推|重点|抓)",
    english="targets?|goals?|plans?|planned|planning|expects?|expected|"
    "aims?|will|intends?|wants?|to be|going to",
)
AHEAD_NOUN = any_of("(?:预期|控制|主要|增长|发展)?目标(?!责任)|预期(?!寿命)")
DONE = any_of(
    "(?:顺利|圆满|超额|如期|提前)(?:完成|实现)",
    "最[后终][^,。]{0,6}(?:做到|达到|完成|实现|是|有|为)|(?:做到|完成|实现|增长|下降|达到?|新增|新建|建成|获得?|获批|入选|争取到?|引进|举办|改造|投入|办理|办结|发放|创建|取得|接待|搞|做|签|建|产|给)了",
    "实际(?!利用|使用|到位)|实绩|完成情况|已经?|结果|完成数",
    english="did|was|were|had|achieved|actual|actually|completed|grew|rose|reached|received|built",
)
BOTH_STANCES = any_of(
    "(?:目标|控制[线数]|计划|预期|预定|原定|年初安排|年初预算)[^。]{0,20}(?:实际(?!利用|使用|到位)|实绩|完成情况|最[后终]的?结果)",
    "(?:有没有|是否|有无)(?:达到|完成|实现|超过)了?(?:当年|年初|全年|年度|原定)的?(?:目标|计划|预期)",
    "(?:实际(?!利用|使用|到位)|实绩)[^。]{0,20}(?:目标|计划|预期|原定|年初安排|年初预算)",
    "(?:与|和|跟|同|比|较)(?:年初|年度|当年|预期|原定|既定|当初)?(?:[设确]?定|订|提出)?的?(?:目标|计划)数?(?:相?比|差|高|低|多|少|超|怎么样)",
    "(?:年初|年度|预期)?目标(?:完成|实现|达成|达到)了?(?:吗|没有?|了没)",
    "目标[^。]{0,16}(?:最后|最终|后来|结果|实绩)|(?:最后|最终|实绩)[^。]{0,16}目标",
    "目标值[^。]{0,8}(?:完成|实际|结果)值?|(?:完成|实际)值[^。]{0,8}目标值|达标了?(?:吗|没有?|了没)",
    "(?:原|当初|年初|本来)(?:来|先)?(?:计划|打算|定|想|说|提出|预期|安排)[^。]{0,24}(?:后来|最后|最终|结果|实际|建成|完成|做到)",
    "(?:冲到|够到|达到|做到|完成|实现)了?(?:年初|当初|原先|原来|原)(?:定|说|提出|计划|预期|安排)的",
    english=r"(?:compared?|compares|against|versus|vs) (?:with |to )?(?:its |the )?targets?"
    r"|targets?\b.{0,60}\b(?:actual|actually|result)|actual(?:ly)?\b.{0,60}\btargets?"
    r"|planned\b.{0,60}\bactually|actually\b.{0,60}\bplanned",
)
LEVEL = re.compile(
    r"(?:率|比重|占比|比例)[^,。增升降提下]{0,4}(?:到了?|达到?了?|是|为|有)(?:多少|百分之[几多]|几)|(?:率|比重|占比|比例)(?:是?多少|百分之[几多])"
)
"""How high a rate is, not by how many points it moved."""
EXAMPLES = re.compile(r"[(（][^()（）]{2,30}(?:这类|那类|之类|等等?|[/、][^()（）]{1,14})[)）]")
"""In brackets, things of the kind that is asked for."""
COMPARE = any_of(
    "比较|对比|相比|差距|相差|差多少|差几",
    "哪个(?:市|地方|城市|区|地区)?[^,。]{0,14}(?:更|最|高|低|多|少|快|大|小)",
    "(?:谁|哪里|哪[一]?[个座地市]|哪儿)[^,。]{0,12}(?:更|最|高|低|多|少|快|慢|大|小)",
    "(?:高|低|多|少|快|慢)出?了?(?:多少|几)",
    "从[^,。]{2,14}到[^,。]{2,24}(?:增加|增长|提高|上升|减少|下降|增)了?(?:多少|几)",
    "排名.{0,4}(?:怎么|如何)|从高到低|从低到高|从大到小|排序|排一?下|怎么排",
    "之比|比值|收入比|合计|总共|加起来|之和|总和|几倍|多少倍|各是|各为|各增|各多少|分别是?多少|分别增长",
    english="ratio of|compare|compared|higher|lower|highest|lowest|more than|fewer|faster|slower|"
    "largest|smallest|most|fewest|"
    "difference|total of|combined|rank|percentage points|exceed|exceeded|below its|above its",
)
COUNT = any_of(
    "(?:出现|提到?|提及|写到|说到|讲到)了?过?(?:几|多少)[次处回]|(?:提到|提及|写到|谈到)[^,。]{2,16}(?:几|多少)[次处回]",
    "(?:几|多少|哪些?)(?:份|篇|个|些)?(?:地方|城市|市|报告|地区|区|年份)?的?[^,。]{0,4}(?:政府工作)?(?:报告)?[^,。]{0,4}(?:提到|提及|写到|说到|讲到|出现|谈到)",
    "(?:提到|提及|写到|谈到)[^,。]{1,20}的(?:政府工作)?(?:报告|地方|市)?[^,。]{0,4}(?:有|是)?(?:几|多少|哪)",
    english=r"how many (?:of the )?(?:reports|places|cities)\b.*\b(?:mention|mentions|refer|mentioned)"
    r"|how many times\b.*\b(?:mention|appear|appears|mentioned|used|occur|occurs)"
    r"|which (?:of the )?reports mention",
)
WHICH_PLACES = any_of(
    "(?:哪些|哪几[个份])(?:政府工作)?(?:报告|地方|省份?|城市|地区|[市县区])(?![长级一-龥]{0,2}(?:入选|获))",
    english="which (?:reports|places|cities|provinces|counties)",
)
"""Each place that gives a value is asked for."""
WORDING = any_of(
    "提法|原样|引出来|引用|摘录|原话|原文|措辞|表述",
    "(?:怎么|如何|怎样|是怎么)(?:说|写|讲|表述|描述|概括|形容|提|评价|定位|归纳)",
    english="wording|exact words|phrase|describes?|words its|worded|quote|verbatim|how does the report",
)
ORDINAL = re.compile(r"第[一二三四五六七八九十]+(?:步|条|点|阶段|方面)")
"""One of several that a report tells one after the other."""
LIST = any_of(
    "[两二三四五六七八九十\\d](?:个|大|项|条|种|类|方面|所)[^,。?]{0,14}(?:是|为|指)?(?:什么|哪)",
    "哪些|哪几(?!个字)|各自|有什么|包括什么|列出|列举|都有|分别(?:是|为)?(?:什么|哪)|哪[两三四五六七八九十\\d]|几大|[三四五六七八九十]大|各(?:是|增长|为)|指的?是|什么是",
    english=r"list|which (?:\w+ ){0,3}(?:are|were|counties|districts|projects|industries|cities|areas)"
    r"|what (?:\w+ ){0,2}(?:are|were)|name the",
)
REACHED = any_of(
    "超(?:额|了|过|没超)|完成了?(?:没有|吗|没)|没完成|未完成|达到了?(?:没有|吗|没)|达标|没达到",
    "是否(?:完成|达到|实现)|实现了?(?:没有|吗|没)",
    english="(?:meet|met|miss(?:ed)?|reach(?:ed)?|hit|beat|surpass(?:ed)?|exceed(?:ed)?|achieved?) "
    "(?:its|the)|fall short",
)
"""Whether a target was reached is asked."""
ACHIEVED = re.compile(
    r"(?:圆满|顺利|如期|超额|全面|胜利)(?:完成|实现)(?!了?[吗没])|(?:目标|任务)(?:都|已经?)?(?:完成|实现|达到|达成)了(?![吗没])"
)
"""That a target was reached is taken for granted."""
TARGET = any_of("目标|预期(?!寿命)", english="targets?|goals?")


def asks_both_stances(text: str) -> bool:
    """Whether what was aimed at and what came of it are asked about, or whether a target was reached."""
    return BOTH_STANCES.search(text) is not None or (
        REACHED.search(text) is not None and TARGET.search(text) is not None
    )


CHANGED = any_of(
    "净增[加长]?了?(?:多少|几)|[多少]了(?:多少|几)|(?:压|砍|减|裁|关|缩)(?:减|掉|缩)?了?(?:多少|几)|(?:上升|提高|下降|降低|增加|减少|扩大|缩小|提升|回落|变化)了?(?:多少|几)",
    english="by how (?:much|many)|how much did|how many percentage points",
)
"""How far something went is asked."""
GREW = any_of(
    "大涨|大增|猛增|飙升|激增|暴涨|走高|攀升|(?:增长|上涨|上升|增加|提高)的?(?:主要)?(?:原因|动力|靠)",
    english="surge[ds]?|soar(?:ed|s)?|jump(?:ed|s)?|why did .{3,60} (?:rise|grow|increase)",
)
"""That something went up is taken for granted, or asked."""
FELL = any_of(
    "下滑|下跌|下降|回落|萎缩|减少|缩水|降低|负增长|减产|歉收",
    english="fall|fell|fallen|drop|dropped|decline|declined|shrink|shrank|decrease|decreased",
)
"""That something went down is taken for granted, or asked."""
SUPPOSED = re.compile(r"吧(?=[,?]|$)|[,。](?=[^,。]+$)")
"""是负增长吧,跌了多少: what is said in front of it is taken for granted, whatever is asked behind it."""
OPEN_DIRECTION = any_of(
    "还是|是涨|是升|是增|有没有|是否|吗|多少|几", english="or|whether|did .{3,60} (?:rise|grow)"
)
TROUBLE = any_of(
    "(?:自己|自身|本[市县区省])的?(?:短板|不足|问题|困难)",
    "(?:存在|面临|还?有|承认|指出|[讲说提谈]到?了?|反思了?|列[出举]了?)[^,。?]{0,8}哪些[^,。?]{0,8}(?:问题|困难|不足|短板|挑战)",
    "(?:存在|面临|承认|指出)的?[^,。?]{0,6}(?:问题|困难|不足)[^,。?]{0,4}(?:有|是)?(?:哪|什么)",
    english="(?:problems?|difficult(?:y|ies)|shortcomings?|weaknesses|challenges)",
)
"""What a report says is amiss is asked."""
DEFINES = any_of(
    "释义|官方定义|是?什么意思|指的?是?什么|是指什么|含义|什么是|怎么解释|如何解释|解释的",
    english="what does .{2,60} mean|meaning of|definition of|stand for",
)
"""What a word means is asked."""
BASELINE = re.compile(
    r"(?:比|较)(?P<year>(?:19|20)\d\d)年?[底末]?(?:同期)?(?:的?水平)?[^,。?年]{0,6}?"
    r"(?:降|减|增|提高|提升|上升|上涨|翻|扩|涨|回落|改善|低了|高了|少了)"
    r"|\b(?:compared (?:with|to)|from|over|against|relative to)\s+(?P<since>(?:19|20)\d\d)\b",
    re.I,
)
"""The year that a change is measured against: PM2.5比2013年降了多少. One sentence may tell it."""
STANDING = any_of(
    "(?P<verb>完成|开工|竣工|投产|投用|办结|获批|落地|签约|履约|兑现|通过|解决|达标|整改|建成)率",
    "(?P<whose>[一-龥]{2})的?占[^,。]{0,12}(?:百分之|多少|几成|比例|比重)",
    english=r"what (?:share|percentage|proportion|percent)|(?:completion|approval|start|commencement) rate",
)
"""A part is asked of a whole: 284个项目里获批的占百分之多少."""
REMAINING = any_of(
    "(?:还有|剩下|剩)?(?:多少|几)[个件项家户条座所处][^,。]{0,8}?(?:没有?|未|尚未)(?P<done>完成|开工|竣工|投产|办结|落地|整改|建成|通过|建完|做完|交付)",
    "[还只]?差了?(?:多少|几)[个件项家户条座所处]",
    english=r"how many\b.*\b(?:not yet|had not|have not|were not|unfinished|remaining|outstanding|still)",
)
"""What is left of a whole is asked for."""
AMOUNT_UNIT = any_of(
    "多少(?:亿|万|元|钱|户|家|个(?!百分点)|人|吨|亩|公里|套|座|项|件|斤|台|辆|平方|千瓦|次|起|名|所|处|标准箱|床|张|份|场|条|米|千米|[微毫]?克)",
    english="by how many(?! percent)"
    "|in (?:(?:(?:million|billion|trillion)s?(?: of)? )?(?:yuan|rmb|tons?|tonnes?)|mu|hectares?)",
)
"""The unit that is asked for: 增长了多少元 wants no rate."""
AMOUNT = any_of(
    AMOUNT_UNIT.pattern,
    "总量",
    "(?<!哪)几(?:家|个|户|项|所|座|条|次|起|件|场|辆|台|部|套)(?!百分点|点)",
    "(?:完成|总额|总值|规模|(?<!率)达到?|投资)了?多少(?!%|百分)|(?:总额|总规模)(?:是|为|有)多少(?!%|百分)",
    english="how many|amount|total value|volume|how much money|how much was invested",
)
RATE = any_of(
    "(?:增|升|涨|上升|增长)还是(?:[减降跌]|下降|减少)|(?:[减降跌]|下降|减少)还是(?:增|升|涨|上升|增长)|增长率|增速|增幅|降幅|涨幅|增长了?(?:多少|百分之几|几)|(?<!新)增[了长]?多少|下降了?多少|[涨降]了?多少|增减(?!税)|提高了?多少|(?:增长|下降|提高)目标|百分之几|百分之多少|"
    "增长?得?[^,。加]{0,4}[快慢]|[更最][快慢]",
    english="growth|faster|fastest|slower|slowest|grow|grew|rise|rose|increase|increased|decline|declined|fell|fall|percent|percentage|rate",
)
SHARE = any_of(
    "占比|比重|份额|占[^,。]{0,20}(?:百分之|多少|几成|比例)|完成了?[^,。]{0,12}(?:计划|任务|目标)的(?:百分之|多少)",
    english=r"share of|proportion of|percent(?:age)? of",
)
"""A part of a whole is asked for, not a rate of change."""
SHARE_OF = re.compile(
    r"(?P<part>[^,。?的]{2,16}?)占(?P<whole>[^,。?]{2,14}?)的?(?:比重|比例|份额|百分之|%|多少|几成|的比)"
    r"|\b(?:share|percentage|proportion) of (?P<part_en>.{3,40}?) in (?P<whole_en>.{3,40}?)"
    r"(?: in | for | of |\?|$)",
    re.I,
)
"""Of what a part is asked for: 服务业增加值占GDP比重."""
WHAT_SHARE = re.compile(r"\bwhat (?:share|percentage|proportion) of\b", re.I)
LASTING = any_of(
    "多少(?:年|天|日|个?月|个?小时|分钟)|几(?:年|天|个月|小时|分钟)|多[久长]|时间|时长|时限|期限|年限|工期|周期|寿命|提前",
    english="how (?:long|many (?:years|months|days|hours|minutes))|years|days|months|hours|minutes",
)
"""A length of time may be what is asked for."""
WHICH_RANK = any_of("老几|排?第几(?![届次批期季号代条步个座家])|(?<!安)排多少|排在哪")
"""A place in an order alone is asked for: 增速排第几 wants no rate."""
RANK = any_of(
    "老几|第几(?![届次批期季号代条步个座家])|名次|位次|位列|(?<!安)排多少|(?<!哪[项个种类])(?<!什么)排名(?!前)|排在哪",
    english="rank|ranked|ranking",
)
OPEN = any_of(
    "怎么|如何|怎样|哪些|什么(?!水平|规模)|为何|谁|哪[个里家]|措施|做法",
    english="who|whom|which|what are|how does|why|where",
)
NTH = re.compile(
    r"第(?P<n>[一二三四五六七八九十]{1,3}|\d{1,2})[件项条个点][^,。?]{0,8}(?:是|为|指|叫)?(?:什么|啥|哪)"
)
"""One item of a list is asked for by its number."""
SURPLUS = any_of("顺差|逆差|出口减(?:去)?进口", english="trade (?:surplus|deficit|balance)")
"""What exports are above imports is asked."""
HOW_MANY_ITEMS = re.compile(r"(?:几|多少)(?P<measure>[条件项点]|个方面)")
"""The number of a list's items is asked."""
MISSED = any_of(
    "(?:没有?|未)(?:能)?(?:达到|完成|实现|够到|达)[^,。?]{0,6}?(?:预期|目标|计划)|(?:预期|目标|计划)[^,。?]{0,6}?(?:没有?|未)(?:能)?(?:达到|完成|实现|达成)(?!了)|不及预期",
    english="(?:missed|fell short of|did not (?:meet|reach)|failed to (?:meet|reach))",
)
"""Which aims were not reached is asked: that is told among what was done."""
LISTED = any_of("列出|列举|列一下|逐[项条]|都有哪[些几]|有哪几", english="list")
"""The things themselves are asked for, not how many they are."""
WHICH_OF_MANY = any_of("哪[几两二三四五六七八九十\\d]+")
"""哪几个县 asks for the counties, not for their number."""
EITHER_FIGURE = re.compile(r"\d[^,。?]{0,12}还是[^,。?]{0,8}\d")
"""究竟是29个还是21个."""
EITHER = re.compile(r"(?:是|究竟|到底)(?P<one>[^,。?是]{1,12})还是(?P<other>[^,。?]{1,12})")
"""是已确定的还是预计的: what is asked is which of the two the report says."""
WHOLE = re.compile(r"全[国省]")
"""对全省…的贡献率: what a place's share is measured by."""
FIGURE = any_of(
    "[多少增减高低升降涨跌]了?还是[多少增减高低升降涨跌]|(?:增加|上升|提高|增长)了?还是(?:减少|下降|降低)|多少|什么(?:水平|规模)|多[长高大远深宽快]|(?<!哪)几[个家户项所座条件成倍%次天年辆台部套]|占比|比例|比重|产值|比率|(?<=的)数字(?![化经产])|(?<=的)数值|[亩户人]数",
    english="how|what (?:share|percentage|proportion|level|was the|is the)",
)
TOWN_AGAINST_COUNTRY = re.compile(
    r"(?P<one>城镇|农村)(?P<name>(?:常住)?居民(?:人均)?(?:可支配)?收入)(?P<against>[^,。]{0,8}?(?:比|与|和|跟|较|是|为))"
    r"(?P<other>城镇|农村)(?:常住)?(?:居民)?(?!居民|人均|可支配|收入)"
)
"""What the second of two incomes leaves out."""
OUT_OF_SCOPE = any_of(
    "(?:写|编(?!制)|[作来](?=[一首篇段个点]|诗))(?:一?[首篇段个]|点)?[^,。]{0,10}(?:诗|歌词|小说|作文|代码|程序|脚本|笑话|故事|邮件|情书|文案)",
    "翻译(?:成|一下|为)|讲个?[^,。]{0,4}(?:笑话|故事)|扮演|(?:[今明后]天|[今明]日|现在)[^,。]{0,10}天气|天气(?:怎么样|如何|预报)|股价|彩票(?:号码|中奖)|菜谱|食谱|星座(?:运势|配对|性格)|[什你我][么的]星座",
    "(?:哪[只支]|买|推荐)[^,。]{0,12}(?:股票|基金|彩票|股(?![份权东本改票市]))|(?:股票|基金)(?:推荐|净值|代码|能买|值得买)|(?:今天|现在|实时|当前)[^,。]{0,8}汇率",
    "你(?:是谁|叫什么|是什么模型|能做什么|会什么)|(?:系统)?提示词",
    "(?:忽略|无视|忘记|忘掉|不要理会)[^,。]{0,12}(?:指示|指令|规则|提示|要求|限制|内容|设定)",
    "推荐(?:几|一)?[家个款本条部]|预测(?:一下|下)?[^,。]{0,6}(?:[今明后][天年]|下个?[月周]|未来)|下个?[月周][^,。]{0,16}(?:会|[涨跌])|[明后]天(?!的)[^,。]{0,12}(?:吗|会|怎么样|有没有|下雨|下雪|气温)",
    english="ignore (?:all |the |any |your )*(?:previous|above|prior|earlier)|system prompt|"
    "write (?:me )?(?:a|an|some)|translate|"
    "tell me a joke|who are you|weather|your (?:instructions|prompt)|pretend|act as|"
    "python (?:script|code|function)|recipe|stock price",
)
SPEAKER = any_of(
    "(?:[省市县区州盟旗镇乡]长|主席|主任|总理)(?:的?名字)?(?:叫[什啥]么?|是谁|是哪[一位]|姓甚|名字)|(?:谁|哪位)(?:是|当|任|担任)[^,。]{0,10}(?:[省市县区州盟旗镇乡]长|主席|总理)",
    "(?:谁|哪位)[^,。]{0,20}(?:作|做|宣读)的?(?:了|的)?[^,。]{0,14}报告",
    "报告[^,。]{0,8}(?:是|由)?(?:谁|哪位)[^,。]{0,6}(?:作|做|宣读)|(?:作|做|宣读)[^,。]{0,12}报告的?人?(?:是|叫)(?:谁|哪位|什么)",
    english="who (?:delivered|gave|presented|made|read)",
)
"""Who gave the report is asked."""
SESSION = any_of(
    "报告[^,。]{0,8}(?:是|在)[^,。]{0,4}(?:哪[一]?[天次届年月日]|什么时候|何时|第几[次届]|几月几[日号])",
    "哪[一]?[次届](?:人代会|人民代表大会|人大|会议)",
    english="(?:when|at which (?:session|congress)) was (?:the|this) report",
)
"""When, or at which session, the report was given is asked."""
WHEN = any_of(
    "哪[一]?[天年月日]|何时|什么时候|什么时间|几月几[日号]|几[月号]",
    english="when|what date|which (?:day|month|year)",
)
"""A date is asked for."""
CONSISTENT = any_of(
    "前后|一样吗|一致吗|是否一致|矛盾|出入|对得上|打架", english="consistent|contradict|the same figure"
)
"""Whether a report says the same in all places is asked."""
WHY = any_of(
    "归因|归咎|归结|为什么|为何|为啥|因何|何以|原因|什么导致|怎么造成|什么造成",
    english="why|reasons?|causes?|caused|because of what",
)
"""The reason of something is asked."""
BECAUSE = re.compile(
    r"所致|主要是|由于|因为|受[^,。;]{1,20}(?:影响|冲击|制约)|(?:考虑|虑)到|充分考虑|统筹考虑|(?<![一-龥])基于|(?<![基])因(?![此而素地])|原因|导致|致使|得益于|带动下|缘于|归功"
)
"""What gives a reason."""
EXACT = any_of(
    "具体(?:是|为|有|达到?)?(?:多少|几)|(?:具体|准确|确切|精确)的?(?:数|值|金额)",
    english="(?:exact|precise) (?:figure|number|value|amount)|(?:exactly|precisely) how (?:many|much)",
)
"""The very value is asked for, not how far it went beyond."""
RANKED = re.compile(r"最[高低多少大小快慢好优]|首位|榜首|前列|前茅|龙头|第一")
"""An order told without a number."""
CAUSE = "原因"
"""What stands for it is no answer to a question that asks why."""

_YEAR = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)年?|(?P<last>{LAST_YEAR.pattern})|(?P<this>{THIS_YEAR.pattern})",
    re.I,
)
_BETWEEN = any_of(
    "[,，;；、和与跟比较]|以及|还有",
    english="than|versus|vs|and|above|below|over|compared|exceed|exceeded|from",
)


_AUXILIARY = re.compile(r"\b(?:did|was|were|had)\b", re.I)
"""What GDP target did it set: the verb is in the past, the target is asked for."""


def asked_stance(text: str) -> Stance | None:
    """Done or ahead, where the words say so and do not say both."""
    ahead, done = AHEAD.search(text), DONE.search(_AUXILIARY.sub(" ", text) if TARGET.search(text) else text)
    if bool(ahead) == bool(done):
        return None
    return Stance.TARGET if ahead else Stance.RESULT


def aims_of_all(text: str) -> bool:
    """Whether the aims of all years that a question names are asked for: GDP增长目标2019年比2018年下调了多少,
    2009年和2010年的增长目标; not 2024年目标比2023年多多少."""
    years, aims = list(_YEAR.finditer(text)), list(AHEAD_NOUN.finditer(text))
    if len(years) < 2 or not aims or asked_stance(text) is not Stance.TARGET:
        return False
    before = aims[0].end() <= years[0].start()
    between = text[years[0].end() : years[-1].start()]
    return before or (
        aims[0].start() >= years[-1].end() and re.fullmatch("[年、和与及到至,—-]*", between) is not None
    )


_AS_BASE = re.compile(r"(?:年底|末|的)?(?:实绩|水平)?(?:的)?基础上")


def stance_beside(text: str, period: int, *, newest: int) -> Stance | None:
    """What a question with several years asks of one of them: 2024年目标比2023年多多少 asks for the target
    of 2024 alone. The words beside a year say it, up to a word that sets it against another, or to the next
    year. `newest` is the year that 今年 means.
    """
    mentions = list(_YEAR.finditer(text))
    bounds = sorted(
        {0, len(text)}
        | {edge for other in (*mentions, *_BETWEEN.finditer(text)) for edge in (other.start(), other.end())}
    )
    for mention in mentions:
        if int(mention["year"] or newest - bool(mention["last"])) == period:
            before = max(edge for edge in bounds if edge < mention.start() or edge == 0)
            after = min(edge for edge in bounds if edge > mention.end() or edge == len(text))
            if _AS_BASE.match(text, mention.end()):
                return Stance.RESULT
            return asked_stance(f"{text[before : mention.start()]} {text[mention.end() : after]}")
    return None
