"""The script of docs/keras.md: spectrograms of 1,000 spoken digits, a net, and what sonaxis takes. Run it in the data folder."""
import glob, os
import keras, librosa, numpy as np
from keras import layers

X, y, speakers = [], [], []
for path in sorted(glob.glob("recordings/*_*_*.wav")):
    digit, speaker, take = os.path.basename(path)[:-4].split("_")
    if int(take) >= 25:
        continue
    sound = librosa.util.fix_length(librosa.load(path, sr=8000)[0], size=8000)
    mel = librosa.feature.melspectrogram(y=sound, sr=8000, n_fft=256, hop_length=128, n_mels=40)
    X.append(librosa.power_to_db(mel).T / 40 + 1)
    y.append(int(digit))
    speakers.append(speaker)
X, y = np.array(X, "float32"), np.array(y)

model = keras.Sequential([keras.Input((*X.shape[1:], 1))])
for filters in (16, 32, 64):
    model.add(layers.Conv2D(filters, 3, padding="same"))
    model.add(layers.BatchNormalization(axis=-1))
    model.add(layers.Activation("relu"))
    model.add(layers.MaxPooling2D())
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
model.save("my.keras")
np.save("X.npy", X)
np.save("y.npy", y)
np.save("speakers.npy", np.array(speakers))
