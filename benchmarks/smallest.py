"""The smallest Typer program that prints a Rich table of the rows it is given."""

import json
import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()


@app.command()
def show(path: str) -> None:
    rows = json.loads(Path(path).read_text(encoding="utf-8"))
    table = Table(box=None)
    for _ in rows[0]:
        table.add_column()
    for row in rows:
        table.add_row(*row)
    Console(file=sys.stdout).print(table)


app()
