"""Seconds per training step and per evaluated batch of the same model in PyTorch, for `npm run bench`.

    python3 pytorch_times.py IMAGES LABELS MODE THREADS STEPS WARM_UP EVALUATIONS

IMAGES is float32 [count, 784], normalised; LABELS is uint8 [count]. MODE is `eager`, as people write it, or `best`: channels last,
and the fused Adam where this version has it for the CPU. Prints one JSON object: the seconds of each step
and of each evaluation of 1000 images.
"""
import json
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

images, labels, mode = sys.argv[1:4]
threads, steps, warm_up, evaluations = map(int, sys.argv[4:])
torch.set_num_threads(threads)
x = torch.from_numpy(np.fromfile(images, np.float32).reshape(-1, 1, 28, 28))
y = torch.from_numpy(np.fromfile(labels, np.uint8).astype(np.int64))


class DigitClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(64 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout = nn.Dropout(0.5)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = self.relu(self.fc1(x.flatten(1)))
        return self.fc2(self.dropout(x))


torch.manual_seed(1)
model = DigitClassifier()
options = {}
if mode == "best":
    model = model.to(memory_format=torch.channels_last)
    x = x.contiguous(memory_format=torch.channels_last)
    try:
        torch.optim.Adam(DigitClassifier().parameters(), fused=True)
        options = {"fused": True}
    except (RuntimeError, TypeError):  # an older PyTorch has none, or none for the CPU
        pass
optimizer = torch.optim.Adam(model.parameters(), lr=0.001, **options)
step_seconds, evaluation_seconds = [], []
for step in range(warm_up + steps):
    start = time.perf_counter()
    index = torch.arange(step * 64, step * 64 + 64) % len(x)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x[index]), y[index])
    loss.backward()
    optimizer.step()
    loss.item()
    if step >= warm_up:
        step_seconds.append(time.perf_counter() - start)
model.eval()
with torch.no_grad():
    for _ in range(evaluations):
        start = time.perf_counter()
        F.cross_entropy(model(x[:1000]), y[:1000]).item()
        evaluation_seconds.append(time.perf_counter() - start)
print(json.dumps({"version": torch.__version__, "steps": step_seconds, "evaluations": evaluation_seconds}))
