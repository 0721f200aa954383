"""Tokens by which a channel vouches for its customer: JWTs under HS256, one secret a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

import jwt
import msgspec
from pydantic import SecretStr

AUDIENCE = "kefu"
LONGEST_LIFE = timedelta(hours=1)
SKEW = timedelta(seconds=30)
LONGEST_ID = 200
# Times are held against the clock that the rest of the turn uses, so the library looks at the signature only.
_SIGNATURE_ONLY: Any = {
    f"verify_{claim}": False for claim in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}

# Seconds since 1970, up to the year 9999.
Seconds = Annotated[float, msgspec.Meta(ge=0, le=253_402_300_799)]


class TokenRefused(ValueError):
    """A token that proves nothing; the message says to the integrator what is wrong with it."""


class _Claims(msgspec.Struct, frozen=True):
    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID)]
    aud: str | list[str]
    iss: str
    exp: Seconds
    iat: Seconds
    nbf: Seconds = 0


@dataclass(frozen=True)
class ChannelTokens:
    """The secrets by channel; a second one of a channel is for the days of a change."""

    secrets: Mapping[str, Sequence[SecretStr]] = field(default_factory=dict)

    def customer_id(self, token: str, channel: str, now: datetime) -> str:
        """Whom the channel vouches for; whether there is such a customer is for the store to say.

        Raises `TokenRefused`. Claims are looked at only after the signature, so that their content
        is told to nobody but the one who signed.
        """
        payload = self._signed(token, channel)
        try:
            claims = msgspec.convert(payload, _Claims)
        except msgspec.ValidationError as error:
            raise TokenRefused(f"claims: {error}") from error
        for wrong, why in _objections(claims, channel, now.timestamp()):
            if wrong:
                raise TokenRefused(why)
        return claims.sub

    def _signed(self, token: str, channel: str) -> dict[str, Any]:
        """The payload, if a secret of this channel signed it."""
        if not self.secrets.get(channel):
            raise TokenRefused("iss: this channel has no key here (KEFU_CHANNEL_KEYS)")
        for secret in self.secrets[channel]:
            key = secret.get_secret_value()
            try:
                payload: dict[str, Any] = jwt.decode(token, key, ["HS256"], _SIGNATURE_ONLY)
            except jwt.InvalidSignatureError:
                continue
            except jwt.InvalidAlgorithmError as error:
                raise TokenRefused("alg: only HS256 is taken") from error
            except (jwt.PyJWTError, ValueError, RecursionError) as error:
                raise TokenRefused("not a signed JWT") from error
            return payload
        raise TokenRefused("signature: no key of this channel made it")


def _objections(claims: _Claims, channel: str, now: float) -> list[tuple[bool, str]]:
    """What could be wrong, and whether it is. Each is the negation of what has to hold: NaN fails."""
    audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    skew, life = SKEW.total_seconds(), LONGEST_LIFE.total_seconds()
    return [
        (AUDIENCE not in audiences, f"aud: has to be {AUDIENCE!r}"),
        (claims.iss != channel, "iss: has to be the channel of the conversation"),
        (not claims.iat <= now + skew, "iat: lies in the future"),
        (not claims.nbf <= now + skew, "nbf: lies in the future"),
        (not now - skew < claims.exp, "exp: the token has expired"),
        (not claims.exp - claims.iat <= life, f"exp: at most {life:.0f} seconds after iat"),
        (not claims.sub.isprintable(), "sub: not the id of a customer"),
    ]
