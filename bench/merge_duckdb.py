"""The merge of bench_merge's files by DuckDB 1.5.6, columns given: the peer of the README's merge figures.

    ./dev bench, or: python3 -m venv build/peers && build/peers/bin/pip install duckdb==1.5.6
    build/peers/bin/python bench/merge_duckdb.py FOLDER/standard-1000000 [FOLDER/json-1000000 ...]

FOLDER is $DRIFTLAB_BENCH_DATA, or driftlab-bench-merge in the folder for temporary files. Prints the median and
the least of five runs in milliseconds of wall clock and of processor time, with one thread and with two.
"""

import glob
import os
import statistics
import sys
import time

import duckdb

CAPTURE = """{
  'captureData': 'STRUCT(endpointInput STRUCT("observedContentType" VARCHAR, "mode" VARCHAR, "data" VARCHAR,
    "encoding" VARCHAR), endpointOutput STRUCT("observedContentType" VARCHAR, "mode" VARCHAR, "data" VARCHAR,
    "encoding" VARCHAR))',
  'eventMetadata': 'STRUCT(eventId VARCHAR, inferenceId VARCHAR, inferenceTime VARCHAR)',
  'eventVersion': 'VARCHAR'}"""
LABEL = """{
  'groundTruthData': 'STRUCT("data" VARCHAR, "encoding" VARCHAR)',
  'eventMetadata': 'STRUCT(eventId VARCHAR)',
  'eventVersion': 'VARCHAR'}"""
NUMBERS = """count(*), avg(abs(p - y)), avg((p - y) ** 2), sqrt(avg((p - y) ** 2)),
  1 - sum((p - y) ** 2) / (sum(y * y) - sum(y) * sum(y) / count(*))"""


def query(folder: str) -> str:
    files = {side: glob.glob(f"{folder}/{side}/**/*.jsonl", recursive=True)[0] for side in ("captures", "ground-truth")}
    numeric = "json-" not in os.path.basename(folder) and "base64-" not in os.path.basename(folder)
    of = "CAST({} AS DOUBLE)" if numeric else "{}"
    joined = f"""
      SELECT {of.format("c.captureData.endpointOutput.data")} AS p, {of.format("g.groundTruthData.data")} AS y
      FROM read_json('{files["captures"]}', format='newline_delimited', columns={CAPTURE}) c
      JOIN read_json('{files["ground-truth"]}', format='newline_delimited', columns={LABEL}) g
        ON coalesce(c.eventMetadata.inferenceId, c.eventMetadata.eventId) = g.eventMetadata.eventId"""
    return f"SELECT {NUMBERS if numeric else 'count(*), max(p), max(y)'} FROM ({joined})"


def main() -> None:
    for folder in sys.argv[1:]:
        for threads in (1, 2):
            connection = duckdb.connect(config={"threads": threads})
            wall, cpu = [], []
            for _ in range(5):
                wall_start, cpu_start = time.perf_counter(), time.process_time()
                row = connection.execute(query(folder)).fetchone()
                wall.append(1e3 * (time.perf_counter() - wall_start))
                cpu.append(1e3 * (time.process_time() - cpu_start))
            print(f"{os.path.basename(folder)} threads {threads}: {statistics.median(wall):.0f} ms (least {min(wall):.0f}), "
                  f"processor {statistics.median(cpu):.0f} ms (least {min(cpu):.0f}); {row}", flush=True)


if __name__ == "__main__":
    main()
