"""`sinergi contract ...`: list, validate, describe, draft and export contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sinergi.cli_group import OPTIONS, AsJson, Database, Group, print_json
from sinergi.settings import Settings

contract_app = typer.Typer(cls=Group, help="Contracts: what each sender delivers.", **OPTIONS)


@contract_app.command("list")
def list_contracts(as_json: AsJson = False) -> None:
    """List the contracts.

    Example: sinergi contract list
    """
    from sinergi import console
    from sinergi.contracts import load_contracts

    rows = [
        {
            "source_id": c.source_id,
            "title": c.title,
            "entity": c.entity,
            "every": c.delivery.every,
            "version": c.version,
        }
        for c in load_contracts(Settings.load().expectations).values()
    ]
    print_json(rows) if as_json else console.show_table(rows)


@contract_app.command()
def validate() -> None:
    """Report every fault of every contract, with file and line.

    Example: sinergi contract validate
    """
    from sinergi.contracts import load_contracts

    typer.echo(f"{len(load_contracts(Settings.load().expectations))} contracts, no fault.")


@contract_app.command()
def schema() -> None:
    """Print the JSON Schema of a contract, for editors.

    Example: sinergi contract schema > contract.schema.json
    """
    from sinergi.contracts.schema import contract_schema

    print_json(contract_schema(Settings.load().expectations))


@contract_app.command()
def infer(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A workbook or CSV never seen before.")],
) -> None:
    """Draft a contract from a file: header row found, canonical columns proposed.

    Example: sinergi contract infer bantuan.xlsx > expectations/dinsos/bantuan.yml
    """
    from sinergi.contracts.infer import infer as draft

    typer.echo(draft(file))


@contract_app.command()
def export(
    source: Annotated[str | None, typer.Option(help="Source id; all contracts where left out.")] = None,
    odcs: Annotated[bool, typer.Option("--odcs", help="Open Data Contract Standard v3, the only form.")] = True,
) -> None:
    """Print contracts as the Open Data Contract Standard (v3), for catalogues.

    Example: sinergi contract export --odcs --source dinsos/sembako
    """
    import yaml

    from sinergi.contracts import load_contract, load_contracts
    from sinergi.contracts.odcs import to_odcs

    root = Settings.load().expectations
    contracts = [load_contract(source, root)] if source else list(load_contracts(root).values())
    documents = [yaml.safe_dump(to_odcs(contract), allow_unicode=True, sort_keys=False) for contract in contracts]
    typer.echo("---\n".join(documents))


@contract_app.command()
def adopt(
    delivery: Annotated[int, typer.Argument(help="A delivery that is held for a missing column.")],
    reason: Annotated[
        str | None, typer.Option(help="Why it is the same column; with it the headers are adopted.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who approves; default the login name.")] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show which new headers a held file uses for required columns; with --reason, adopt them and take the file in.

    Example: sinergi contract adopt 42 --reason "the office renamed the column this year"
    """
    import getpass
    from dataclasses import asdict

    from sinergi import console, drift
    from sinergi.run import prepared

    settings = Settings.load(database_url=database)
    with prepared(settings) as engine:
        if reason is None:
            proposal = drift.propose(engine, settings, delivery)
            if proposal is None:
                raise drift.DriftRefused(f"Delivery {delivery} is not held for a column that has a near header.")
            print_json(asdict(proposal)) if as_json else console.show_table([asdict(each) for each in proposal.aliases])
            if not as_json:
                typer.echo(f"With them {proposal.rows_accepted} of {proposal.rows_read} rows would be let in.")
            return
        result = drift.approve(engine, settings, delivery, reason, by or getpass.getuser())
    print_json(result.as_dict()) if as_json else console.show_run({"deliveries": [result.as_dict()]})
