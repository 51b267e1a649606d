# shellcheck shell=sh disable=SC2154 # part of ./run
# A fleet without a second machine: three stores play two machines that measure and one that compiles, and Nix reaches
# them as it does over ssh, but that for `localhost` it starts a shell instead. Their rounds were measured before. This
# shows who gets what, and never a figure. Half of the rounds are at constant rates, and come after the others.

fleet=$scratch/fleet
mkdir -p "$fleet/flake/nix" "$fleet/flake/program" "$fleet/builds" "$fleet/loop"

# Builds that a failure leaves behind would go on, in folders that nobody removes.
end_fleet() {
  exec 7<&- 8<&-
  for process in ${building-} $(cat "$fleet"/*/daemons 2>/dev/null); do
    if grep -q "$fleet" "/proc/$process/cmdline" 2>/dev/null; then
      kill "$process" || true
    fi
  done
  wait
  rm -rf "$scratch"
}
trap end_fleet EXIT

cp nix/tests/fleet/flake.nix "$fleet/flake/"
cp nix/fleet.nix nix/measured.nix "$fleet/flake/nix/"
grep -q '"latency": true' reports/before/plan.json || fail 'reports/before has no rounds at constant rates'
cp -r reports/before "$fleet/whole"
/usr/bin/python3 nix/tests/fleet/apart.py "$fleet/whole" "$fleet/flake/rounds"
rounds=$(find "$fleet/flake/rounds" -mindepth 1 -maxdepth 1 | wc -l)
# What the wrappers start in the end.
program=$scratch/dyno/bin/dyno
while [ "$(head -c 2 "$program")" = '#!' ]; do
  program=$(sed -n 's/^ *exec \([^ ]*\) .*/\1/p' "$program")
done
cp "$program" "$fleet/flake/program/dyno"
must 'the reports of the campaign' "$program" report "$fleet/whole"

# A machine with these features, and what ssh would start there.
machine() {
  mkdir -p "$fleet/$1/run"
  touch "$fleet/$1/run/lock" "$fleet/$1/run/measured"
  cat >"$fleet/$1/daemon" <<END
#!/bin/sh
NIX_CONFIG="\$NIX_CONFIG
system-features = $2
extra-sandbox-paths = /run/dyno=$fleet/$1/run"
export NIX_CONFIG
echo \$\$ >>"$fleet/$1/daemons"
exec nix-daemon "\$@"
END
  chmod +x "$fleet/$1/daemon"
  echo "ssh-ng://localhost?remote-program=$fleet/$1/daemon&remote-store=$fleet/$1/store $system - 1 1 ${2:--} ${2:--}" \
    >>"$fleet/machines"
}
machine first dyno-bench
machine second dyno-bench
machine compiler ''

build_fleet() {
  TMPDIR=$fleet/builds
  export TMPDIR
  exec nix/tests/host/run build "path:$fleet/flake#fleet.latency" -L --no-link --max-jobs 0 \
    --store "$fleet/coordinator/store" --builders "@$fleet/machines"
}

# On a machine that is busy with other things, copying takes minutes.
until_so() {
  for _ in $(seq 6000); do
    if "$@"; then
      return 0
    fi
    sleep 0.1
  done
  return 1
}

wait_for_locks() {
  [ "$(grep -c 'waiting for another campaign' "$scratch/log")" = 2 ]
}

# At least so many rounds on a machine.
has_measured() {
  [ "$(wc -l <"$fleet/$1/run/measured")" -ge "$2" ]
}

# The paths of a store, those that it built itself marked by a plus.
paths_of() {
  nix --extra-experimental-features nix-command path-info --all --json --store "$fleet/$1/store" |
    /usr/bin/python3 -c 'import json, sys
for path in json.load(sys.stdin):
    print("+" if path.get("ultimate") else "-", path["path"])'
}

# Two machines take a round each, and wait for somebody who measures there.
exec 7<"$fleet/first/run/lock" 8<"$fleet/second/run/lock"
flock 7
flock 8
build_fleet >"$scratch/log" 2>&1 7<&- 8<&- &
building=$!
until_so wait_for_locks || fail 'two machines do not get a round each'
ok 'two machines get a round each, and wait until nobody else measures there'

# One of them measures one and begins another, and the build is killed.
exec 7<&-
until_so has_measured first 2 || fail 'the first machine measures nothing'
kill "$building"
wait "$building" || true
kept=$(paths_of coordinator | sed -n 's/.*-dyno-round-\([0-9]*\)$/\1/p')
[ -n "$kept" ] || fail 'a killed build keeps nothing'
: >"$fleet/first/run/measured"

# It goes on with what is missing, first on the other machine.
exec 7<"$fleet/first/run/lock"
flock 7
exec 8<&-
build_fleet >"$scratch/log" 2>&1 7<&- 8<&- &
building=$!
until_so has_measured second 1 || fail 'the second machine measures nothing'
exec 7<&-
wait "$building" || fail 'a killed build does not go on'
# The machine may have gone on with the round that was killed; the next one waited for it.
if grep -hxF "$kept" "$fleet"/*/run/measured; then fail 'a round that was kept was measured again'; fi
ok 'a killed build keeps its rounds, and measures those that are missing'

for name in coordinator first second compiler; do
  paths_of "$name" >"$fleet/$name/paths"
done
for name in first second; do
  grep -q '^+ .*-dyno-round-' "$fleet/$name/paths" || fail "the machine $name has no round"
  if grep '^+' "$fleet/$name/paths" | grep -qv 'dyno-round-'; then fail "the machine $name compiled something"; fi
done
if grep -q '^+ .*-dyno-round-' "$fleet/compiler/paths"; then fail 'the machine that compiles measured a round'; fi
grep -q '^+ .*-dyno$' "$fleet/compiler/paths" || fail 'the machine that compiles compiled nothing'
[ "$(grep -c '^- .*-dyno-round-[0-9]*\(-at-rates\)\?$' "$fleet/coordinator/paths")" = "$rounds" ] || fail 'the coordinator lacks a round, or measured one'
ok 'rounds go to the machines that measure, and nothing else does'

# The same rounds in one place.
must 'the fleet in one place' host build "path:$fleet/flake#fleet.latency" -L --out-link "$fleet/one" --option system-features dyno-bench
merged=$fleet/coordinator/store$(readlink "$fleet/one")
must 'a fleet makes the same campaign, byte for byte' diff -r "$merged" "$fleet/one/"
for file in decision.md index.html summary.csv verdicts.csv; do
  must "its $file is the one of the campaign that was taken apart" cmp "$fleet/whole/$file" "$merged/$file"
done

# The loop of the document. After two rounds the decision is open, after three it is settled, and the loop ends.
until_decided() {
  cd "$fleet/loop" || return
  # shellcheck disable=SC2317 # the loop calls it
  nix() {
    "$project/nix/tests/host/run" "$1" "path:$fleet/flake${2#.}" "$3" --option system-features dyno-bench
  }
  eval "$(sed -n '/^for rounds in /,/^done$/p' "$project/docs/fleet.md" | sed 's/ in 5 .*; do/ in 2 3 1; do/')"
}
(until_decided) >"$scratch/log" 2>&1 || fail 'the loop until it is decided'
must 'the loop ends with the round that settles the decision' grep -q '"rounds": 3,' "$fleet/loop/result/campaign.json"
