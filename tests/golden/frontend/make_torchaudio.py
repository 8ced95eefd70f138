"""The torchaudio rows of cases.tsv; see make.py, which must have run before. usage: python make_torchaudio.py"""
import os, wave
import numpy as np, torch
torch.version.cuda = "13.0"  # builds for two CUDA versions refuse each other; nothing here runs on a GPU
import torchaudio

HERE = os.path.dirname(os.path.abspath(__file__))
REAL = os.path.join(HERE, "../../../../shared/data/fsdd/recordings/7_jackson_3.wav")

def clip(name):
    if name != "real":
        return np.load(os.path.join(HERE, f"clip_{name}.npy")), 16000
    with wave.open(REAL) as f:
        return np.frombuffer(f.readframes(f.getnframes()), "<i2") / 32768.0, f.getframerate()

for name in ["sweep", "clicks", "noise", "real"]:
    y, rate = clip(name)
    plain = torchaudio.transforms.MelSpectrogram(rate)(torch.tensor(np.asarray(y, "float32")))
    torch.set_default_dtype(torch.float64)  # else the mel weights are rounded noise near their edges
    exact = torchaudio.transforms.MelSpectrogram(rate)(torch.tensor(np.asarray(y, "float64")))
    torch.set_default_dtype(torch.float32)
    error = ((plain - exact).abs() / exact.abs().clamp(min=1e-6 * float(exact.max()))).max()
    print(name, "torchaudio float32 against its float64 self: %.2g" % float(error))
    np.save(os.path.join(HERE, f"torchaudio_{name}.npy"), np.ascontiguousarray(exact.numpy().T, "float32"))
