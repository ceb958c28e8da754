"""A small classifier with Hugging Face's Trainer, which leaves trainer_state.json: `python train.py --seed 1 --out run`."""

import argparse
import os

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from torch import nn
from transformers import Trainer, TrainingArguments

torch.set_num_threads(1)


def data():
    """Points of 20 features around nine centres, in three classes that overlap; the same in every run."""
    generator = torch.Generator().manual_seed(20)
    centres = 0.65 * torch.randn(9, 20, generator=generator)
    centre = torch.randint(9, (2000,), generator=generator)
    x = centres[centre] + torch.randn(2000, 20, generator=generator)
    rows = [{"x": row, "labels": label} for row, label in zip(x, centre % 3)]
    return rows[:1500], rows[1500:]


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 3))

    def forward(self, x, labels):
        logits = self.layers(x)
        return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}


def metrics(prediction):
    return {"accuracy": float((prediction.predictions.argmax(1) == prediction.label_ids).mean())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--lr", type=float, default=0.01)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    train, validation = data()
    arguments = TrainingArguments(
        output_dir=args.out,
        seed=args.seed,
        learning_rate=args.lr,
        num_train_epochs=10,
        per_device_train_batch_size=50,
        per_device_eval_batch_size=500,
        eval_strategy="epoch",
        logging_strategy="epoch",
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        dataloader_pin_memory=False,
        disable_tqdm=True,
        log_level="error",
    )
    trainer = Trainer(Classifier(), arguments, train_dataset=train, eval_dataset=validation, compute_metrics=metrics)
    trainer.train()
    trainer.save_state()


if __name__ == "__main__":
    main()
