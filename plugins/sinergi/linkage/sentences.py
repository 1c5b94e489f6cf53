"""What a card says, in Bahasa Indonesia: each thing that was found as a sentence or a step."""

from __future__ import annotations

from typing import Any, NamedTuple

from sinergi.linkage import model as models
from sinergi.linkage.joins import decided
from sinergi.linkage.words import (
    FREQUENT,
    JOINS,
    KINDS,
    LABELS,
    LEVELS,
    METHODS,
    RARE,
    REASONS,
    chance,
    percent,
    signed,
)

FAR_FROM_USUAL = 1.5  # bits between the weight of this name and that of any: it is told to be frequent or rare


class Step(NamedTuple):
    """One comparison of a pair: its label, what it found in words, and what that adds, in bits."""

    label: str
    found: str
    bits: float


def shown(card: dict[str, Any]) -> dict[str, Any] | None:
    """Return the pair that a picture shows: the strongest doubt, else the weakest link; None for a lone record."""
    if card["doubts"]:
        return dict(card["doubts"][0])
    return dict(card["links"][-1]) if card["links"] else None


def title(pair: dict[str, Any]) -> str:
    """Return the heading of a pair: what is asked, and how probable the weights make it."""
    asked = "Diragukan" if pair["outcome"] == "review" else "Terkait"
    return f"{asked}: peluang satu orang {percent(chance(pair['weight']))} menurut perbandingan"


def between(card: dict[str, Any], pair: dict[str, Any]) -> str:
    """Return which rows a pair compares."""
    return " dengan ".join(card["places"].get(pair[side], "isi lama") for side in ("left_key", "right_key"))


def steps(pair: dict[str, Any]) -> list[Step]:
    """Return what each comparison found that knew something, from the prior on; the bits add up to the weight."""
    bits = pair["bits"]
    found = [
        Step(label, words, float(bits.get(name) or 0))
        for name, label in LABELS.items()
        if (words := level_told(pair, name)) is not None
    ]
    prior = float(pair["weight"]) - sum(step.bits for step in found)
    return [Step("Sebelum dibandingkan", "dua orang mana pun", prior), *found]


def level_told(pair: dict[str, Any], name: str) -> str | None:
    """Return what a comparison found, in words; None where nothing is known of one of the two.

    Pairs of runs before levels were kept have their weights alone: they tell that it speaks for or against.
    """
    bits = float(pair["bits"].get(name) or 0)
    if name == "household":
        return LEVELS[name]["met" if bits > 0 else "none met"] if bits else None
    if pair.get("levels") is None:
        return ("mendukung" if bits > 0 else "menyangkal") if bits else None
    level = pair["levels"].get(name)
    if level is None:
        return None
    words = LEVELS[name].get(level, level)
    if (name, level) in models.FREQUENT:
        unusual = bits - models.bits(models.load(), name, level)
        if abs(unusual) >= FAR_FROM_USUAL:
            words += f" ({RARE if unusual > 0 else FREQUENT})"
    return words


def silent(pair: dict[str, Any]) -> str:
    """Return a sentence of what speaks neither for nor against, because it is not known of both."""
    names = [label for name, label in LABELS.items() if level_told(pair, name) is None]
    return f"Tanpa keterangan: {', '.join(names)}." if names else "Semua isian dibandingkan."


def joined(card: dict[str, Any]) -> list[str]:
    """Return a sentence for each way in which records became one person without a comparison."""
    told = []
    for join in card["joins"]:
        which = f" No. {join['decision_id']}" if join["decision_id"] else ""
        places = "; ".join(card["places"].get(key, "isi lama") for key in join["keys"])
        told.append(f"Digabung tanpa perbandingan: {JOINS[join['how']]}{which} ({places}).")
    return told


def walled(card: dict[str, Any]) -> list[str]:
    """Return a sentence for each wall between the two people of a card."""
    told = []
    for wall in card["walls"]:
        which = f" Keputusan No. {wall['decision_id']}." if wall["decision_id"] else ""
        sources = sorted({name.split("#")[0] for name in wall["lists"]})
        where = f" Daftar: {', '.join(sources)}." if sources else ""
        told.append(f"{REASONS[wall['wall']]}{where}{which}")
    return told


def standing(row: dict[str, Any]) -> str:
    """Return how a record came to its person; only a comparison has a probability, the rest are rules."""
    method = METHODS[row["method"]]
    return f"{method} ({percent(row['probability'])})" if row["method"] == "model" else method


def said(row: dict[str, Any]) -> str:
    """Return one decision as a sentence."""
    state = f"disetujui {row['approved_by']}" if row["approved_by"] else "menunggu orang kedua"
    if row["undone_by"]:
        verb = "dibatalkan" if not row["approved_by"] or not decided(row) else "diusulkan batal oleh"
        state = f"{verb} {row['undone_by']}: {row['undone_why']}"
    return f"No. {row['decision_id']}: {KINDS[row['kind']]}, usul {row['proposed_by']} ({row['why']}), {state}"


def reason_of(pair: dict[str, Any]) -> str:
    """Return why a pair is in doubt; empty for a link."""
    return REASONS.get(pair["reason"], pair["reason"]) if pair["reason"] else ""


def words(card: dict[str, Any]) -> str:
    """Return the card as text for a terminal."""
    lines = [f"Orang: {' dan '.join(card['people'])}", "", "Catatan:"]
    lines += [f"  {row['person_id'][:8]} {place(row)}: {standing(row)}" for row in card["records"]]
    lines += [f"  {sentence}" for sentence in joined(card)]
    if card["walls"]:
        lines += ["", "Yang memisahkan:", *(f"  {sentence}" for sentence in walled(card))]
    for heading, pairs in (("Kaitan:", card["links"]), ("Diragukan:", card["doubts"])):
        if pairs:
            lines += ["", heading]
        for pair in pairs:
            lines.append(f"  {between(card, pair)}")
            lines.append(
                f"  {percent(chance(pair['weight']))} ({signed(pair['weight'])} bit) {reason_of(pair)}".rstrip()
            )
            lines += [
                f"    {f'{label}: {found}':<62}{signed(bits):>6} {_bar(bits)}" for label, found, bits in steps(pair)
            ]
            lines.append(f"    {silent(pair)}")
    if card["decisions"]:
        lines += ["", "Keputusan:", *(f"  {said(row)}" for row in card["decisions"])]
    return "\n".join([*lines, "", f"Membatalkan keputusan: {card['undo']}"])


def place(row: dict[str, Any]) -> str:
    """Return where a record stands: its source, delivery and row."""
    return f"{row['source_id']} {row['delivery_id']}:{row['row_number']}"


def _bar(bits: float) -> str:
    return ("+" if bits > 0 else "-") * min(round(abs(bits)), 30)
