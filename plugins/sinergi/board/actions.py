"""What people do on the board: send or only check a file, release or reject a delivery. Each is recorded first."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from sinergi import decisions, drift
from sinergi.board import reading, record, uploads
from sinergi.board.access import Asking, Visitor
from sinergi.board.forgery import FIELD, refuse_forged
from sinergi.board.pages import download, seen_delivery
from sinergi.board.view import page, words_for
from sinergi.contracts import load_contracts
from sinergi.settings import Settings

router = APIRouter()
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


@router.get("/deliver")
def form(request: Request, who: Asking, later: BackgroundTasks, source: str | None = None) -> Response:
    """The form to send a file."""
    sources = _sources(who)
    if not sources:
        raise HTTPException(403)
    later.add_task(uploads.warm)
    answer = page(request, "deliver", who, sources=sources, source=source, max_mb=uploads.MAX_BYTES >> 20)
    answer.background = later
    return answer


@router.post("/uploads")
async def send(request: Request, who: Asking) -> Response:
    """Take a file: check it at once and, unless it was only to be checked, leave it in the inbox."""
    async with request.form(max_files=1, max_fields=8) as fields:
        refuse_forged(request, who.name, _text(fields.get(FIELD)))
        source_id, action = _text(fields.get("source")), _text(fields.get("action"))
        if source_id not in load_contracts(Settings.load().expectations):
            raise HTTPException(404)
        who.must(who.delivers, source_id.partition("/")[0])
        file = fields.get("file")
        if action not in ("check", "deliver") or not isinstance(file, UploadFile):
            raise HTTPException(422)
        lang = words_for(request).lang
        try:
            action_id = await run_in_threadpool(_take, who, file, source_id, action, lang)
        except uploads.Refused as refused:
            return page(
                request,
                "deliver",
                who,
                415,
                sources=_sources(who),
                source=source_id,
                refused=refused.kind,
                max_mb=uploads.MAX_BYTES >> 20,
            )
    return RedirectResponse(f"{request.scope.get('root_path', '')}/uploads/{action_id}", 303)


@router.get("/uploads/{action_id}")
def sent(request: Request, who: Asking, action_id: int) -> Response:
    """What the check said, and the receipt once the intake has given one."""
    return page(request, "sent", who, upload=_upload(who, action_id))


@router.get("/uploads/{action_id}/workbook")
def checked_workbook(who: Asking, action_id: int) -> Response:
    """The workbook of a file that was checked."""
    upload = _upload(who, action_id)
    path = uploads.workbook_of(Settings.load(), action_id)
    if not path.exists():
        raise HTTPException(404)
    about = {"sha256": upload["sha256"], "delivery_id": upload["receipt"]}
    record.add(reading.engine(), who.name, "download", upload["source_id"], **about)
    return download(path.read_bytes(), f"perbaikan-{action_id}.xlsx")


@router.post("/deliveries/{delivery_id}/decision")
def decide(
    request: Request,
    who: Asking,
    delivery_id: int,
    decision: Annotated[str, Form(pattern="^(release|reject|approve)$")],
    reason: Annotated[str, Form(max_length=2000)] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Release or reject a held delivery, or approve its proposed headers; the reason is kept."""
    refuse_forged(request, who.name, csrf)
    with reading.connected() as connection:
        own = seen_delivery(connection, who, delivery_id)
    who.must(who.decides, own["sender_id"])
    if not reason.strip():
        raise HTTPException(422)
    record.add(reading.engine(), who.name, decision, own["source_id"], delivery_id=delivery_id, reason=reason.strip())
    try:
        if decision == "approve":
            drift.approve(reading.engine(), Settings.load(), delivery_id, reason, who.name)
        else:
            decisions.decide(reading.engine(), Settings.load(), delivery_id, decision, reason, who.name)
    except (decisions.DecisionRefused, drift.DriftRefused):  # somebody was faster
        raise HTTPException(409) from None
    return RedirectResponse(f"{request.scope.get('root_path', '')}/deliveries/{delivery_id}", 303)


def _take(who: Visitor, file: UploadFile, source_id: str, action: str, lang: str) -> int:
    settings, engine = Settings.load(), reading.engine()
    stored = uploads.store(settings, file.file)
    name = shown_name(file.filename or "")
    about = {"sha256": stored.sha256, "bytes": stored.bytes, "file_name": name}
    action_id = record.add(engine, who.name, action, source_id, **about)
    own = uploads.in_language(settings, lang)
    record.found(engine, action_id, uploads.check(own, engine, stored, name, source_id, action_id))
    if action == "deliver":
        uploads.deliver(settings, stored, source_id)
    return action_id


def shown_name(name: str) -> str:
    """Give a file's name as people may be shown it: one line, no path, no signs that turn the writing around."""
    return _UNPRINTABLE.sub(" ", re.split(r"[/\\]", name)[-1]).strip()[-120:] or "?"


def _upload(who: Visitor, action_id: int) -> Any:
    found = record.upload(reading.engine(), action_id)
    if found is None:
        raise HTTPException(404)
    who.must(who.delivers, found["sender_id"])
    return found


def _sources(who: Visitor) -> dict[str, str]:
    contracts = load_contracts(Settings.load().expectations)
    return {key: each.title for key, each in sorted(contracts.items()) if who.delivers(each.sender_id)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
