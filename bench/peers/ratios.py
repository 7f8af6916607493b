#!/usr/bin/env python3
"""Images a second of Lethe over those of PyTorch's best variant, from the results.jsonl of bench/gpu.sh.

    ratios.py results.jsonl
"""
import json
import sys


def rates(file):
    """(model, arithmetic) -> {engine: images a second}; the arithmetic is bf16, tf32 or f32."""
    found = {}
    with open(file) as lines:
        for line in lines:
            entry = json.loads(line)
            found.setdefault((entry["model"], entry["dtype"]), {})[entry["engine"]] = entry["images_per_second"]
    return found


def main():
    for (model, arithmetic), engines in sorted(rates(sys.argv[1]).items()):
        peers = {name: rate for name, rate in engines.items() if name.startswith("pytorch")}
        for name, rate in sorted(engines.items()):
            line = f"{model:10} {arithmetic:4} {name:24} {rate:12,.0f} images/s"
            if name not in peers and peers:
                best = max(peers, key=peers.get)
                line += f"  {rate / peers[best]:.2f} times {best}"
            print(line)
        if "lethe-cudnn" in engines and "lethe-cudnn-untracked" in engines:
            cost = 1 - engines["lethe-cudnn"] / engines["lethe-cudnn-untracked"]
            print(f"{model:10} {arithmetic:4} tracking costs {100 * cost:.2f}%")


if __name__ == "__main__":
    main()
