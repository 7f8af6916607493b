#!/usr/bin/env python3
"""Training steps of PyTorch on a GPU, for comparison with Lethe's on the same device and shapes.

The network, loss and optimizer are those of Lethe's TrainStepBenchmark; the data set lies on the device as bytes, and a
step gathers, moves, mirrors and normalises its images there. Prints one line of JSON a variant: the median of images a
second over the rounds, with the lowest and highest.

    pytorch_gpu.py [--model resnet18|wrn-28-10] [--dtype bf16|tf32|f32] [--batch 512] [--variants eager,compile,graph]
"""
import argparse
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

EXAMPLES = 50_000
PADDING = 4


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class BasicBlock(nn.Module):
    """He et al., CVPR 2016."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv(outputs, outputs, 3), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class WideBlock(nn.Module):
    """Zagoruyko and Komodakis, BMVC 2016, with dropout between the convolutions."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        self.dropout = nn.Dropout(0.3)
        self.same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if self.same else conv(inputs, outputs, 1, stride)

    def forward(self, x):
        z = F.relu(self.bn1(x))
        y = self.conv2(self.dropout(F.relu(self.bn2(self.conv1(z)))))
        return y + (x if self.same else self.shortcut(z))


def resnet18():
    layers, inputs = [conv(3, 64, 3), nn.BatchNorm2d(64), nn.ReLU()], 64
    for outputs, stride in [(64, 1), (128, 2), (256, 2), (512, 2)]:
        layers += [BasicBlock(inputs, outputs, stride), BasicBlock(outputs, outputs, 1)]
        inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def wrn_28_10():
    layers, inputs = [conv(3, 16, 3)], 16
    for outputs, stride in [(160, 1), (320, 2), (640, 2)]:
        for block in range(4):
            layers.append(WideBlock(inputs, outputs, stride if block == 0 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.BatchNorm2d(640), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                         nn.Linear(640, 10))


class Step:
    """One training step on the next batch of the data set."""

    def __init__(self, model, dtype, batch):
        self.dtype, self.batch = dtype, batch
        torch.manual_seed(1)
        self.network = model().cuda().to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.01, momentum=0.9, nesterov=True,
                                         weight_decay=5e-4, fused=True)
        self.images = torch.randint(0, 256, (EXAMPLES, 3, 32, 32), dtype=torch.uint8, device="cuda")
        self.images = self.images.to(memory_format=torch.channels_last)
        self.labels = torch.randint(0, 10, (EXAMPLES,), device="cuda")
        self.order = torch.randperm(EXAMPLES, device="cuda")
        self.ids = torch.empty(batch, dtype=torch.long, device="cuda")
        self.loss = torch.zeros((), device="cuda")
        self.compute = self.forward
        self.at = 0

    def views(self, ids):
        """Moved by up to four pixels and mirrored at random, each image by itself."""
        padded = F.pad(self.images[ids], [PADDING] * 4)
        n = len(ids)
        down = torch.randint(0, 2 * PADDING + 1, (n, 1), device="cuda") + torch.arange(32, device="cuda")
        right = torch.randint(0, 2 * PADDING + 1, (n, 1), device="cuda") + torch.arange(32, device="cuda")
        flip = torch.rand(n, 1, device="cuda") < 0.5
        right = torch.where(flip, right.flip(1), right)
        rows = torch.arange(n, device="cuda")[:, None, None]
        moved = padded.permute(0, 2, 3, 1)[rows, down[:, :, None], right[:, None, :]].permute(0, 3, 1, 2)
        return (moved.float() / 255 - 0.5) * 6

    def forward(self, ids):
        x = self.views(ids).to(memory_format=torch.channels_last)
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=self.dtype == "bf16"):
            logits = self.network(x)
        return F.cross_entropy(logits.float(), self.labels[ids])

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.compute(self.ids)
        loss.backward()
        self.optimizer.step()
        self.loss.copy_(loss.detach())

    def next(self):
        if self.at + self.batch > EXAMPLES:
            self.at = 0
        self.ids.copy_(self.order[self.at:self.at + self.batch])
        self.at += self.batch


def prepared(step, variant):
    if variant == "compile":
        step.compute = torch.compile(step.forward, mode="max-autotune")
    if variant != "graph":
        return step.run
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(5):
            step.run()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step.run()
    return graph.replay


def measure(variant, arguments, model):
    step = Step(model, arguments.dtype, arguments.batch)
    run = prepared(step, variant)
    rates = []
    for round_ in range(arguments.rounds + 1):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        for _ in range(arguments.steps):
            step.next()
            run()
        torch.cuda.synchronize()
        if round_ > 0:  # the first warms up
            rates.append(arguments.steps * arguments.batch / (time.perf_counter() - begin))
    loss = step.loss.item()
    if loss != loss:
        sys.exit(f"{variant}: the loss is not a number")
    return {"engine": "pytorch-" + variant, "model": arguments.model, "dtype": arguments.dtype,
            "batch": arguments.batch, "images_per_second": statistics.median(rates), "lowest": min(rates),
            "highest": max(rates), "loss": loss, "torch": torch.__version__,
            "cudnn": torch.backends.cudnn.version(), "device": torch.cuda.get_device_name()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    models = {"resnet18": resnet18, "wrn-28-10": wrn_28_10}
    parser.add_argument("--model", choices=models, default="resnet18")
    parser.add_argument("--dtype", choices=["bf16", "tf32", "f32"], default="bf16")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--variants", default="eager,compile,graph")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=50, help="of a round")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("PyTorch finds no GPU here")
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = arguments.dtype == "tf32"
    for variant in arguments.variants.split(","):
        print(json.dumps(measure(variant, arguments, models[arguments.model])), flush=True)


if __name__ == "__main__":
    main()
