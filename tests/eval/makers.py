"""A shop of three orders in the words of τ-bench, and folders of tasks about it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from eval.tau.folder import Database

HOME = {
    "address1": "9 Mill Row", "address2": "Unit 4", "city": "Dayton", "state": "OH", "country": "USA", "zip": "45402",
}  # fmt: skip
MUGS: list[tuple[str, str, float, bool]] = [
    ("m1", "red", 10.0, True), ("m2", "blue", 12.5, True), ("m3", "gold", 8.25, False)
]  # fmt: skip
RUGS: list[tuple[str, str, float, bool]] = [("r1", "small", 80.0, True), ("r2", "large", 140.1, True)]


def _product(key: str, name: str, option: str, rows: list[tuple[str, str, float, bool]]) -> dict[str, Any]:
    variants = {
        item: {"item_id": item, "options": {option: value}, "available": available, "price": price}
        for item, value, price, available in rows
    }
    return {"name": name, "product_id": key, "variants": variants}


def _user(key: str, orders: list[str]) -> dict[str, Any]:
    methods = {
        f"paypal_{key}": {"id": f"paypal_{key}", "source": "paypal"},
        f"card_{key}": {"id": f"card_{key}", "source": "credit_card", "brand": "visa", "last_four": "4321"},
        f"gift_{key}": {"id": f"gift_{key}", "source": "gift_card", "balance": 45},
    }
    return {
        "name": {"first_name": key.title(), "last_name": "Reed"}, "address": dict(HOME), "email": f"{key}@example.org",
        "payment_methods": methods, "orders": orders, "user_id": key,
    }  # fmt: skip


def _order(key: str, user: str, status: str, *items: tuple[str, str, str, str, float]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "order_id": key, "user_id": user, "address": dict(HOME), "status": status,
        "items": [
            {"name": name, "product_id": product, "item_id": item, "price": price, "options": {"kind": value}}
            for product, name, item, value, price in items
        ],
        "fulfillments": [],
        "payment_history": [
            {
                "transaction_type": "payment", "amount": sum(item[4] for item in items),
                "payment_method_id": f"paypal_{user}",
            }
        ],
    }  # fmt: skip
    if status == "delivered":
        record["fulfillments"] = [{"tracking_id": ["77001"], "item_ids": [item[2] for item in items]}]
    return record


RED = ("p1", "Mug", "m1", "red", 10.0)
SMALL = ("p2", "Rug", "r1", "small", 80.0)


def three_orders() -> Database:
    """Ada has a pending and a delivered order, Bob a pending one."""
    return {
        "products": {"p1": _product("p1", "Mug", "color", MUGS), "p2": _product("p2", "Rug", "size", RUGS)},
        "users": {"ada": _user("ada", ["#W0000001", "#W0000002"]), "bob": _user("bob", ["#W0000003"])},
        "orders": {
            "#W0000001": _order("#W0000001", "ada", "pending", RED, RED, SMALL),
            "#W0000002": _order("#W0000002", "ada", "delivered", RED, SMALL),
            "#W0000003": _order("#W0000003", "bob", "pending", RED),
        },
    }


def made_folder(parent: Path, name: str, data: Any, tasks: list[dict[str, Any]]) -> Path:
    path = parent / name
    path.mkdir()
    (path / "retail_shop.py").write_text("", encoding="utf-8")
    (path / "db.json").write_text(json.dumps(data), encoding="utf-8")
    (path / "gold.jsonl").write_text("\n".join(map(json.dumps, tasks)), encoding="utf-8")
    return path


TINY = Path(__file__).parent / "tiny"
EMAIL = "My email is ada@example.org."
CANCEL: dict[str, Any] = {
    "id": "cancel", "split": "train", "user_id": "ada", "communicate_info": [],
    "expected": {"#W0000001": {"status": "cancelled", "cancel_reason": "ordered by mistake"}},
    "says": {
        "en": {
            "first": "Please cancel my order #W0000001.", "identity": EMAIL, "reason": "I ordered it by mistake.",
            "confirmation": "Yes, please.",
        },
        "zh": {
            "first": "帮我取消订单 #W0000001。", "identity": "我的邮箱是 ada@example.org", "reason": "我拍错了。",
            "confirmation": "好的，确认。",
        },
    },
}  # fmt: skip
RETURN: dict[str, Any] = {
    "id": "return", "split": "train", "user_id": "ada", "communicate_info": ["80.00"],
    "expected": {
        "#W0000002": {
            "status": "return requested", "return_items": ["r1"], "return_payment_method_id": "paypal_ada"
        },
    },
    "says": {
        "en": {
            "first": f"I want to return the rug of order #W0000002. {EMAIL}", "identity": EMAIL,
            "payment_method": "Back to my PayPal account.", "reason": "I don't need it any more.",
            "confirmation": "Yes, do that.",
        },
        "zh": {
            "first": "我想退掉订单 #W0000002 里的 Rug。", "identity": "我的邮箱是 ada@example.org",
            "payment_method": "退到 PayPal。", "reason": "不需要了。", "confirmation": "好的，确认。",
        },
    },
}  # fmt: skip
FORBIDDEN: dict[str, Any] = {
    "id": "forbidden", "split": "train", "user_id": "ada", "communicate_info": [], "expected": {},
    "says": {
        "en": {"first": f"Cancel order #W0000002. {EMAIL}", "identity": EMAIL, "confirmation": "Yes."},
        "zh": {
            "first": "取消订单 #W0000002。", "identity": "我的邮箱是 ada@example.org", "confirmation": "好的。",
        },
    },
}  # fmt: skip
WRONG = {**CANCEL, "id": "wrong", "expected": {"#W0000001": {"status": "pending (item modified)"}}}


def tiny_folder(parent: Path, *tasks: dict[str, Any]) -> Path:
    """A folder of tasks about the three orders with scripts of its own: customers in both languages."""
    path = made_folder(parent, "tiny", three_orders(), list(tasks))
    (path / "db_zh.json").write_text(json.dumps(three_orders()), encoding="utf-8")
    for script in TINY.glob("*.py"):
        shutil.copy(script, path)
    return path
