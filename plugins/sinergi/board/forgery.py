"""Against requests that another site makes in a visitor's name: a signed token in each form, and the browser's word.

Airflow's cookie is SameSite=Lax, so a foreign form does not carry it; the token holds where a browser knows no Lax.
"""

from __future__ import annotations

from fastapi import HTTPException, Request
from itsdangerous import BadData, URLSafeTimedSerializer

HEADER, FIELD = "X-CSRF-Token", "csrf"
LASTS = 12 * 3600  # seconds: a form may stay open for a working day


def token_for(name: str) -> str:
    """Give the token that a page of this visitor carries."""
    return str(_signer().dumps(name))


def refuse_forged(request: Request, name: str, field: str | None = None) -> None:
    """Refuse a request that does not carry the visitor's own token.

    Args:
        request: The request.
        name: The visitor.
        field: The token in the form, where a browser without scripts sent it.

    Raises:
        HTTPException: 403.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    try:
        signed = _signer().loads(request.headers.get(HEADER) or field or "", max_age=LASTS)
    except BadData:
        raise HTTPException(403) from None
    if signed != name:
        raise HTTPException(403)


def _signer() -> URLSafeTimedSerializer:
    from airflow.configuration import conf

    return URLSafeTimedSerializer(conf.get_mandatory_value("api", "secret_key"), salt="papan-kiriman")
