"""Addresses as customers write them: with a name and a phone around, with and without commas, at home and abroad."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.resolve.regions import cities, regions
from agent.resolve.written_addresses import spells_out, written_address
from tools.domain import Address

HOME = Address("方晓", "13900000901", "桃园路 3 号", "杭州市", "浙江省", "310012")
Written = tuple[str, str, str, str, str, str, str]


def read(text: str) -> Written | None:
    found = written_address(text, HOME)
    if found is None:
        return None
    return (
        found.recipient, found.phone, f"{found.line1}|{found.line2}", found.city, found.region, found.postcode,
        found.country,
    )  # fmt: skip


ME, PHONE = HOME.recipient, HOME.phone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Nora Lind, 8 Wutong Street, Gulou District, Nanjing, Jiangsu 210008, China, tel 13900000902",
            ("Nora Lind", "13900000902", "8 Wutong Street|Gulou District", "Nanjing", "Jiangsu", "210008", "CN"),
        ),
        (
            "ship W1234567 to my brother: Tom Reed, 40 Bund Road, Huangpu, Shanghai 200002, China",
            ("Tom Reed", PHONE, "40 Bund Road|Huangpu", "Shanghai", "Shanghai", "200002", "CN"),
        ),
        (
            "My name is Ann Lee, zip 310012. The address should be 5 Xuefu Road, Wuhan, Hubei, China, 430060",
            (ME, PHONE, "5 Xuefu Road|", "Wuhan", "Hubei", "430060", "CN"),
        ),
        (
            "12 Granville Street, Vancouver, BC V6B 1A1, Canada",
            (ME, PHONE, "12 Granville Street|", "Vancouver", "BC", "V6B 1A1", "CA"),
        ),
        ("300 Folsom Street, San Francisco, CA 94107", (ME, PHONE, "300 Folsom Street|", "San Francisco", "CA", "94107", "US")),
        (
            "改寄给我妈：孙桂英，13900000903，江苏省苏州市姑苏区桂花巷 6 号，215005",
            ("孙桂英", "13900000903", "姑苏区桂花巷 6 号|", "苏州市", "江苏省", "215005", "CN"),
        ),
        (
            "应该是郭磊 13900000904 湖南省长沙市岳麓区学府路 9 号 2 栋 301，邮编410006",
            ("郭磊", "13900000904", "岳麓区学府路 9 号 2 栋 301|", "长沙市", "湖南省", "410006", "CN"),
        ),
        (
            "收货地址也改成山东省青岛市市南区新华路 2 号，266071，收货人：欧阳敏",
            ("欧阳敏", PHONE, "市南区新华路 2 号|", "青岛市", "山东省", "266071", "CN"),
        ),
        ("广东深圳南山区青年路 11 号", (ME, PHONE, "南山区青年路 11 号|", "深圳市", "广东省", "", "CN")),
        ("送到成都市武侯区梧桐街 5 号", (ME, PHONE, "武侯区梧桐街 5 号|", "成都市", "四川省", "", "CN")),
        ("江苏省，南京市，鼓楼区和平路 7 号，谢谢", (ME, PHONE, "鼓楼区和平路 7 号|", "南京市", "江苏省", "", "CN")),
        ("解放路 20 号，3 幢 201 室", (ME, PHONE, "解放路 20 号 3 幢 201 室|", "杭州市", "浙江省", "310012", "CN")),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(text: str, expected: Written) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我想改一下收货地址，谢谢",
        "W1234567啥时候送到的呀",
        "which address is on my order?",
        "Nora Lind, 13900000902",
        "8 Wutong Street, Nanjing",
        "改到枫林市紫岩街 8 号",
    ],
)
def test_what_is_no_address_or_half_of_one_is_none(text: str) -> None:
    """A city that nobody knows, without its province, leaves open what delivery costs."""
    assert read(text) is None


def test_a_street_with_a_number_is_recognised_as_the_beginning_of_an_address() -> None:
    assert spells_out("8 Wutong Street, Nanjing") and spells_out("梧桐街 8 号")
    assert not spells_out("the other order in Suzhou") and not spells_out("W1234567的地址")


@given(st.sampled_from(sorted(set(regions().values()))), st.integers(1, 999), st.integers(100000, 899999))
def test_the_region_is_always_a_whole_name_and_the_city_never_holds_it(
    region: str, number: int, code: int
) -> None:
    own = sorted(name for name, its in cities().items() if its == region and name.endswith("市"))
    city = own[0] if own else "" if region.endswith("市") else "新城市"
    found = written_address(f"麻烦改成{region}{city}东湖区建设路 {number} 号，{code}", HOME)
    assert found is not None
    assert (found.region, found.postcode) == (region, str(code))
    assert found.city == (city or region)
    assert found.line1 == f"东湖区建设路 {number} 号"
