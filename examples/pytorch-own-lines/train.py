"""A small classifier in PyTorch that prints lines of its own: `python train.py --seed 1`."""

import argparse

import torch
from torch import nn

torch.set_num_threads(1)


def data():
    """Points of 20 features around nine centres, in three classes that overlap; the same in every run."""
    generator = torch.Generator().manual_seed(20)
    centres = 0.65 * torch.randn(9, 20, generator=generator)
    centre = torch.randint(9, (2000,), generator=generator)
    x = centres[centre] + torch.randn(2000, 20, generator=generator)
    y = centre % 3
    return (x[:1500], y[:1500]), (x[1500:], y[1500:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--no-relu", action="store_true", help="a fault, to see it refused")
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    (x, y), (val_x, val_y) = data()
    model = nn.Sequential(
        nn.Linear(20, 32),
        nn.Identity() if args.no_relu else nn.ReLU(),
        nn.Linear(32, 3),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(1, 11):
        total = 0.0
        for rows in torch.randperm(len(y)).split(50):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        with torch.no_grad():
            logits = model(val_x)
            val_loss = nn.functional.cross_entropy(logits, val_y).item()
            val_acc = (logits.argmax(1) == val_y).float().mean().item()
        print(f"epoch {epoch:02d} | train_loss {total / len(y):.4f} | val_loss {val_loss:.4f} | val_acc {val_acc:.1%}")


if __name__ == "__main__":
    main()
