"""What a user does without sonaxis: a folder of recordings LABEL_GROUP_TAKE.wav, librosa, Keras, one training for every
axis, held-out group and seed. Same net, epochs, batch and division as sonaxis compare --folds group.

usage: job.py --impl keras-tensorflow --data DIR [--rate 8000] [--epochs 15] [--seeds 2]"""
import time

began = time.perf_counter()
import glob  # noqa: E402
import os  # noqa: E402

from common import KERAS_AXIS, need, options, say  # noqa: E402

a = options(__doc__, ("--data", dict(required=True)), ("--rate", dict(type=int, default=8000)),
            ("--epochs", dict(type=int, default=15)), ("--seeds", dict(type=int, default=2)),
            ("--duration", dict(type=float, default=1.0)))
os.environ["KERAS_BACKEND"] = a.impl.split("-")[1]
np, librosa, soundfile, keras = need("numpy"), need("librosa"), need("soundfile"), need("keras")
from keras import layers as L  # noqa: E402


def spectrogram(path):
    wave, rate = soundfile.read(path, dtype="float32")
    length = int(a.duration * a.rate)
    wave = np.pad(wave[:length], (0, max(0, length - len(wave))))
    fft = 1 << (rate * 25 // 1000 - 1).bit_length()
    mel = librosa.feature.melspectrogram(y=wave, sr=rate, n_fft=fft, win_length=rate * 25 // 1000, hop_length=rate // 100,
                                         n_mels=40, center=False, htk=True, norm=None)
    return np.log(mel.T + 1e-6)


def small(shape, classes, axis):
    model = keras.Sequential([L.Input(shape)])
    for width in (16, 32, 64):
        for layer in (L.Conv2D(width, 3, padding="same"), L.BatchNormalization(axis=KERAS_AXIS[axis]),
                      L.Activation("relu"), L.MaxPooling2D(2)):
            model.add(layer)
    model.add(L.GlobalAveragePooling2D())
    model.add(L.Dense(classes, activation="softmax"))
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


paths = sorted(glob.glob(os.path.join(a.data, "*.wav")))
words = [os.path.basename(path)[:-4].split("_") for path in paths]
labels, groups = sorted({w[0] for w in words}), sorted({w[1] for w in words})
x = np.stack([spectrogram(path) for path in paths])[..., None].astype(np.float32)
y = np.array([labels.index(w[0]) for w in words])
group = np.array([w[1] for w in words])
runs, scores = 0, {axis: [] for axis in a.axes.split(",")}
for held_out in groups:
    train, test = group != held_out, group == held_out
    mean, deviation = x[train].mean(), x[train].std()
    for seed in range(a.seeds):
        for axis in scores:
            keras.utils.set_random_seed(seed)
            model = small(x.shape[1:], len(labels), axis)
            model.fit((x[train] - mean) / deviation, y[train], batch_size=64, epochs=a.epochs, verbose=0)
            scores[axis].append(model.evaluate((x[test] - mean) / deviation, y[test], verbose=0)[1])
            runs += 1
wall = time.perf_counter() - began
say(what="whole_job", impl=a.impl, name="compare", threads=a.threads, runs=runs, wall_s=wall, median_ms=wall * 1e3,
    best_ms=wall * 1e3,
    accuracy={axis: round(float(np.mean(values)), 4) for axis, values in scores.items()})
