"""The words by which a Chinese follow-up shows that it leans on what was asked before. Over folded text."""

from __future__ import annotations

import re

POLITE = re.compile(r"^(?:请问一?下?|请告诉我|麻烦问一下|问一下|我?想知道|我还?想问一?下?)[,:\s]*")
LEAD = re.compile(
    r"^(?:那么|那(?![里边儿个些样])|还有(?!哪|什么|其他|别的|吗|呢|$)|然后|另外|再看看?|其中的?|换成|改成|如果是|要是|至于)[,\s]*"
)
TAIL = re.compile(r"(?:[,\s]*又?(?:呢|怎么样|如何|咋样))?[?。.!\s]*$")
CALLS = re.compile(r"呢[?。.!\s]*$")
ASKS = re.compile(
    r"多少|(?<![近这前去])几|什么|哪|谁|怎|如何|吗|是否|有没有|是不是|多[大长高快远]|为何|何时|何地|为啥"
    r"|列出|列举|比较|对比|给出|统计|告诉|介绍|说说|讲讲|总结|概括|^(?:帮|请|用|把|给我|写|编|翻译|算)"
)
"""Question words and requests: with one of them a text says by itself what it wants."""
WHY = re.compile(
    r"(?:这|那)?又?(?:都|会)?是?(?:为什么|为何|为啥|什么原因|原因(?:是什么|何在)?|怎么会|怎么回事)(?:会?这样|如此)?的?"
)
MORE = re.compile(r"(?:还有|其他|其它)(?:吗|别的|其他|其它|什么|哪些)*的?吗?|继续|更多")
AGAINST = re.compile(r"(?:和|与|跟|同|较|比)(?P<what>[^,。?]{2,16}?)(?:相?比较?|对比|比起来)?(?:的话)?")
AGAINST_LEAD = re.compile(r"[比和与跟同较]$")
JOINED = re.compile(r"(?:[、,和与跟及]|以及|还有)+")
THERE = re.compile(
    r"(?:它们?|(?<![尤极])其(?![中他它余实次])|(?<!应)该(?:市|县|区|省|州|旗|镇|地)|[这那](?:里|边|儿)|[这那]个?(?:市|县|区|省|地方|城市))的?"
)
THAT = re.compile(r"[这那该同](?:一|样的?)?[个项]?(?:指标|数字|数据)(?:的)?")
EVERYWHERE = re.compile(
    r"各(?:地|市|县|区|个)|所有|全部|每[个份]|[两二三四五六七八九十\d]+[个份座]?(?:地方|市|地|县|区|报告|城市)"
)
WHICH_PLACE = re.compile(
    r"(?:谁|哪里|哪儿|哪一?[个座]?(?:市|地方|城市|区|县|地)?)[^,。]{0,12}(?:更|最|高|低|快|慢|多|少|大|小)"
)
TO_ME = re.compile(r"[你您]|^(?:谢|好|对|嗯|哦)")
SHORT = 16
"""Characters of a question that leaves its subject out, at most."""
MEASURE = re.compile(r"增|降|涨|目标|总量|总额|规模|实际|完成|占|比重|比例")
AIM = re.compile(r"(?:的|预期|今年)*(?:目标|计划|预期)(?:值|数)?")
OUTCOME = re.compile(r"(?:的|最终|最后)*(?:实际|完成|结果)(?:完成|情况|数|值|结果|增长|增速|上)*")
MOST = re.compile(r"最(?P<end>[高低快慢多少大小])的?")
REPORT = re.compile(r"的?(?:政府)?(?:工作)?报告[里中上]?")
REACHED = re.compile(r"(?:已经?)?(?:完成|实现|达到?)了?(?:吗|没)")
TOWN = re.compile(r"城镇|农村")
TOWN_ALONE = re.compile(r"(?P<which>城镇|农村)(?:常住)?(?:居民)?的?")
QUANTITY = re.compile(r"[值额量资入出率价度品比支]$|GDP$")
"""How the names of indicators end that have a size and a rate. Of the others there are many or few
(5G基站)."""
ASKED_VALUE = re.compile(
    r"(?:又|是|有|为|达到?|到|完成|[^,]{0,2}了)?(?:多少|百分之[几多]少?|第几|几|什么|哪|谁|怎|如何|为何)[^,]*$|吗?$"
)
STOPS = str.maketrans({"?": "？", ",": "，", ";": "；", ":": "：", "!": "！"})
