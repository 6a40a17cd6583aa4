#!/bin/bash
# Unites what the tasks of compare.sh observed, takes apart what stands out, and prints the report into the job's log:
#
#   sbatch --dependency=afterok:$job scripts/slurm/merge.sh runs/night1
#
# What follows the folder goes to `turncoat merge`. It needs the models too: surprising calls are tried in every case,
# and triggers are confirmed on fresh ones.
#SBATCH --job-name=turncoat-merge
#SBATCH --requeue
#SBATCH --output=turncoat-merge-%j.log
set -euo pipefail
folder=$1
shift
# The verdict is no failure of the job.
exec ${TURNCOAT:-npx turncoat} merge "$folder"/*.shard-*.sqlite --out "$folder" --fail-on never "$@"
