#!/bin/sh
# The steps that made the sentiment model that ships:
#     sh training/sentiment.sh NEWSMTSC HUTTO RUNS
# Some 45 minutes on two free cores. docs/models.md says what the data are.
set -eu
data=$1 snippets=$2 runs=$3
here=$(dirname "$0")
train() { python "$here/sentiment_train.py" --data "$data" "$@"; }
first="--train-words --attention-dropout 0.1 --average 0.995 --average-every 1 --threads 1"

# One epoch each of longer schedules: on targets, and on rated snippets.
train $first --epochs 4 --rate 8e-5 --batch 16 --out "$runs/first"
train $first --epochs 2 --stage snippets --snippets "$snippets" --out "$runs/warm"
# From each, on targets; two epochs of longer schedules.
train --start "$runs/first/epoch-1.pt" --epochs 3 --out "$runs/one"
train --start "$runs/warm/epoch-1.pt" --epochs 4 --out "$runs/two"
# The mean of both ships, in 8 bits. A third run that went on from it added nothing.
python "$here/sentiment_export.py" --data "$data" --out "$runs/shipped" \
    --weights "$runs/one/epoch-2.pt" "$runs/two/epoch-2.pt"
CSTOLIB_SENTIMENT_MODEL="$runs/shipped" python "$here/sentiment_calibrate.py" --data "$data"
