"""One second-quarter of two tones in every format sonaxis must read, made by libsndfile through soundfile, and the
samples NumPy meant: tone.npy (frames, 2) float64, mono files hold the first column. usage: python make.py"""
import os
import numpy as np, soundfile as sf

HERE = os.path.dirname(os.path.abspath(__file__))
def at(name): return os.path.join(HERE, name)

t = np.arange(2000) / 8000
tone = np.stack([0.5 * np.sin(2 * np.pi * 440 * t), 0.25 * np.sin(2 * np.pi * 1000 * t + 1)], 1)
np.save(at("tone.npy"), tone.astype("float32"))
for name, subtype in dict(u8="PCM_U8", s16="PCM_16", s24="PCM_24", s32="PCM_32", float="FLOAT", double="DOUBLE").items():
    sf.write(at(name + ".wav"), tone[:, 0], 8000, subtype=subtype)
sf.write(at("stereo.wav"), tone, 8000, subtype="PCM_16")
sf.write(at("rf64.wav"), tone[:, 0], 8000, format="RF64", subtype="PCM_16")
sf.write(at("tone.aiff"), tone[:, 0], 8000, subtype="PCM_16")
sf.write(at("stereo.flac"), tone, 8000, subtype="PCM_16")
sf.write(at("noise.flac"), np.random.default_rng(1).uniform(-0.1, 0.1, 12000), 8000, subtype="PCM_16")
sf.write(at("tone.ogg"), tone[:, 0], 8000)
sf.write(at("tone.opus"), tone[:, 0], 8000, format="OGG", subtype="OPUS")
sf.write(at("tone.mp3"), tone[:, 0], 8000)
long = np.random.default_rng(2).uniform(-0.1, 0.1, 24000)
sf.write(at("noise.ogg"), long, 8000)
