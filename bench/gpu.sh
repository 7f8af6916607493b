#!/usr/bin/env bash
# The GPU backend beside PyTorch on the same device: that it agrees with the processor, then images a second, then ratios.
#   bench/gpu.sh [FOLDER]    raw numbers go to FOLDER (default: lethe-out/gpu)
# In a pack that was made with --bench it runs as it is: ./lethe pack --cuda --without mnist,figures --bench bench
# JAVA names a Java 25 with what LETHE_JAR needs (default: what ./lethe finds, and bench/target/bench.jar after a build);
# PYTHON a Python with PyTorch; LETHE_CUDA_PATH the folders of CUDA 13 and cuDNN 9 where the system does not find them.
# AGREE, the networks to compare; MODELS, those to measure; VARIANTS of PyTorch; BATCH; PERIOD, seconds of a measurement.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-lethe-out/gpu}
mkdir -p "$out"
jar=${LETHE_JAR:-$here/bench/target/bench.jar}
flags="--add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED"

if [ -n "${JAVA:-}" ]; then
  bench() { "$JAVA" $flags -jar "$jar" "$@"; }
  agree() { "$JAVA" $flags -cp "$jar" dev.lethe.bench.BackendAgreement "$@"; }
else
  bench() { "$here/lethe" bench "$@"; }
  agree() { "$here/lethe" bench --agree "$@"; }
fi

echo "== agreement with the processor"
# shellcheck disable=SC2086 # MODELS and AGREE are lists of networks
agree cpu cudnn ${AGREE:-} 2>&1 | tee "$out/agreement.txt" || case $? in
  1) echo "they do NOT agree: what follows is to be doubted" ;;
  *) exit 1 ;; # what is missing has been said
esac

for model in ${MODELS:-resnet18}; do
  for dtype in bf16 f32; do
    engines=lethe-cudnn,lethe-cudnn-untracked
    [ $dtype = bf16 ] || engines=$engines,lethe-cudnn-tf32
    echo "== Lethe, $model, $dtype"
    bench TrainStep -f 1 -wi 2 -w "${PERIOD:-5}" -i 5 -r "${PERIOD:-5}" -p engine=$engines -p "model=$model" \
      -p dtype=$dtype -p "batch=${BATCH:-512}" -rf json -rff "$out/lethe-$model-$dtype.json" | tee "$out/lethe-$model-$dtype.txt"
  done
  for dtype in bf16 tf32 f32; do
    echo "== PyTorch, $model, $dtype"
    "${PYTHON:-python3}" "$here/bench/peers/pytorch_gpu.py" --model "$model" --dtype $dtype --batch "${BATCH:-512}" \
      --variants "${VARIANTS:-eager,compile,graph}" |
      tee "$out/pytorch-$model-$dtype.jsonl"
  done
done

echo "== ratios"
"${PYTHON:-python3}" "$here/bench/peers/ratios.py" "$out" | tee "$out/ratios.txt"
