# shellcheck shell=sh disable=SC2154 # part of ./run
# The flake in other hands: its template in a flake of someone's own, and default.nix.

# The template, as `nix flake init` leaves it, with an address for dyno. Its inputs are dyno's, which have stand-ins.
mine=$scratch/mine
mkdir "$mine"
(cd "$mine" && "$project/nix/tests/host/run" flake init -t "git+file://$project") >"$scratch/log" 2>&1 || fail 'nix flake init -t'
ok 'nix flake init -t'
sed -i "s|^  inputs.dyno.url = .*|  inputs = {\n    dyno.url = \"git+file://$project\";\n\
    dyno.inputs = { nixpkgs.follows = \"nixpkgs\"; rust-overlay.follows = \"rust-overlay\"; };\n\
    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-26.05\";\n\
    rust-overlay.url = \"github:oxalica/rust-overlay\";\n    rust-overlay.inputs.nixpkgs.follows = \"nixpkgs\";\n  };|" \
  "$mine/flake.nix"

# A third contender may hold next to no memory, and is killed: its trials are marked, and all others are kept.
cat >>"$mine/dyno.toml" <<'END2'

[[contender]]
name = "starved"
stack = "Rust: axum, killed for its memory"
run = ["axum/bin/server-axum", "--listen", "{listen}"]
memory_mib = 1
END2
must "the template's quick campaign, some of it marked" host build "path:$mine#reports-quick" -L --out-link "$scratch/mine-reports"
# Without a lock file no input follows another, and none is pinned.
must 'its environment.json' /usr/bin/python3 nix/tests/environment.py "$scratch/mine-reports/environment.json" sandbox \
  dyno dyno/nixpkgs dyno/rust-overlay dyno/rust-overlay/nixpkgs nixpkgs rust-overlay rust-overlay/nixpkgs \
  / axum mine starved
must 'its samples and their marks' /usr/bin/python3 nix/tests/marks.py "$scratch/mine-reports" axum mine / starved

# Two rounds as derivations, for short. Without a machine that measures, none is built.
sed -i 's|^ *matrix = ./dyno.toml;|&\n rounds = 2;\n options = [ "--duration" "1s" "--warmup" "0s" "--scenarios" "validate" "--driver" "dyno" \
  "--even-if-busy" ];|' "$mine/flake.nix"
must_fail 'a round without a machine that measures' 'dyno-bench' host build "path:$mine#fleet" --no-link
must "the template's fleet of one machine" host build "path:$mine#fleet" -L --out-link "$scratch/mine-fleet" \
  --max-jobs 1 --option system-features dyno-bench
must 'its samples and their marks' /usr/bin/python3 nix/tests/marks.py "$scratch/mine-fleet" axum mine / starved
must 'its campaign.json' grep -q '"settlement"' "$scratch/mine-fleet/campaign.json"
first_round() {
  host eval --raw "path:$mine#fleet.round-1.drvPath" 2>"$scratch/log"
}
before=$(first_round) || fail 'the first round'
sed -i 's/rounds = 2/rounds = 3/' "$mine/flake.nix"
[ "$before" = "$(first_round)" ] || fail 'more rounds measure the first one again'
ok 'more rounds leave those that are measured'
sed -i 's/rounds = 3/epoch = 1; rounds = 3/' "$mine/flake.nix"
[ "$before" != "$(first_round)" ] || fail 'another epoch does not measure the first round again'
ok 'another epoch measures again'

# A campaign that is not finished is no result.
sed -i 's/^connections = .*/connections = 0/' "$mine/dyno.toml"
must_fail 'a campaign that cannot be measured' 'connections' host build "path:$mine#reports-quick" -L --no-link
sed -i 's/"mine" = .*//' "$mine/flake.nix"
must_fail 'a contender without a package' 'is in no package' host build "path:$mine#reports-quick" --no-link

# default.nix takes the inputs that the lock file names: in this checkout those are the stand-ins.
checkout=$scratch/checkout
git clone --quiet "$project" "$checkout"
world=$(host flake metadata --json 2>/dev/null |
  /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["locks"]["nodes"]["nixpkgs"]["locked"]["path"])')
sed -i "s|github:NixOS/nixpkgs/nixos-26.05|path:$world|; s|github:oxalica/rust-overlay|path:${world%/*}/rust-overlay|" \
  "$checkout/flake.nix"
must 'a lock file of stand-ins' host flake lock "$checkout"
wanted=$(host eval --raw "$checkout#reports.drvPath" 2>"$scratch/log") || fail 'the reports of a checkout'
found=$(host eval --raw -f "$checkout" reports.drvPath 2>"$scratch/log") || fail 'nix build -f . reports'
[ "$found" = "$wanted" ] || fail "nix build -f . reports is $found, not $wanted"
found=$(NIX_CONFIG='experimental-features = nix-command flakes' nix-instantiate "$checkout" -A reports \
  2>"$scratch/log") || fail 'nix-build -A reports'
[ "${found%!*}" = "$wanted" ] || fail "nix-build -A reports is $found, not $wanted"
ok 'nix build -f . reports and nix-build -A reports are nix build .#reports'
must_fail 'nix-build where flakes are not enabled' "experimental-features 'nix-command flakes'" \
  env NIX_CONFIG= nix-build --no-out-link "$checkout" -A reports
