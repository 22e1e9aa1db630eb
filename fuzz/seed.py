#!/usr/bin/env python3
"""Lays seeds into fuzz/corpus/DOOR: small real files of each format, none of which is kept in the repository.

    GRIDSTAGE_SHARED=../shared python3 fuzz/seed.py

Takes the workplace's files (`cases`, `bad-inputs`), the grids and test cases that come along, and what the fuzzer or a test kept
as hostile (`tests/cases/hostile/DOOR`). Input of several files is one text, `=== NAME` before each.
"""

import gzip
import hashlib
import io
import os
import pathlib
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
MOST_BYTES = 48_000
ENDINGS = {
    "matpower": [".m"],
    "raw": [".raw"],
    "rawx": [".rawx"],
    "cdf": ["cdf.txt", ".cdf"],
    "ucte": [".uct"],
    "xiidm": [".xiidm", ".iidm"],
    "pandapower": [".json"],
    "dgs": [".dgs"],
}
MIXED = ["packed", "solve", "convert"]


def put(door, data, most=MOST_BYTES):
    if 0 < len(data) <= most:
        folder = HERE / "corpus" / door
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def files(folder, most=400_000):
    """The files of a folder as one text."""
    parts = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (path.suffix in (".csv", ".toml", ".m", ".raw")) and name.count("/") < 2:
            parts.append(b"=== " + name.encode() + b"\n" + path.read_bytes())
    text = b"".join(parts)
    return text if len(text) <= most else b""


def archive(data):
    """The members of an archive as one text."""
    with zipfile.ZipFile(io.BytesIO(data)) as members:
        names = [name for name in members.namelist() if not name.endswith("/")]
        return b"".join(b"=== " + name.encode() + b"\n" + members.read(name) for name in names)


def main():
    folders = [ROOT / "tests/cases", ROOT / "grids"]
    if shared := os.environ.get("GRIDSTAGE_SHARED"):
        folders += [pathlib.Path(shared) / "cases", pathlib.Path(shared) / "bad-inputs"]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.stat().st_size > 2_000_000:
                continue
            data = path.read_bytes()
            name = path.name
            if name.endswith(".gz"):
                name, data = name[:-3], gzip.decompress(data)
            for door, endings in ENDINGS.items():
                if any(name.lower().endswith(end) for end in endings):
                    put(door, data)
                    for mixed in MIXED:
                        put(mixed, data, 16_000)
            if name.endswith(".zip"):
                put("packed", data, 400_000)
                put("cgmes", archive(data).replace(b"=== ", b"=== "), 600_000)
            if name.endswith(".xlsx"):
                put("packed", data)
                put("workbook", archive(data), 200_000)
            if name == "plan.toml":
                put("plan", files(path.parent), 60_000)
            if name == "expected.toml":
                put("expected", data)
            if name.endswith(".con"):
                put("lists", b"=== a.con\n" + data)
    put("lists", b"=== a.con\noutage,element,element_type\nA,1-2,line\nA,G1,generator\n")
    put("lists", b"=== a.con\nCONTINGENCY 'A'\nOPEN BRANCH FROM BUS 1 TO BUS 2 CKT 1\nREMOVE UNIT 1 FROM BUS 2\nEND\n"
                 b"SINGLE BRANCH IN SUBSYSTEM 'S'\nDOUBLE TIES FROM SUBSYSTEM 'S'\nSKIP\nBRANCH FROM BUS 1 TO BUS 5\nEND\nEND\n"
                 b"=== a.sub\nSUBSYSTEM 'S'\nJOIN 'G'\nAREA 1\nKVRANGE 10 400\nEND\nBUSES 1 9\nZONES 1 2\nEND\nEND\n"
                 b"=== a.mon\nMONITOR BRANCHES IN SUBSYSTEM 'S'\nMONITOR TIES FROM SUBSYSTEM 'S'\nMONITOR INTERFACE 'I' RATING 40 MW\n"
                 b" 1 2 1\nEND\nMONITOR VOLTAGE RANGE ALL BUSES 0.9 1.1\nMONITOR VOLTAGE DEVIATION IN SUBSYSTEM 'S' 0.05\nEND\n")
    for kept in (ROOT / "tests/cases/hostile").glob("*/*"):
        put(kept.parent.name, kept.read_bytes(), 1_000_000)
    for folder in sorted((HERE / "corpus").iterdir()):
        print(folder.name, len(list(folder.iterdir())))


if __name__ == "__main__":
    main()
