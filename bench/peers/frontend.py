"""Microseconds a frame of log-mel spectrograms: 10 s at 16 kHz, window 25 ms, hop 10 ms, FFT 512, 40 bands.

usage: frontend.py --impl librosa|tf-signal|keras-layer|torch-stft|kaldi [--threads 1]"""
import os

from common import measure, need, options, say, summary

RATE, WINDOW, HOP, FFT, BANDS = 16000, 400, 160, 512, 40
a = options(__doc__)
np = need("numpy")
wave = (np.random.default_rng(0).integers(-3000, 3000, 10 * RATE) / 32768).astype(np.float32)


def librosa():
    feature = need("librosa").feature
    how = dict(sr=RATE, n_fft=FFT, win_length=WINDOW, hop_length=HOP, n_mels=BANDS, center=False, htk=True, norm=None)
    return lambda: np.log(feature.melspectrogram(y=wave, **how) + 1e-6)


def tf_signal():
    tf = need("tensorflow")
    tf.config.threading.set_intra_op_parallelism_threads(a.threads)
    bank = tf.signal.linear_to_mel_weight_matrix(BANDS, FFT // 2 + 1, RATE, 0.0, RATE / 2)
    samples = tf.constant(wave)

    @tf.function
    def run(x):
        return tf.math.log(tf.matmul(tf.abs(tf.signal.stft(x, WINDOW, HOP, FFT)) ** 2, bank) + 1e-6)

    return lambda: run(samples).numpy()


def keras_layer():
    os.environ["KERAS_BACKEND"] = "tensorflow"
    need("tensorflow").config.threading.set_intra_op_parallelism_threads(a.threads)
    layer = need("keras").layers.MelSpectrogram(fft_length=FFT, sequence_stride=HOP, sequence_length=WINDOW,
                                                num_mel_bins=BANDS, sampling_rate=RATE)
    return lambda: np.asarray(layer(wave[None]))


def torch_stft():
    torch = need("torch")
    torch.set_num_threads(a.threads)
    window, samples = torch.hann_window(WINDOW), torch.from_numpy(wave)
    bank = torch.rand(FFT // 2 + 1, BANDS)  # the product costs the same whatever is in it

    def run():
        spectrum = torch.stft(samples, FFT, HOP, WINDOW, window, center=False, return_complex=True)
        return torch.log(spectrum.abs().pow(2).T @ bank + 1e-6)

    return run


def kaldi():
    knf = need("kaldi_native_fbank")
    settings = knf.FbankOptions()
    settings.frame_opts.dither = 0
    settings.mel_opts.num_bins = BANDS
    samples = (wave * 32768).tolist()

    def run():
        bank = knf.OnlineFbank(settings)
        bank.accept_waveform(RATE, samples)
        bank.input_finished()
        return bank.num_frames_ready

    return run


makers = {"librosa": librosa, "tf-signal": tf_signal, "keras-layer": keras_layer, "torch-stft": torch_stft, "kaldi": kaldi}
result = summary(measure(makers[a.impl](), a.seconds))
frames = 1 + (len(wave) - WINDOW) // HOP
say(what="front_end", impl=a.impl, name="sonaxis", frames=frames, threads=a.threads,
    us_per_frame=round(result["median_ms"] * 1e3 / frames, 4), best=round(result["best_ms"] * 1e3 / frames, 4), **result)
