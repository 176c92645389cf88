"""The peer of bench_deepar: the same network, batch and optimiser in PyTorch on the processor.

Two LSTM layers of 40 cells over 26 inputs, 59 steps, batch 128, student-T head, gradient clipping, Adam: data is ready
in memory, so only the network is timed (bench_deepar's `train` also draws and encodes its instances).

    python3 -m venv build/torch && build/torch/bin/pip install torch && build/torch/bin/python bench/deepar_torch.py
"""

import sys
import time

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

    for _ in range(5):
        step()
    best = float("inf")
    for _ in range(10):
        begin = time.perf_counter()
        for _ in range(10):
            step()
        best = min(best, (time.perf_counter() - begin) / 10)
    print(f"torch {torch.__version__}, {threads} threads: {best * 1e3:.2f} ms a batch, "
          f"{batch * steps * layers / best / 1e6:.2f} M cell-steps/s")


if __name__ == "__main__":
    main()
