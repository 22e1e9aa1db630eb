#!/usr/bin/env python3
"""Where a command spends its time: the share of samples that lie inside the kernel.

    perf record -F 70 --call-graph dwarf,24000 -o need.data target/release/gridstage need grids/hanoi -q >/dev/null
    python3 benches/kernel_share.py need.data

A sample counts for the kernel if a function of `flow`, `linsolve`, `matrix`, `case` or `study::contingency` is on its stack, so with
what these allocate and copy. A sample whose stack cannot be followed, as in the allocator, does not count.
"""

import collections
import re
import subprocess
import sys

KERNEL = re.compile(r"gridstage::(flow|linsolve|matrix|case)::|study::contingency|pulp::")
LAYING_OUT = re.compile(r"Contingencies::new|Outset::")


def stacks(path):
    words = ["perf", "script", "-i", path, "--no-inline", "-F", "ip,sym"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as script:
        stack = []
        for line in script.stdout:
            if line.strip():
                stack.append(line.split(maxsplit=1)[-1].strip())
            elif stack:
                yield stack
                stack = []


def main(path):
    total, kernel, laid_out = 0, 0, 0
    outside = collections.Counter()
    for stack in stacks(path):
        total += 1
        if any(KERNEL.search(frame) for frame in stack):
            kernel += 1
            laid_out += any(LAYING_OUT.search(frame) for frame in stack)
        else:
            outside[stack[0][:100]] += 1
    if not total:
        sys.exit(f"{path} holds no samples")
    print(f"samples {total}")
    print(f"in the kernel {kernel / total:.1%}, of which {laid_out / total:.1%} lay out lists of outages")
    print("most outside:")
    for name, count in outside.most_common(12):
        print(f"  {count / total:6.1%}  {name}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
