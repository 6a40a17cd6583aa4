"""A GGUF in another type by llama.cpp's own quantiser, which node-llama-cpp's package carries in its libllama.

Linux only.   quantise.py FROM.gguf OUT.gguf Q8_0|Q4_0|Q4_1|Q4_K_M|Q5_K_M|Q6_K|Q3_K_M|Q2_K
"""
import ctypes
import glob
import os
import platform
import sys

from gguf import LlamaFileType

PACKAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../node_modules/@node-llama-cpp")
MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


class Parameters(ctypes.Structure):
    """The head of llama_model_quantize_params; what follows keeps llama.cpp's defaults, whatever its length."""

    _fields_ = [("threads", ctypes.c_int32), ("type", ctypes.c_int32), ("rest", ctypes.c_uint8 * 248)]


def library():
    built = f"linux-{MACHINES.get(platform.machine())}"
    found = sorted(glob.glob(os.path.join(PACKAGES, built, "bins", built, "libllama*")))
    if not found:
        sys.exit("node-llama-cpp's libllama is not installed (npm ci)")
    for part in ("ggml-base", "ggml"):
        for path in sorted(glob.glob(os.path.join(os.path.dirname(found[0]), f"lib{part}.*"))):
            ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    return ctypes.CDLL(found[0])


def quantise(source, out, kind):
    llama = library()
    llama.llama_model_quantize_default_params.restype = Parameters
    llama.llama_model_quantize.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(Parameters)]
    parameters = llama.llama_model_quantize_default_params()
    parameters.threads, parameters.type = 1, int(LlamaFileType[f"MOSTLY_{kind}"])
    if llama.llama_model_quantize(source.encode(), out.encode(), ctypes.byref(parameters)) != 0:
        sys.exit(f"{source}: llama.cpp could not write it as {kind}")


if __name__ == "__main__":
    quantise(*sys.argv[1:])
