#!/bin/bash
# One comparison as a job array: each task observes one part of the cases. What is given goes to `turncoat compare`:
#
#   job=$(sbatch --parsable scripts/slurm/compare.sh candidate.gguf baseline.gguf --cases 4000 --out runs/night1)
#   sbatch --dependency=afterok:$job scripts/slurm/merge.sh runs/night1
#
# Models and the folder of --out are on a file system that all nodes see. One folder per comparison. A task that was
# killed or preempted goes on where it stopped: `scontrol requeue JOB_TASK`.
#SBATCH --job-name=turncoat
#SBATCH --array=1-4
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=turncoat-%A-%a.log
set -euo pipefail
# Part i of n. To submit some parts of an array again, say of how many: SHARDS=4 sbatch --array=2 …
exec ${TURNCOAT:-npx turncoat} compare "$@" --shard "$SLURM_ARRAY_TASK_ID/${SHARDS:-$SLURM_ARRAY_TASK_COUNT}"
