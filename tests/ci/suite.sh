#!/bin/sh
# suite.sh KIND [ARGUMENT]: one test of the long suites. Exit code 77 means skipped, with the reason printed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
out=$root/build/ci
# The determinism suite trains everything anew; the others may share what they trained.
export DRIFTLAB_CACHE_DIR="$out/cache"

# Seconds until the deadline that .ci/run set; a day without one.
seconds_left() { echo $((${DRIFTLAB_CI_DEADLINE:-$(($(date +%s) + 86400))} - $(date +%s))); }

# trace_hash PRESET SCENARIO: runs the scenario and prints the trace hash of its result.
# The four weeks with the linear model: DeepAR has a smoke scenario of its own, and the hash covers its models' bytes.
trace_hash() {
  case $2 in
    blog/*) setting=system.algorithm=forecasting-linear ;;
    *) setting=seed=1 ;;
  esac
  "$root/build/$1/driftlab" run "$root/scenarios/$2" --set "$setting" --out "$out/$1/$2" --no-cache >&2
  hash=$(sed -n 's/.*"trace_hash": *"\([0-9a-f]*\)".*/\1/p' "$out/$1/$2/result.json" | head -n 1)
  [ -n "$hash" ] || {
    echo "no trace_hash in $out/$1/$2/result.json" >&2
    exit 1
  }
  echo "$hash"
}

case $1 in
  format) "$root/dev" format --check ;;
  build)
    if [ "$2" = clang ] && [ "$(seconds_left)" -lt 660 ]; then
      echo "skipped: $(seconds_left) s are left, too few to build with the second compiler"
      exit 77
    fi
    "$root/dev" build "$2" driftlab
    ;;
  scenario) "$root/build/release/driftlab" run "$root/scenarios/$2" --out "$out/$2" ;;
  negative)
    code=0
    "$root/build/release/driftlab" run "$root/scenarios/$2" --out "$out/$2" || code=$?
    [ "$code" = 1 ]
    ;;
  replay) "$root/build/release/driftlab" run "$root/scenarios/$2" --set "world.series.csv.path=$DRIFTLAB_FEE_SERIES" --out "$out/$2" ;;
  replay-negative)
    code=0
    "$root/build/release/driftlab" run "$root/scenarios/$2" --set "world.series.csv.path=$DRIFTLAB_FEE_SERIES" --out "$out/$2" || code=$?
    [ "$code" = 1 ]
    ;;
  smoke) "$root/dev" run "$root/scenarios/smoke/$2" --out "$out/smoke/$2" ;;
  determinism)
    [ -x "$root/build/clang/driftlab" ] || {
      echo "skipped: there is no build of the second compiler"
      exit 77
    }
    first=$(trace_hash release "$2")
    again=$(trace_hash release "$2")
    other=$(trace_hash clang "$2")
    echo "trace hash: g++ $first, g++ again $again, clang++ $other"
    [ "$first" = "$again" ] && [ "$first" = "$other" ]
    ;;
  *)
    echo "unknown suite: $1" >&2
    exit 2
    ;;
esac
