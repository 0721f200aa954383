"""A token opens a conversation only if the channel signed it, for us, for itself and for now."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from pydantic import SecretStr

from service.tokens import ChannelTokens, TokenRefused

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
OLD, NEW, OTHER = (letter * 32 for letter in "abc")
TOKENS = ChannelTokens({"shop-app": [SecretStr(NEW), SecretStr(OLD)], "mail": [SecretStr(OTHER)]})
GOOD: dict[str, Any] = {
    "sub": "C0001", "aud": "kefu", "iss": "shop-app", "iat": SECOND, "exp": SECOND + 300,
}  # fmt: skip


def sign(key: str = NEW, algorithm: str = "HS256", **claims: Any) -> str:
    kept = {name: value for name, value in (GOOD | claims).items() if value is not ...}
    return jwt.encode(kept, key, algorithm=algorithm)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def refusal(token: str, channel: str = "shop-app") -> str:
    with pytest.raises(TokenRefused) as caught:
        TOKENS.customer_id(token, channel, NOW)
    return str(caught.value)


@pytest.mark.parametrize("key", [OLD, NEW])
def test_both_secrets_of_a_channel_are_taken(key: str) -> None:
    assert TOKENS.customer_id(sign(key), "shop-app", NOW) == "C0001"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": SECOND - 29},
        {"iat": SECOND + 30},
        {"exp": SECOND + 3600},
        {"aud": ["shop", "kefu"]},
        {"nbf": SECOND},
        {"more": {"than": "needed"}},
    ],
)
def test_what_is_within_the_limits_is_taken(claims: dict[str, Any]) -> None:
    assert TOKENS.customer_id(sign(**claims), "shop-app", NOW) == "C0001"


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"exp": SECOND - 30}, "exp"),
        ({"exp": SECOND + 3601}, "exp"),
        ({"exp": float("inf")}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": 10**400}, "claims"),
        ({"exp": ...}, "exp"),
        ({"iat": SECOND + 31, "exp": SECOND + 90}, "iat"),
        ({"iat": float("nan")}, "iat"),
        ({"iat": ...}, "iat"),
        ({"iat": True}, "iat"),
        ({"nbf": SECOND + 60}, "nbf"),
        ({"aud": "shop"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": ...}, "aud"),
        ({"iss": "mail"}, "iss"),
        ({"iss": ...}, "iss"),
        ({"sub": ...}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": "C0001\x00"}, "sub"),
        ({"sub": "\ud800"}, "sub"),
        ({"sub": "C" * 201}, "sub"),
    ],
)
def test_the_wrong_claim_is_named(claims: dict[str, Any], named: str) -> None:
    assert named in refusal(sign(**claims))


@pytest.mark.parametrize("value", [7, None, ["C0001"], {"id": "C0001"}])
def test_a_customer_id_is_text(value: object) -> None:
    # The library does not sign this, other libraries do.
    signed = jwt.PyJWS().encode(json.dumps(GOOD | {"sub": value}).encode(), NEW, algorithm="HS256")
    assert "sub" in refusal(signed)


def test_a_payload_that_is_no_object_is_refused() -> None:
    assert refusal(jwt.PyJWS().encode(b'["C0001"]', NEW, algorithm="HS256"))
    assert refusal(jwt.PyJWS().encode(b"[" * 3000, NEW, algorithm="HS256"))


def test_only_the_channels_own_secret_counts() -> None:
    assert "signature" in refusal(sign(OTHER))
    assert "signature" in refusal(sign(NEW), "mail")
    assert "iss" in refusal(sign(OTHER), "mail")
    assert "iss" in refusal(sign(), "unknown")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_no_other_algorithm_is_taken(algorithm: str) -> None:
    assert "alg" in refusal(sign(algorithm=algorithm))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "RS256", "ES256", None, 7])
def test_no_token_names_its_own_way_of_being_checked(alg: object) -> None:
    signature = sign().rpartition(".")[2]
    for end in ("", signature):
        assert refusal(f"{part({'alg': alg, 'typ': 'JWT'})}.{part(GOOD)}.{end}")


@pytest.mark.parametrize(
    "token",
    [
        ".", "..", "a.b.c", "C0001", "é.é.é", "\ud800.a.b", "\x00", "。" * 4000, sign()[:-3], sign() + "A",
        f"{part({'alg': 'HS256', 'kid': 7})}.{part(GOOD)}.AA", f"{part({'alg': 'HS256', 'b64': False})}..AA",
        base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode() + ".e30.AA",
        base64.urlsafe_b64encode(b'{"alg":"HS256","a":' + b"9" * 5000 + b"}").rstrip(b"=").decode() + ".e30.AA",
    ],
)  # fmt: skip
def test_whatever_comes_as_a_token_is_refused_and_nothing_else(token: str) -> None:
    assert refusal(token)


def test_a_changed_payload_is_refused() -> None:
    head, _, end = sign().split(".")
    assert "signature" in refusal(f"{head}.{part(GOOD | {'sub': 'C0002'})}.{end}")


def test_without_a_good_signature_no_claim_is_told() -> None:
    told = {refusal(sign(OTHER, **claims)) for claims in ({}, {"exp": 1}, {"sub": "C9999"}, {"aud": "x"})}
    assert len(told) == 1


def test_a_refusal_holds_neither_the_secret_nor_the_token() -> None:
    for token in (sign(OTHER), sign(exp=1), sign(sub=..., iss="mail"), "a.b.c"):
        assert not any(secret in refusal(token) for secret in (NEW, OLD, token))
    assert NEW not in repr(TOKENS)
