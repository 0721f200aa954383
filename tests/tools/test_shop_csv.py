"""A shop as a folder of CSV tables: round trips, and every bad row named with file, line, column and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.builders import line, order, refund, returned, shop
from tests.tools.shop_strategies import shops
from tools.domain import (
    Category,
    ExchangeStatus,
    OrderStatus,
    PaymentKind,
    RepairStatus,
    ReturnReason,
    ReturnStatus,
    Shop,
    Text,
    Tier,
    Variant,
)
from tools.errors import ImportRefused
from tools.shopdata.csv_read import load_folder
from tools.shopdata.csv_tables import TOP, all_tables, columns_of
from tools.shopdata.csv_write import dump_folder
from tools.shopdata.shop_file import dump_shop, load_shop

FULL = replace(
    order(line(1, "99.99", 3), shipping_fee="8.00", discount="1.00"),
    refunds=(refund("5.00"),),
    returns=(returned((1, 1, "12.34")),),
)


def through_csv(before: Shop) -> Shop:
    with TemporaryDirectory() as folder:
        dump_folder(before, Path(folder))
        return load_folder(Path(folder))


@given(shops())
def test_from_json_to_csv_and_back_nothing_changes(before: Shop) -> None:
    text = dump_shop(before)
    assert dump_shop(through_csv(load_shop(text))) == text


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A good shop with three orders."""
    dump_folder(shop(FULL, order(number=2, customer_id="C-2"), order(number=3)), tmp_path)
    return tmp_path


def problems(folder: Path) -> list[str]:
    with pytest.raises(ImportRefused) as caught:
        load_folder(folder)
    return list(caught.value.problems)


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_bytes(change(path.read_bytes().decode()).encode())


def set_cell(path: Path, line_no: int, column: str, value: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[line_no - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize(
    ("file", "line_no", "column", "value", "problem"),
    [
        ("orders.csv", 3, "placed_at", "yesterday", "an ISO 8601 time with an offset is needed, not 'yesterday'"),
        ("orders.csv", 3, "placed_at", "", "an ISO 8601 time with an offset is needed, not ''"),
        ("orders.csv", 4, "status", "lost", "'lost' is not one of pending"),
        ("orders.csv", 2, "customer_id", "C-9", "no customer 'C-9'"),
        ("orders.csv", 4, "id", "O-2", "'O-2' stands twice"),
        ("orders.csv", 2, "shipping_fee", "8.001", 'money is text such as "129.00"'),
        ("order_lines.csv", 3, "quantity", "0", "line 1: quantity must be at least 1"),
        ("order_lines.csv", 3, "quantity", "1.5", "a whole number is needed, not '1.5'"),
        ("order_lines.csv", 4, "sku", "SKU-9", "no SKU 'SKU-9'"),
        ("order_lines.csv", 2, "name.en", "a\0b", "holds a character that cannot be stored"),
        ("customers.csv", 3, "language", "fr", "'fr' is not one of zh, en"),
        ("customers.csv", 2, "id", "", "empty"),
        ("payment_methods.csv", 5, "balance", "", "payment method PM-gift: a gift card needs a balance"),
        ("payment_methods.csv", 3, "customer_id", "C-9", "'C-9' is not in customers.csv"),
        ("variants.csv", 2, "stock", "-1", "variant SKU-apparel: stock and price may not be negative"),
        ("variants.csv", 3, "option1.name", "", "an option without a name"),
        ("variants.csv", 3, "sku", "SKU-apparel", "'SKU-apparel' stands twice"),
        ("return_lines.csv", 2, "quantity", "9", "more pieces returned than bought"),
        ("return_lines.csv", 2, "return_id", "RT-9", "'RT-9' is not in returns.csv"),
        ("return_lines.csv", 2, "line_no", "7", "no line 7"),
        ("shipments.csv", 3, "delivered_at", "2020-01-01T00:00:00Z", "earlier than shipped_at"),
        ("shipments.csv", 4, "order_id", "O-2", "'O-2' stands twice"),
        ("status_changes.csv", 3, "at", "2020-01-01T00:00:00Z", "earlier than the entry before"),
        ("tracking_events.csv", 3, "at", "2020-01-01", "an ISO 8601 time with an offset"),
        ("payments.csv", 3, "method_id", "PM-9", "the customer has no payment method 'PM-9'"),
        ("refunds.csv", 2, "method_id", "PM-9", "the customer has no payment method 'PM-9'"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(
    tables: Path, file: str, line_no: int, column: str, value: str, problem: str
) -> None:
    set_cell(tables / file, line_no, column, value)
    named = [each for each in problems(tables) if each.startswith(f"{file}: line {line_no}: {column}: ")]
    # A wrong quantity is told where it was bought.
    if "more pieces" in problem:
        named = [each for each in problems(tables) if each.startswith("order_lines.csv: line 2: quantity: ")]
    assert any(problem in each for each in named), problems(tables)


def test_one_bad_cell_blames_nothing_else(tables: Path) -> None:
    set_cell(tables / "order_lines.csv", 3, "unit_price", "ten")
    assert problems(tables) == [
        "order_lines.csv: line 3: unit_price: money is text such as \"129.00\", not 'ten'"
    ]
    set_cell(tables / "customers.csv", 3, "tier", "vip")
    assert len(problems(tables)) == 2


def test_bad_cells_and_bad_references_are_named_at_once(tables: Path) -> None:
    set_cell(tables / "customers.csv", 2, "tier", "vip")
    set_cell(tables / "orders.csv", 3, "customer_id", "C-9")
    set_cell(tables / "payments.csv", 4, "amount", "1.00")
    found = [each.split(": ")[:3] for each in problems(tables)]
    assert found == [
        ["customers.csv", "line 2", "tier"],
        ["orders.csv", "line 3", "customer_id"],
        ["orders.csv", "line 4", "payments"],
    ]


@pytest.mark.parametrize(
    ("file", "before", "after", "problem"),
    [
        ("orders.csv", "placed_at", "placed", "orders.csv: line 1: placed: unknown column"),
        ("orders.csv", "placed_at", "placed", "orders.csv: line 1: placed_at: this column is missing"),
        ("orders.csv", "id,customer_id", "id,id", "orders.csv: line 1: id: this column stands twice"),
        ("orders.csv", "presale", "", "orders.csv: line 1: column 17 has no name"),
        ("orders.csv", "O-2,C-2", "O-2", "orders.csv: line 3: 16 cells, the header has 17"),
        ("orders.csv", "O-2,C-2", "O-2,C-2,x", "orders.csv: line 3: 18 cells, the header has 17"),
        ("orders.csv", "O-2,C-2", '"O-2"x,C-2', "orders.csv: line 3: a quotation mark inside a cell"),
        ("orders.csv", "O-2,C-2", 'O-2,"C-2', "orders.csv: line 3: a quotation mark is opened and never"),
        ("customers.csv", "C-2,Wang", '"C-2,Wang', "customers.csv: line 3: a quotation mark"),
        ("variants.csv", "option1.zh", "option2.zh", "variants.csv: line 1: option1.zh: this column is missing"),
        ("order_lines.csv", "O-3,1", "O-9,1", "order_lines.csv: line 4: order_id: 'O-9' is not in orders.csv"),
        ("order_lines.csv", "O-3,1", "O-9,1", "orders.csv: line 4: id: order O-3: an order needs at least one"),
        ("shop.csv", "currency,CNY", "currency,yuan", "shop.csv: line 4: currency: three capital letters"),
        ("shop.csv", "sample,true", "sample,maybe", "shop.csv: line 5: sample: true or false is needed"),
        ("shop.csv", "sample,true", "colour,red", "shop.csv: line 5: colour: unknown field"),
        ("shop.csv", "sample,true", "colour,red", "shop.csv: sample: missing"),
        ("shop.csv", "key,value", "a,b", "shop.csv: line 1: the header must be key,value"),
        ("shop.csv", "sample,true", "currency,USD", "shop.csv: line 5: currency: this key stands twice"),
    ],
)  # fmt: skip
def test_a_broken_table_is_named(tables: Path, file: str, before: str, after: str, problem: str) -> None:
    edit(tables / file, lambda text: text.replace(before, after, 1))
    assert any(each.startswith(problem) for each in problems(tables)), problems(tables)


def test_after_a_broken_row_the_next_ones_are_read(tables: Path) -> None:
    edit(tables / "customers.csv", lambda text: text.replace("C-1,", '"C-1,').replace("C-2,", '"C-2"x,'))
    named = [each.split(": ")[:2] for each in problems(tables) if each.startswith("customers.csv")]
    assert named == [["customers.csv", "line 2"], ["customers.csv", "line 3"]]


def test_a_row_is_named_by_the_line_where_it_begins(tables: Path) -> None:
    set_cell(tables / "customers.csv", 2, "name", "one\ntwo\r\nthree")
    set_cell(tables / "customers.csv", 3, "tier", "vip")
    assert problems(tables)[0].startswith("customers.csv: line 5: tier: ")


@pytest.mark.parametrize("name", ["gbk", "utf-16"])
def test_another_encoding_is_named_with_what_to_do(tables: Path, name: str) -> None:
    path = tables / "customers.csv"
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode(name))
    assert "customers.csv: line" in problems(tables)[0]
    assert "not UTF-8; save the file as “CSV UTF-8”" in problems(tables)[0]


def test_semicolons_are_named(tables: Path) -> None:
    edit(tables / "orders.csv", lambda text: text.replace(",", ";"))
    assert "orders.csv: line 1: the columns are to be separated by commas" in problems(tables)


@pytest.mark.parametrize("file", ["shop.csv", "orders.csv", "payment_methods.csv", "variants.csv"])
def test_a_missing_or_empty_table_is_named(tables: Path, file: str) -> None:
    (tables / file).write_bytes(b"")
    assert len(problems(tables)) == 1 and problems(tables)[0].startswith(f"{file}: ")
    (tables / file).unlink()
    assert problems(tables) == [f"{file}: this file is missing"]


def test_tables_of_what_never_happened_may_be_missing(tables: Path) -> None:
    before = load_folder(tables)
    for name in ("exchanges", "exchange_lines", "repairs", "item_changes", "item_change_lines"):
        (tables / f"{name}.csv").unlink()
    assert load_folder(tables) == before


def test_rows_that_belong_to_a_missing_table_are_named(tables: Path) -> None:
    (tables / "returns.csv").unlink()
    assert problems(tables) == ["return_lines.csv: line 2: return_id: 'RT-1' is not in returns.csv"]


def test_a_misspelt_table_is_named(tables: Path) -> None:
    (tables / "refunds.csv").rename(tables / "refund.csv")
    assert problems(tables)[0].startswith("refund.csv: no such table; there are ")


def test_what_a_spreadsheet_does_to_numbers_is_understood(tables: Path) -> None:
    before = load_folder(tables)
    set_cell(tables / "orders.csv", 2, "shipping_fee", "8")
    set_cell(tables / "orders.csv", 2, "presale", "FALSE")
    set_cell(tables / "order_lines.csv", 3, "unit_price", "100.0")
    set_cell(tables / "order_lines.csv", 3, "final_sale", "")
    edit(tables / "payments.csv", lambda text: text + ",,,,\r\n\r\n")
    assert load_folder(tables) == before


def test_columns_may_stand_in_any_order_and_optional_ones_be_left_out(tables: Path) -> None:
    before = load_folder(tables)
    with (tables / "products.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row[:-1][::-1] for row in csv.reader(file)]
    assert rows[0][-1] == "id" and "final_sale" not in rows[0]
    with (tables / "products.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    assert load_folder(tables) == before


def test_options_keep_their_order_and_their_own_names(tmp_path: Path) -> None:
    one = {"color": Text("黑", "black"), "size": Text("", "")}
    other = {"size": Text("大", "L"), "color": Text("白", "white"), "sleeve": Text("长", "long")}
    base = shop().products[0]
    first, second = (
        Variant(sku, options, base.variants[0].price) for sku, options in (("A", one), ("B", other))
    )
    products = (*shop().products, replace(base, id="P", variants=(first, second)))
    read = through_csv(replace(shop(), products=products)).products[-1]
    assert [list(each.options) for each in read.variants] == [list(one), list(other)]
    assert read.variants == (first, second)


def test_the_documentation_names_every_table_and_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "shop-format.md").read_text(encoding="utf-8")
    for table in all_tables():
        row = next((each for each in page.splitlines() if each.startswith(f"| `{table.file}` |")), "")
        assert row, f"{table.file} is not described"
        for column in columns_of(table):
            name = "address.*" if column.name.startswith("address.") else column.name
            assert f"`{name}`" in row, f"{table.file}: {name}"
    assert {table.name for table in TOP} == {"products", "customers", "orders"}


def test_the_documentation_names_every_value() -> None:
    page = (Path(__file__).parents[2] / "docs" / "shop-format.md").read_text(encoding="utf-8")
    rows = "".join(each for each in page.splitlines() if each.startswith("| "))
    for kind in (
        Category,
        ExchangeStatus,
        OrderStatus,
        PaymentKind,
        RepairStatus,
        ReturnReason,
        ReturnStatus,
        Tier,
    ):
        assert [each for each in kind if f"`{each}`" not in rows] == []


@given(st.binary(max_size=200), st.sampled_from(["shop", *(table.name for table in all_tables())]))
def test_whatever_stands_in_a_table_it_loads_or_is_refused(data: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        dump_folder(shop(), Path(folder))
        path = Path(folder) / f"{name}.csv"
        path.write_bytes(path.read_bytes() + data)
        try:
            load_folder(Path(folder))
        except ImportRefused as error:
            assert all(row.file and row.reason for row in error.rows)
