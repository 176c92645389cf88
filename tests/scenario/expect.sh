#!/bin/sh
# expect.sh CODE PATTERN COMMAND…: the command must end with the code, and print the pattern (grep -F) when it is not "".
set -u
code=$1
pattern=$2
shift 2
output=$("$@" 2>&1)
actual=$?
printf '%s\n' "$output"
[ "$actual" = "$code" ] || {
  echo "exit code $actual, expected $code"
  exit 1
}
[ -z "$pattern" ] || printf '%s\n' "$output" | grep -qF -- "$pattern" || {
  echo "expected the output to contain: $pattern"
  exit 1
}
