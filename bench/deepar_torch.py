"""The peer of bench_deepar: the same network, batch and optimiser in PyTorch on the processor.

Two LSTM layers of 40 cells over 26 inputs, 59 steps, batch 128, student-T head, gradient clipping, Adam: data is ready
in memory, so only the network is timed (bench_deepar's `train` also draws and encodes its instances).

    python3 -m venv build/torch && build/torch/bin/pip install torch && build/torch/bin/python bench/deepar_torch.py
"""

import sys
import time
from collections.abc import Callable

import torch


def main() -> None:
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    batch, steps, inputs, cells, layers = 128, 59, 26, 40, 2
    lstm = torch.nn.LSTM(inputs, cells, layers)
    head = torch.nn.Linear(cells, 3)
    parameters = list(lstm.parameters()) + list(head.parameters())
    adam = torch.optim.Adam(parameters, lr=1e-3)
    x = torch.randn(steps, batch, inputs)
    target = torch.randn(steps, batch)
    softplus = torch.nn.functional.softplus

    def step() -> None:
        adam.zero_grad()
        raw = head(lstm(x)[0])
        density = torch.distributions.StudentT(2 + softplus(raw[..., 0]), raw[..., 1], softplus(raw[..., 2]))
        loss = -density.log_prob(target).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        adam.step()

    best = fastest(step, 10)
    rate = batch * steps * layers / 1e6
    print(f"torch {torch.__version__}, {threads} threads: {best[0] * 1e3:.2f} ms a batch, {rate / best[0]:.2f} M "
          f"cell-steps/s; of processor time {best[1] * 1e3:.2f} ms, {rate / best[1]:.2f} M cell-steps/s")
    size = 1024
    a, b, c = torch.randn(size, size), torch.randn(size, size), torch.empty(size, size)
    best = fastest(lambda: torch.mm(a, b, out=c), 10)
    print(f"product of {size} x {size} floats: {2e-9 * size**3 / best[0]:.1f} GFLOP/s; "
          f"of processor time {2e-9 * size**3 / best[1]:.1f}")


def fastest(work: Callable[[], None], repeats: int) -> tuple[float, float]:
    """Seconds of one call, on the clock and of all threads' processor time: each the best of ten means."""
    for _ in range(5):
        work()
    clock = processor = float("inf")
    for _ in range(10):
        begin, used = time.perf_counter(), time.process_time()
        for _ in range(repeats):
            work()
        clock = min(clock, (time.perf_counter() - begin) / repeats)
        processor = min(processor, (time.process_time() - used) / repeats)
    return clock, processor


if __name__ == "__main__":
    main()
