"""Writes teaching.xlsx: the plan of ../plan/teaching by another program's hand (openpyxl), numbers as numbers.

python3 make.py    # needs openpyxl
"""

import csv
import pathlib

import openpyxl

plan = pathlib.Path(__file__).parent.parent / "plan" / "teaching"
book = openpyxl.Workbook()
book.remove(book.active)
head = book.create_sheet("plan")
for line in (plan / "plan.toml").read_text(encoding="utf-8").splitlines():
    head.append([line])
for path in sorted(plan.rglob("*.csv")):
    folder = path.parent.name
    name = path.stem if folder in ("teaching", "catalogue") else f"{folder} {path.stem}"
    sheet = book.create_sheet(name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            cells = []
            for cell in row:
                try:
                    number = float(cell)
                    cells.append(number if str(number) == cell or str(int(number)) == cell else cell)
                except ValueError:
                    cells.append({"true": True, "false": False, "": None}.get(cell, cell))
            sheet.append(cells)
notes = book.create_sheet("remarks")
notes.append(["A sheet that is none of the plan's"])
book.properties.creator = "gridstage"
book.save(pathlib.Path(__file__).parent / "teaching.xlsx")
