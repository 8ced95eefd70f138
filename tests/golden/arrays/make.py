"""Arrays as NumPy writes them, in every type sonaxis reads and some it refuses. usage: python make.py

Numbers are 0 to 11 (bool: odd ones true) in shape (2, 3, 2) unless the name says otherwise."""
import io, os, struct, zipfile
import numpy as np
from numpy.lib import format as npy

HERE = os.path.dirname(os.path.abspath(__file__))
def at(name): return os.path.join(HERE, name)

numbers = np.arange(12).reshape(2, 3, 2)
for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    np.save(at(kind + ".npy"), numbers.astype("<" + kind))
np.save(at("b1.npy"), numbers % 2 == 1)
np.save(at("big_f4.npy"), numbers.astype(">f4"))
np.save(at("big_i2.npy"), -numbers.astype(">i2"))
np.save(at("fortran_f8.npy"), np.asfortranarray(numbers.astype("<f8")))
np.save(at("halves.npy"), np.array([1.5, -2, 65504, 6e-8, np.inf, -np.inf, np.nan, 0.1], "<f2"))
np.save(at("scalar.npy"), np.float64(2.5))
np.save(at("empty.npy"), np.zeros((0, 4), "<f4"))
labels = ["yes", "no", "J\u00fcrgen", "\u65e5\u672c", "\U0001f600", ""]
np.save(at("unicode.npy"), np.array(labels, "<U8"))
np.save(at("big_unicode.npy"), np.array(labels, ">U8"))
np.save(at("bytes.npy"), np.array([b"cat", b"", b"elephant"]))
np.save(at("numbers.npy"), np.array([7, -3.5, 0.1, 1e20, -0.0]))
for version in [(2, 0), (3, 0)]:
    with open(at("version%d.npy" % version[0]), "wb") as f:
        npy.write_array(f, numbers.astype("<f4"), version=version)
np.save(at("refused_object.npy"), np.array(["a", 1], dtype=object), allow_pickle=True)
np.save(at("refused_complex.npy"), np.zeros(3, "c8"))
np.save(at("refused_date.npy"), np.zeros(3, "M8[s]"))
np.save(at("refused_record.npy"), np.zeros(3, [("a", "<f4"), ("b", "<i4")]))

np.savez(at("plain.npz"), X=numbers.astype("f4"), y=np.array(["a", "b"]))
np.savez_compressed(at("packed.npz"), X=np.zeros((300, 400), "f4"), y=np.arange(300))
with zipfile.ZipFile(at("not_arrays.npz"), "w") as z:
    z.writestr("readme.txt", "no arrays here")
    z.writestr("X.npy", "no array either")

def member(promised):
    """A member of 200 kB of zeros whose .npy header promises `promised` float32."""
    f = io.BytesIO()
    npy.write_array_header_1_0(f, dict(descr="<f4", fortran_order=False, shape=(promised,)))
    return f.getvalue() + bytes(200000)

with zipfile.ZipFile(at("lying_header.npz"), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("X.npy", member(10**9))
with zipfile.ZipFile(at("bomb.npz"), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("X.npy", member(50000))
raw = bytearray(open(at("bomb.npz"), "rb").read())
central = raw.rindex(b"PK\x01\x02")  # its size field is at 24, that of the local header at 22
for place in (central + 24, 22):
    raw[place:place + 4] = struct.pack("<I", 3 * 10**9)
open(at("bomb.npz"), "wb").write(raw)
