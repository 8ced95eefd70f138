"""The nets in PyTorch, channels_last; a kept axis that is not channels is moved to dimension 1 for BatchNorm2d."""
import torch
from torch import nn

from common import DSCNN, PLAIN


class KeptAxisNorm(nn.Module):
    """Keeps dimension 1 (channels), 2 (time) or 3 (frequency) of (batch, channels, time, frequency)."""

    def __init__(self, kept, size):
        super().__init__()
        self.kept = kept
        self.norm = nn.BatchNorm2d(size, eps=1e-3, momentum=0.01)

    def forward(self, x):
        if self.kept == 1:
            return self.norm(x)
        return self.norm(x.transpose(1, self.kept)).transpose(1, self.kept)


def norm(axis, channels, time, frequency):
    kept, size = {"channels": (1, channels), "time": (2, time), "frequency": (3, frequency)}[axis]
    return [KeptAxisNorm(kept, size), nn.ReLU()]


def build(net, axis):
    layers = []
    if net == "dscnn":
        _, _, width, classes = DSCNN
        time, frequency = 25, 5
        layers += [nn.ZeroPad2d((1, 1, 4, 5)), nn.Conv2d(1, width, (10, 4), stride=2), *norm(axis, width, time, frequency)]
        for _ in range(4):
            layers += [nn.Conv2d(width, width, 3, padding=1, groups=width), *norm(axis, width, time, frequency)]
            layers += [nn.Conv2d(width, width, 1), *norm(axis, width, time, frequency)]
    else:
        time, frequency, widths, classes = PLAIN[net]
        before = 1
        for width in widths:
            layers += [nn.Conv2d(before, width, 3, padding=1), *norm(axis, width, time, frequency), nn.MaxPool2d(2)]
            before, time, frequency = width, time // 2, frequency // 2
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, classes)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)


def keras_shape(name, parameter):
    """(shape in a .sxm file, order of its dimensions here)"""
    if parameter.dim() == 4:
        out, in_, kt, kf = parameter.shape
        if in_ == 1 and out > 1 and kt == kf == 3 and name != "0.weight":
            return (kt, kf, out, in_), (2, 3, 0, 1)
        return (kt, kf, in_, out), (3, 2, 0, 1)
    if parameter.dim() == 2:
        return (parameter.shape[1], parameter.shape[0]), (1, 0)
    return tuple(parameter.shape), (0,)


def give_weights(model, weights, statistics):
    from common import split_like

    named = list(model.named_parameters())
    shapes = [keras_shape(name, p) for name, p in named]
    moving = [b for name, b in model.named_buffers() if "num_batches" not in name]
    with torch.no_grad():
        for (_, p), (_, order), value in zip(named, shapes, split_like(weights, [s for s, _ in shapes])):
            p.copy_(torch.from_numpy(value.transpose(order).copy()))
        for buffer, value in zip(moving, split_like(statistics, [tuple(b.shape) for b in moving])):
            buffer.copy_(torch.from_numpy(value.copy()))


def flat_gradient(model):
    """Gradients as one block in the order of a .sxm file."""
    import numpy as np

    parts = []
    for name, p in model.named_parameters():
        _, order = keras_shape(name, p)
        parts.append(p.grad.numpy().transpose(np.argsort(order)).ravel())
    return np.concatenate(parts)
