#!/usr/bin/env bash
# What a GPU should tell first, within minutes: that Lethe's backend agrees with the processor and repeats its bits, then
# images a second beside PyTorch's, and where a step spends its time.
#   bench/gpu.sh [--minutes N] FOLDER    N: 9 unless given; results go to FOLDER
#
# It runs in a checkout that was built and in a pack with benchmarks (docs/gpu.md). Each stage has a time limit, a stage
# that fails ends nothing, and what is known is written at once. FOLDER then has at most six files:
#   summary.txt     a line or two for each stage, ratios at the end: read this first
#   all.log         what the stages printed
#   results.jsonl   images a second, a line for each measurement
#   profile.txt     the time of every call of a training step, by Lethe's own events
#   ncu.csv         the kernels of a training step, where Nsight Compute (ncu) is installed
#   cache.tgz       compiled kernels and cuDNN's timed plans; left in FOLDER, the next run uses them
#
# Environment: PYTHON, a Python with PyTorch (python3); LETHE_CUDA_PATH, folders of CUDA 13 and cuDNN 9 (those of PYTHON's
# wheels); CIFAR, a folder with CIFAR-10's binary files, to train airbench94 on; AGREE, the networks to compare (four);
# MODEL and BATCH, what to measure (resnet18, 512); HEAP, Java's largest heap (24g); LIMITS_PERCENT, to make all limits
# longer or shorter (100).
set -uo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
readonly here reserve=15 # seconds at the end to write what is left

usage() {
  echo "usage: bench/gpu.sh [--minutes N] FOLDER: N is a number of minutes, 2 or more; results go to FOLDER" >&2
  exit 2
}

minutes=9
if [ "${1:-}" = --minutes ]; then
  minutes=${2:-}
  shift 2 || usage
fi
[[ $# = 1 && $1 != -* && $minutes =~ ^[0-9]{1,3}$ && 10#$minutes -ge 2 ]] || usage
mkdir -p "$1" || exit 2
folder=$(cd "$1" && pwd)
readonly folder log=$folder/all.log summary=$folder/summary.txt results=$folder/results.jsonl
python=${PYTHON:-python3} model=${MODEL:-resnet18} batch=${BATCH:-512} percent=${LIMITS_PERCENT:-100}
work=$(mktemp -d)

# Java's launcher reads JDK_JAVA_OPTIONS in checkouts, packs and the processes that JMH starts.
export JDK_JAVA_OPTIONS="-Xmx${HEAP:-24g} -XX:ErrorFile=$work/crash.log --add-modules=jdk.incubator.vector \
--enable-native-access=ALL-UNNAMED ${JDK_JAVA_OPTIONS:-}"
export LC_ALL=C PYTHONUNBUFFERED=1 LETHE_CACHE=$work/cache
if [ -z "${LETHE_CUDA_PATH:-}" ]; then
  LETHE_CUDA_PATH=$("$python" -c 'import site; print(":".join(site.getsitepackages() + [site.getusersitepackages()]))')
fi
export LETHE_CUDA_PATH
unset LD_BIND_NOW # the bindings name functions that older minor versions of CUDA do not have, and Lethe does not call

# Milliseconds since some time.
now() { echo $((${EPOCHREALTIME/[^0-9]/} / 1000)); }

say() { tee -a "$summary" <<<"$*"; }

# Seconds, as limits count them, in milliseconds.
limit_ms() { echo $(($1 * 10 * percent)); }

in_seconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

# stage NAME LIMIT COMMAND...: runs the command for at most LIMIT seconds, or what is left; returns its exit code.
stage() {
  local name=$1 begin limit left offset code
  limit=$(limit_ms "$2")
  shift 2
  begin=$(now)
  left=$((deadline - begin))
  if [ "$left" -lt "$(limit_ms 5)" ]; then
    say "$name: left out, no time is left"
    return 99
  fi
  limit=$((limit < left ? limit : left))
  echo "=== $name" >>"$log"
  offset=$(wc -c <"$log")
  timeout -k "$(in_seconds "$(limit_ms 3)")" "$(in_seconds "$limit")" "$@" >>"$log" 2>&1 </dev/null &
  running=$!
  wait "$running"
  code=$?
  running=
  tail -c "+$((offset + 1))" "$log" >"$work/stage.log"
  if [ -f "$work/crash.log" ]; then
    head -n 80 "$work/crash.log" >>"$log"
    rm "$work/crash.log"
  fi
  local took
  took=$(in_seconds $(($(now) - begin)))
  case $code in
    0) say "$name: done in $took s" ;;
    124 | 137) say "$name: stopped after $took s" ;;
    *) say "$name: exit code $code after $took s" ;;
  esac
  # -a: what is no ASCII, such as JMH's plus-minus signs, makes a file binary to grep
  grep -aE '^(ok|FAIL|DEAD) |^Not compared|^Left out|^The run failed|Exception|Error:|CUDA error|^Backend cudnn' \
    "$work/stage.log" | tail -n 12 | cut -c 1-300 | tee -a "$summary"
  return "$code"
}

# agree NETWORK: compares with the processor, in a process of its own, since none may run after a failure of the device.
agree() {
  stage "agree-$1" 60 "$here/lethe" bench --agree cpu cudnn "$1"
  [ $? != 3 ] || LETHE_CUDA_EAGER=1 stage "agree-$1-eager" 40 "$here/lethe" bench --agree cpu cudnn "$1"
}

# lethe STAGE LIMIT ENGINE DTYPE: measures Lethe; the iterations of a measurement that is stopped count too.
lethe() {
  local arithmetic=$4 code
  stage "$1" "$2" "$here/lethe" bench TrainStep -f 1 -wi 1 -w 3 -i 4 -r 4 -p "engine=$3" -p "model=$model" \
    -p "dtype=$4" -p "batch=$batch"
  code=$?
  [[ $3 != *-tf32 ]] || arithmetic=tf32
  [ "$code" = 99 ] || sed -n '/^Iteration/,/^ *$/s/^ *images: *\([0-9.]*\) .*/\1/p' "$work/stage.log" | sort -g |
    awk -v engine="$3" -v model="$model" -v dtype="$arithmetic" -v batch="$batch" '{ rate[NR] = $1 } END { if (NR > 0)
      printf "{\"engine\": \"%s\", \"model\": \"%s\", \"dtype\": \"%s\", \"batch\": %d, \"images_per_second\": %.1f, " \
        "\"lowest\": %.1f, \"highest\": %.1f, \"rounds\": %d}\n", engine, model, dtype, batch,
        (rate[int((NR + 1) / 2)] + rate[int(NR / 2) + 1]) / 2, rate[1], rate[NR], NR }' | tee -a "$results" "$summary"
  return "$code"
}

# peer STAGE LIMIT VARIANTS DTYPE: measures PyTorch, which prints a line when a variant is done.
peer() {
  local code
  stage "$1" "$2" "$python" "$here/bench/peers/pytorch_gpu.py" --model "$model" --dtype "$4" --batch "$batch" \
    --variants "$3" --rounds 3
  code=$?
  [ "$code" = 99 ] || grep -a '^{"engine"' "$work/stage.log" | tee -a "$results" "$summary"
  return "$code"
}

facts() {
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.sm,clocks.max.sm --format=csv
  free -g
  nproc
  env | grep -E '^(LD_|CUDA|LETHE)'
  ls "$here" "${LETHE_CUDA_PATH%%:*}"/nvidia/*/lib
  "$python" -c 'import ctypes; ctypes.CDLL("libcuda.so.1"); print("the driver libcuda.so.1 was found")'
}
export -f facts
export here python

profile() {
  local ncu
  ncu=$(command -v ncu || echo /usr/local/cuda/bin/ncu)
  if [ ! -x "$ncu" ]; then
    say "profile: left out, ncu was not found"
    return
  fi
  # A step has about 200 kernels: the second and the third.
  stage profile 60 "$ncu" --target-processes all --clock-control none --graph-profiling node --csv \
    --log-file "$folder/ncu.csv" --metrics gpu__time_duration.sum,dram__bytes_read.sum,dram__bytes_write.sum \
    --launch-skip 300 --launch-count 260 "$here/lethe" bench TrainStep -f 0 -wi 0 -i 1 -r 1 -p engine=lethe-cudnn \
    -p "model=$model" -p dtype=bf16 -p "batch=$batch"
}

finish() {
  trap '' TERM INT
  [ -z "$running" ] || kill "$running"
  say "ratios:"
  timeout 5 "$python" "$here/bench/peers/ratios.py" "$results" 2>&1 | tee -a "$summary"
  [ ! -d "$work/cache" ] || timeout 5 tar czf "$folder/cache.tgz" -C "$work" cache 2>>"$log"
  rm -rf "$work"
}

running=
if [ -d "$here/engine" ]; then
  "$here/lethe" --version >/dev/null || exit 1 # builds, if it must, before the time counts
fi
: >"$log" >"$summary" >"$results"
[ ! -f "$folder/cache.tgz" ] || tar xzf "$folder/cache.tgz" -C "$work"
deadline=$(($(now) + $(limit_ms $((10#$minutes * 60 - reserve)))))
trap finish EXIT
trap 'exit 143' TERM INT

stage machine 15 bash -c facts
stage doctor 40 "$here/lethe" doctor
for network in ${AGREE:-mlp mnist-cnn resnet18 airbench94}; do
  agree "$network"
done
lethe lethe-bf16 100 lethe-cudnn bf16
peer peer-bf16 60 graph,eager bf16
LETHE_CUDA_PROFILE=$folder/profile.txt lethe lethe-bf16-untracked 40 lethe-cudnn-untracked bf16
stage same-bits 40 "$here/lethe" bench --agree cudnn cudnn "$model"
profile
if [ -n "${CIFAR:-}" ]; then
  stage airbench94 60 "$here/lethe" train --backend cudnn --data "$CIFAR" --model airbench94 --out "$work/run"
fi
lethe lethe-tf32 70 lethe-cudnn-tf32 f32
peer peer-tf32 40 graph tf32
peer peer-compile 150 compile bf16
lethe lethe-f32 80 lethe-cudnn f32 && peer peer-f32 40 graph f32
exit 0
