"""The pages that only show: the board, a sender, a delivery, its workbook and its checks."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from sinergi import clock, drift
from sinergi.board import grid, reading, record, states
from sinergi.board.access import Asking, Visitor
from sinergi.board.view import STATIC, page, static, words_for
from sinergi.contracts import load_contracts
from sinergi.datadocs import page_of
from sinergi.settings import Settings

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Data Docs come from another program: shown, but let do nothing in our name.
DOCS_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"}

Month = Annotated[str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]


@router.get("/")
def board(request: Request, who: Asking, until: Month = None) -> Response:
    """Senders by months; whoever sees one sender alone goes to it."""
    with reading.connected() as connection:
        seen = who.seen([*who.known, *reading.senders(connection)])
        if not seen:
            raise HTTPException(403)
        if len(seen) == 1:
            return RedirectResponse(f"{request.scope.get('root_path', '')}/senders/{seen[0]}", 303)
        shown = _grid(reading.arrivals(connection, seen), seen, until)
        held = reading.latest(connection, seen, status="held")
        scores = reading.scorecard(connection, seen, shown["months"][0], shown["months"][-1])
    lines = shown.pop("lines")
    notable = [change for change in shown.pop("changes") if change.is_notable]
    summed = grid.senders(lines)
    last = [line.cells[-1].state for line in summed if line.cells[-1]]
    counts = {state: last.count(state) for state in states.STATES} | {"senders": len(summed), "held": len(held)}
    return page(request, "board", who, lines=summed, held=held, changes=notable, counts=counts, scores=scores, **shown)


@router.get("/senders/{sender_id}")
def sender(request: Request, who: Asking, sender_id: str, until: Month = None) -> Response:
    """One sender: its sources by months, what changed, its newest deliveries."""
    who.must_see(sender_id)
    with reading.connected() as connection:
        deliveries = reading.latest(connection, [sender_id])
        if sender_id not in who.known and not deliveries:
            raise HTTPException(404)
        shown = _grid(reading.arrivals(connection, [sender_id]), [sender_id], until)
        scores = reading.scorecard(connection, [sender_id], shown["months"][0], shown["months"][-1])
    return page(request, "sender", who, sender_id=sender_id, deliveries=deliveries, scores=scores, **shown)


@router.get("/deliveries/{delivery_id}")
def delivery(request: Request, who: Asking, delivery_id: int) -> Response:
    """One delivery: what became of its rows, what to correct, its history."""
    from sinergi.workbook import causes_of

    with reading.connected() as connection:
        own = seen_delivery(connection, who, delivery_id)
        related = reading.related(connection, own)
        decisions = reading.decisions(connection, delivery_id)
        ignored = reading.ignored(connection, delivery_id)
        acts = reading.acts(connection, own) if who.delivers(own["sender_id"]) else []
    causes = causes_of(reading.engine(), delivery_id)
    proposal = None
    if own["status"] == "held" and who.decides(own["sender_id"]):
        proposal = drift.propose(reading.engine(), Settings.load(), delivery_id)
    contract = load_contracts(Settings.load().expectations).get(own["source_id"])
    return page(
        request,
        "delivery",
        who,
        own=own,
        related=related,
        decisions=decisions,
        ignored=ignored,
        acts=acts,
        causes=causes,
        proposal=proposal,
        contract=contract,
        has_workbook=who.delivers(own["sender_id"]) and any(cause.severity != "info" for cause in causes),
        has_checks=page_of(Settings.load(), own["source_id"], delivery_id) is not None,
    )


@router.get("/deliveries/{delivery_id}/states")
def finding_states(request: Request, who: Asking, delivery_id: int) -> Response:
    """What became of a delivery's findings since; asked for by its page, which need not wait for it."""
    with reading.connected() as connection:
        seen_delivery(connection, who, delivery_id)
        found = reading.finding_states(connection, delivery_id)
    return page(request, "states", who, states=found)


@router.get("/deliveries/{delivery_id}/workbook")
def workbook(request: Request, who: Asking, delivery_id: int) -> Response:
    """The correction workbook of a delivery."""
    from sinergi.workbook import write_workbook

    with reading.connected() as connection:
        own = seen_delivery(connection, who, delivery_id)
    who.must(who.delivers, own["sender_id"])  # it holds whole rows: for those who correct them
    about = {"delivery_id": delivery_id, "sha256": own["sha256"]}
    record.add(reading.engine(), who.name, "download", own["source_id"], **about)
    book = BytesIO()
    write_workbook(reading.engine(), Settings.load(), delivery_id, book, lang=words_for(request).lang)
    return download(book.getvalue(), f"perbaikan-{delivery_id}.xlsx")


@router.get("/deliveries/{delivery_id}/checks")
def checks(who: Asking, delivery_id: int) -> Response:
    """What Great Expectations said about a delivery."""
    with reading.connected() as connection:
        own = seen_delivery(connection, who, delivery_id)
    found = page_of(Settings.load(), own["source_id"], delivery_id)
    if found is None:
        raise HTTPException(404)
    return Response(found.read_bytes(), media_type="text/html", headers=DOCS_HEADERS)


@router.get("/static/{name}")
def asset(who: Asking, name: str) -> Response:
    """Style sheet and scripts."""
    if name not in STATIC:
        raise HTTPException(404)
    return Response(static(name), media_type=STATIC[name], headers={"Cache-Control": "private, max-age=300"})


def seen_delivery(connection: reading.Connection, who: Visitor, delivery_id: int) -> reading.RowMapping:
    """Give a delivery of a sender that the visitor may see.

    Raises:
        HTTPException: 404, whether there is none or it is another's.
    """
    own = reading.delivery(connection, delivery_id)
    if own is None:
        raise HTTPException(404)
    who.must_see(own["sender_id"])
    return own


def download(content: bytes, name: str) -> Response:
    """Give a workbook to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=headers)


def _grid(arrivals: list[states.Arrival], seen: list[str], until: str | None) -> dict[str, Any]:
    today = clock.today()
    every = load_contracts(Settings.load().expectations)
    contracts = {source_id: contract for source_id, contract in every.items() if contract.sender_id in seen}
    last = states.last_month(grid.newest(contracts, arrivals), today)
    end = until or last
    months = states.window(end)
    lines = grid.sources(contracts, arrivals, months, today)
    return {
        "months": months,
        "lines": lines,
        "changes": grid.changes(lines, months),
        "earlier": states.shifted(end, -states.WINDOW),
        "newer": min(states.shifted(end, states.WINDOW), last) if end < last else None,
        "legend": states.STATES,
    }
