#!/usr/bin/env bash
# Fuzzes one door after the other, round and round, one process at a time and out of everyone's way:
#
#     fuzz/run.sh [SECONDS A TURN [DOORS...]]
#
# NICE=5 leaves less of the machine to others than the lowest priority. Ends when fuzz/STOP exists.
# Each turn adds a line to fuzz/turns.tsv: time, door, CPU seconds, runs, coverage, what it ended with.
# A run of 60 s by the clock is a hang: the machine may be shared.
# What it finds lies in fuzz/artifacts/DOOR. CARGO_TARGET_DIR, if set, is where the doors were built by
# `cargo +nightly fuzz build --target-dir "$CARGO_TARGET_DIR"`.
set -uo pipefail
cd "$(dirname "$0")"
turn="${1:-120}"
shift || true
doors=("$@")
[ ${#doors[@]} -gt 0 ] || mapfile -t doors < <(ls fuzz_targets | sed 's/\.rs$//')
built="${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/release"
# on the memory disk where there is one: the doors of plans and lists lay files out
export TMPDIR="${TMPDIR:-/dev/shm}"
while [ ! -e STOP ]; do
    for door in "${doors[@]}"; do
        [ -e STOP ] && break
        [ -x "$built/$door" ] || continue
        mkdir -p "corpus/$door" "artifacts/$door"
        words=()
        [ -e "words/$door" ] && words=(-dict="words/$door")
        log="$(mktemp)"
        TIMEFORMAT='%U %S'
        # exactly as built at the start of the turn, though it may be built anew meanwhile
        program="$(mktemp)"
        cp "$built/$door" "$program" && chmod +x "$program"
        cpu="$( { time nice -n "${NICE:-19}" "$program" -max_total_time="$turn" -timeout=60 -rss_limit_mb=2048 -malloc_limit_mb=1024 \
            -max_len=65536 -artifact_prefix="artifacts/$door/" "${words[@]}" "corpus/$door" >"$log" 2>&1; } 2>&1 | tail -1)"
        ended="$(grep -aoE 'Done [0-9]+ runs|SUMMARY: .*|panicked at [^ ]*' "$log" | tr '\n' ' ' | cut -c1-200)"
        cov="$(grep -aoE 'cov: [0-9]+' "$log" | tail -1)"
        runs="$(grep -aoE '^#[0-9]+' "$log" | tail -1)"
        printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "$door" "$cpu" "$runs" "$cov" "$ended" >>turns.tsv
        grep -aq 'SUMMARY' "$log" && cp "$log" "artifacts/$door/last.log"
        rm -f "$log" "$program" slow-unit-* crash-* oom-* timeout-*
    done
done
