"""Seconds per training step, and for the test set, of RepDL's MNIST example, for `npm run bench:repdl`.

    python3 repdl_times.py IMAGES LABELS THREADS STEPS WARM_UP

IMAGES is float32 [count, 784], pixels divided by 255; LABELS is uint8 [count]. Prints one JSON object: the version of PyTorch, the seconds
of each step, and those of an evaluation of 1000 images.
"""
import json
import sys
import time

import numpy as np
import repdl
import torch

images, labels = sys.argv[1:3]
threads, steps, warm_up = map(int, sys.argv[3:])
torch.set_num_threads(threads)
x = torch.from_numpy(np.fromfile(images, np.float32).reshape(-1, 1, 28, 28))
y = torch.from_numpy(np.fromfile(labels, np.uint8).astype(np.int64))
torch.manual_seed(0)
net = repdl.from_torch_module(
    torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10),
    )
)
optimizer = repdl.optim.Adam(net.parameters(), lr=0.01)
seconds = []
for step in range(warm_up + steps):
    index = torch.arange(step * 100, step * 100 + 100) % len(x)
    start = time.perf_counter()
    loss = repdl.nn.functional.cross_entropy(net(x[index]), y[index])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step >= warm_up:
        seconds.append(time.perf_counter() - start)
with torch.no_grad():
    start = time.perf_counter()
    for first in range(0, 1000, 100):
        net(x[first : first + 100])
    evaluation = time.perf_counter() - start
print(json.dumps({"version": torch.__version__, "steps": seconds, "evaluation": evaluation}))
