"""Golden numbers of the front-end: what librosa 0.11, Keras 3.15, SciPy and NumPy make of the same clips.

usage: KERAS_BACKEND=tensorflow python make.py      then, with torch and torchaudio:   python make_torchaudio.py

Clips are float32, 0.5 s, committed as .npy; the real recording is not committed, only numbers made from it.
Oracles get the clip as float64 and, where a tool would compute its mel weights in float32 (Keras), float64
weights too: the numbers are the definition, not the tool's own rounding noise. Output is (time, band), float32.
cases.tsv lists them: golden file, clip, how to compare (power, log or db), the options as JSON.
"""
import json, os, sys
import numpy as np, scipy.signal, soundfile, librosa

HERE = os.path.dirname(os.path.abspath(__file__))
REAL = os.path.join(HERE, "../../../../shared/data/fsdd/recordings/7_jackson_3.wav")

def clips():
    rng = np.random.default_rng(20240607)
    t = np.arange(8000) / 16000
    clicks = np.zeros(8000)
    clicks[[0, 1, 500, 1777, 4000, 4001, 7999]] = [1, -1, 0.5, 1, -0.25, 0.125, 1]
    return dict(sweep=0.8 * scipy.signal.chirp(t, 50, t[-1], 7500, method="logarithmic"), clicks=clicks,
                noise=0.2 * rng.standard_normal(8000))

def triangles(edges, hz, norm=False):
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    w = np.maximum(0, np.minimum((hz - low) / (mid - low), (high - hz) / (high - mid)))
    return w * (2 / (high - low)) if norm else w

def frames(y, length, hop):
    return np.lib.stride_tricks.sliding_window_view(y, length)[::hop]

def spectrum(y, window, hop, fft, power):
    w = scipy.signal.get_window(*window)
    return np.abs(np.fft.rfft(frames(y, len(w), hop) * w, fft)) ** power

def sonaxis(y, rate):
    p = spectrum(y, ("hann", rate // 40), rate // 100, 512 if rate == 16000 else 256, 2)
    m = librosa.filters.mel(sr=rate, n_fft=2 * (p.shape[1] - 1), n_mels=40, htk=True, norm=None, dtype=np.float64)
    return np.log(p @ m.T + 1e-6)

def peer(y, rate):
    m = librosa.feature.melspectrogram(y=y, sr=rate, n_fft=256, win_length=200, hop_length=80, n_mels=40,
                                       center=False, htk=True, norm=None)
    return np.log(m.T + 1e-6)

def librosa_db(y, rate):
    return librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=rate)).T

def librosa_power(y, rate):
    return librosa.feature.melspectrogram(y=y, sr=rate).T

def librosa_reflect(y, rate):
    m = librosa.feature.melspectrogram(y=y[:700], sr=rate, n_fft=2000, hop_length=300, n_mels=30, fmin=100,
                                       fmax=3900, norm=None, pad_mode="reflect", power=1)
    return librosa.amplitude_to_db(m, ref=0.5, amin=1e-4, top_db=60).T

def pcen(y, rate):
    m = librosa.feature.melspectrogram(y=y, sr=rate, n_mels=64)
    b = 0.06
    first = scipy.signal.lfilter_zi([b], [1, b - 1]) * m[:, :1]  # the average starts at the first frame
    return librosa.pcen(m, b=b, gain=0.9, bias=1.5, power=0.4, eps=1e-5, zi=first).T

def linear(y, rate):
    p = spectrum(y, ("hamming", 225, False), 150, 450, 1)
    hz = np.arange(226) * rate / 450
    return p[:, (hz >= 200) & (hz <= 3000)]

def rectangular(y, rate):
    return np.log(np.maximum(spectrum(y, ("boxcar", 96), 96, 96, 2), 1e-3))

def log_bands(y, rate):
    p = spectrum(y, ("hann", 600, False), 240, 600, 2)
    edges = np.geomspace(300, 3800, 14)
    return p @ triangles(edges, np.arange(301) * rate / 600, norm=True).T

def keras3(y, rate):
    import keras
    class Exact(keras.layers.MelSpectrogram):
        def linear_to_mel_weight_matrix(self, **options):
            return super().linear_to_mel_weight_matrix(**options, dtype="float64")
    plain = np.asarray(keras.layers.MelSpectrogram(sampling_rate=rate)(y.astype("float32"))).T
    exact = np.asarray(Exact(sampling_rate=rate, ref_power=np.float64(1), dtype="float64")(y)).T
    print("  keras float32 layer against its float64 self: %.2g dB" % np.abs(exact - plain).max())
    return exact

# name, oracle, compare, options; the made clips count as sampled at RATES, or 16 kHz
CASES = [
    ("sonaxis", sonaxis, "log", dict(preset="sonaxis")),
    ("peer", peer, "log", dict(preset="sonaxis", fft_size=256, window_samples=200, hop_samples=80, frame_is_fft=True)),
    ("librosa", librosa_db, "db", dict(preset="librosa")),
    ("librosa_power", librosa_power, "power", dict(preset="librosa", compression="none")),
    ("librosa_reflect", librosa_reflect, "db",
     dict(preset="librosa", fft_size=2000, window_samples=2000, hop_samples=300, band_count=30, low_hz=100,
          high_hz=3900, area_norm=False, centre="reflect", power=1, reference=0.5, floor=1e-4, top_db=60)),
    ("pcen", pcen, "log", dict(preset="librosa", band_count=64, compression="pcen", pcen_gain=0.9, pcen_bias=1.5,
                               pcen_power=0.4, pcen_smooth=0.06, pcen_epsilon=1e-5)),
    ("linear", linear, "power",
     dict(window="hamming", window_symmetric=True, window_samples=225, hop_samples=150, fft_size=450, power=1,
          bands="linear", low_hz=200, high_hz=3000, compression="none")),
    ("rectangular", rectangular, "log",
     dict(window="rectangular", window_samples=96, hop_samples=96, fft_size=96, bands="linear", floor=1e-3,
          floor_is_added=False)),
    ("log_bands", log_bands, "power",
     dict(window_symmetric=True, window_samples=600, hop_samples=240, fft_size=600, bands="log", band_count=12,
          low_hz=300, high_hz=3800, area_norm=True, compression="none")),
    ("keras3", keras3, "db", dict(preset="keras3")),
    ("torchaudio", None, "power", dict(preset="torchaudio")),
]
RATES = {"librosa": 22050, "librosa_power": 22050, "pcen": 22050, "peer": 8000}

def windows():
    """Sizes 2, 5, 8 and 25 of Hann, Hamming and the rectangle, each periodic, then symmetric."""
    return np.concatenate([scipy.signal.get_window(kind, size, fftbins) for kind in ("hann", "hamming", "boxcar")
                           for fftbins in (True, False) for size in (2, 5, 8, 25)])

def main():
    np.save(os.path.join(HERE, "windows.npy"), windows())
    lines = []
    inputs = {name: y.astype("float32") for name, y in clips().items()}
    for name, y in inputs.items():
        np.save(os.path.join(HERE, f"clip_{name}.npy"), y)
    real, real_rate = soundfile.read(REAL, dtype="float32")
    inputs["real"] = real
    for case, oracle, compare, options in CASES:
        for clip, y in inputs.items():
            rate = real_rate if clip == "real" else RATES.get(case, 16000)
            print(case, clip, rate)
            file = f"{case}_{clip}.npy"
            if oracle:
                np.save(os.path.join(HERE, file), np.ascontiguousarray(oracle(y.astype("float64"), rate), "float32"))
            options = dict(options, rate_hz=rate)
            lines.append("\t".join([file, clip, compare, json.dumps(options)]))
    open(os.path.join(HERE, "cases.tsv"), "w").write("\n".join(lines) + "\n")

main()
