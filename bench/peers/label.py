"""The label of one recording from a cold start: process, libraries, model, spectrogram, inference. The caller measures.

usage: label.py --impl keras-tensorflow|onnxruntime --model FILE --wav FILE"""
import os

from common import need, options

a = options(__doc__, ("--model", dict(required=True)), ("--wav", dict(required=True)))
np, soundfile = need("numpy"), need("soundfile")
wave, rate = soundfile.read(a.wav, dtype="float32")
window, hop, fft = rate // 40, rate // 100, 1 << (rate // 40 - 1).bit_length()
if a.impl == "onnxruntime":  # a user without librosa writes these lines, and a process starts faster for it
    frames = np.lib.stride_tricks.sliding_window_view(wave, window)[::hop] * np.hanning(window + 1)[:-1]
    power = np.abs(np.fft.rfft(frames, fft)) ** 2
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + rate / 1400), 42) / 2595) - 1)
    hz = np.fft.rfftfreq(fft, 1 / rate)[:, None]
    bank = np.clip(np.minimum((hz - edges[:-2]) / np.diff(edges)[:-1], (edges[2:] - hz) / np.diff(edges)[1:]), 0, None)
    x = np.log(power @ bank + 1e-6)
else:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    x = np.log(need("librosa").feature.melspectrogram(y=wave, sr=rate, n_fft=fft, win_length=window, hop_length=hop,
                                                      n_mels=40, center=False, htk=True, norm=None).T + 1e-6)
x = np.pad(x[:98], ((0, max(0, 98 - len(x))), (0, 0)))[None, ..., None].astype(np.float32)
if a.impl == "onnxruntime":
    session = need("onnxruntime").InferenceSession(a.model, providers=["CPUExecutionProvider"])
    print(session.run(None, {session.get_inputs()[0].name: x})[0].argmax())
else:
    need("keras")
    from keras.models import load_model

    print(np.asarray(load_model(a.model)(x)).argmax())
