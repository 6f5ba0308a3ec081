#!/bin/sh
# The steps that made the sentiment model that ships:
#     sh training/sentiment.sh NEWSMTSC RELATIONS ASPECTS HUTTO RUNS
# About an hour of one core. docs/models.md says what the data are.
set -eu
data=$1 relations=$2 aspects=$3 snippets=$4 runs=$5
here=$(dirname "$0")
train() { python "$here/sentiment_train.py" --data "$data" --several 1.4 --threads 1 "$@"; }
from="--start $runs/wide/epoch-1.pt --epochs 2"

# An epoch on targets, relations and aspects, and from there three runs on targets alone.
train --relations "$relations" --aspects "$aspects" --several 1 --epochs 1 --seed 11 \
    --out "$runs/wide"
train $from --seed 21 --out "$runs/one"
train $from --seed 22 --out "$runs/two"
train $from --seed 23 --dropout 0.15 --out "$runs/three"
# Whole sentences, without a mask, are learnt from snippets last.
train --start "$runs/one/epoch-2.pt" "$runs/two/epoch-2.pt" "$runs/three/epoch-2.pt" --epochs 1 \
    --rate 5e-5 --snippets "$snippets" --seed 24 --out "$runs/last"
# The mean of the last and of the mean of the three ships, in 8 bits.
last=$runs/last/epoch-1.pt
python "$here/sentiment_export.py" --data "$data" --out "$runs/shipped" --weights \
    "$last" "$last" "$last" "$runs/one/epoch-2.pt" "$runs/two/epoch-2.pt" "$runs/three/epoch-2.pt"
CSTOLIB_SENTIMENT_MODEL="$runs/shipped" python "$here/sentiment_calibrate.py" --data "$data"
