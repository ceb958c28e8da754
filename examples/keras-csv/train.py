"""A small classifier in Keras, with CSVLogger: `python train.py --seed 1 --csv log.csv`."""

import argparse
import os

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np


def data():
    """Points of 20 features around nine centres, in three classes that overlap; the same in every run."""
    rng = np.random.default_rng(20)
    centres = rng.normal(0.0, 0.65, (9, 20))
    centre = rng.integers(0, 9, 2000)
    x = (centres[centre] + rng.normal(0.0, 1.0, (2000, 20))).astype(np.float32)
    y = centre % 3
    return (x[:1500], y[:1500]), (x[1500:], y[1500:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--lr", type=float, default=0.01)
    args = parser.parse_args()

    keras.utils.set_random_seed(args.seed)
    train, validation = data()
    model = keras.Sequential(
        [
            keras.Input((20,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(args.lr), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        *train,
        batch_size=50,
        epochs=10,
        validation_data=validation,
        verbose=0,
        callbacks=[keras.callbacks.CSVLogger(args.csv)],
    )


if __name__ == "__main__":
    main()
