# shellcheck shell=sh disable=SC2154,SC2016 # part of ./run
# What nixpkgs refuses, the stand-in must refuse too, or CI would let it pass.

# A flake of one package, with the real stand-ins.
flake() {
  rm -rf "$scratch/fault"
  cp -r "$tests/fault" "$scratch/fault"
  chmod -R u+w "$scratch/fault"
  {
    cat <<'END'
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
  inputs.rust-overlay.url = "github:oxalica/rust-overlay";
  inputs.rust-overlay.inputs.nixpkgs.follows = "nixpkgs";
  outputs = { nixpkgs, rust-overlay, ... }: {
    packages.x86_64-linux.default =
      let
        pkgs = import nixpkgs { system = "x86_64-linux"; overlays = [ rust-overlay.overlays.default ]; };
        rust = pkgs.rust-bin.fromRustupToolchainFile ./rust-toolchain.toml;
        package = more: (pkgs.makeRustPlatform { cargo = rust; rustc = rust; }).buildRustPackage ({
          pname = "fault";
          version = "0";
          src = ./crate;
        } // more);
        crate = package { cargoLock.lockFile = ./crate/Cargo.lock; };
      in
END
    echo "      $1;"
    echo '  };'
    echo '}'
  } >"$scratch/fault/flake.nix"
  cp rust-toolchain.toml "$scratch/fault/"
}

build_fault() {
  host build "path:$scratch/fault" --no-link -L
}

flake 'pkgs.writeShellApplication { name = "fault"; text = "echo $unquoted; cd $1"; }'
must_fail 'a fault that shellcheck finds' 'SC2086\|SC2154' build_fault

flake 'pkgs.runCommand "fault" { } "git --version > $out"'
must_fail 'a command that is not declared' 'git: command not found' build_fault

flake 'pkgs.writeShellApplication { name = "fault"; text = "true"; runtimeInput = [ ]; }'
must_fail 'an unknown argument of writeShellApplication' 'unexpected argument' build_fault

flake 'pkgs.runCommand "fault" { nativeBuildInputs = [ pkgs.lib ]; } "touch $out"'
must_fail 'a dependency of runCommand that is none' 'Dependency is not of a valid type' build_fault

flake 'pkgs.runCommand "fault" { setting = it: it; } "touch $out"'
must_fail 'an argument of runCommand that no build can have' 'cannot coerce a function' build_fault

flake 'package { }'
must_fail 'buildRustPackage without a lock' 'or cargoLock must be set' build_fault

flake 'package { cargoLock = { lockFile = ./crate/Cargo.lock; hashes = { }; }; }'
must_fail "an unknown argument of buildRustPackage's cargoLock" 'unexpected argument' build_fault

flake 'package { cargoLock.lockFile = ./crate/Cargo.lock; nativeBuildInputs = [ pkgs.lib ]; }'
must_fail 'a dependency of buildRustPackage that is none' 'Dependency is not of a valid type' build_fault

flake 'pkgs.python3.withPackages (packages: [ packages.fastapi ])'
must_fail "a package of nixpkgs' Python" 'withPackages' build_fault

for module in fastapi aiohttp flask pip setuptools; do
  flake "pkgs.runCommand \"fault\" { } \"\${pkgs.python3}/bin/python3 -c 'import $module'; touch \$out\""
  must_fail "python3 with $module" "No module named '$module'" build_fault
done

flake 'pkgs.python3.override { enableOptimisations = true; }'
must_fail 'an unknown argument of python3.override' 'unexpected argument' build_fault

flake 'pkgs.python3.override { enableOptimizations = true; reproducibleBuild = true; }'
must_fail 'a reproducible interpreter that is optimised' 'Deterministic builds are not achieved' build_fault

flake 'pkgs.fetchPypi { pname = "idna"; version = "3.20"; format = "wheel"; sha256 = "00"; tag = "py3"; }'
must_fail 'an unknown argument of fetchPypi' 'unexpected argument' build_fault

flake 'pkgs.fetchPypi { pname = "idna"; version = "3.20"; format = "egg"; sha256 = "00"; }'
must_fail 'an unknown format of fetchPypi' 'Unsupported format' build_fault

flake 'pkgs.fetchPypi { pname = "idna"; version = "3.20"; }'
must_fail 'fetchPypi without a hash' 'needs one hash' build_fault

flake 'pkgs.no-such-attribute'
must_fail 'an attribute that is not listed' 'no-such-attribute' build_fault

flake 'pkgs.lib.mkForce'
must_fail 'a function that is not listed' 'mkForce' build_fault

flake crate
must 'a crate that is as it should be' build_fault

flake crate
sed -i 's/2 + 2/2 + 3/' "$scratch/fault/crate/src/lib.rs"
must_fail 'a unit test that fails' 'test result: FAILED' build_fault

flake crate
printf '[dependencies]\nhex = "0.4"\n' >>"$scratch/fault/crate/Cargo.toml"
must_fail 'a stale Cargo.lock' 'no matching package\|lock file' build_fault

# The flake itself with one mistake in one file: TITLE WORDS FILE SCRIPT-OF-SED.
planted() {
  git -C "$scratch/planted" reset --quiet --hard
  sed -i "$4" "$scratch/planted/$3"
  ! git -C "$scratch/planted" diff --quiet || fail "$1: nothing was planted"
  must_fail "$1" "$2" host build "$scratch/planted#python-contenders" --no-link -L
}

git clone --quiet "$project" "$scratch/planted"
planted 'a wrong hash of a wheel' 'hash mismatch' python/wheels.json \
  's/\("file": "idna-.*"sha256": "\)[0-9a-f]\{8\}/\100000000/'
planted 'a wrong file name of a wheel' "cannot stat .*idna-.*-cp999-" python/wheels.json 's/\("file": "idna-[^-]*\)-py3-/\1-cp999-/'
planted 'a version of CPython that is not locked' 'has no files of CPython' python/wheels.json 's/"python": "[0-9.]*"/"python": "3.0"/'
planted 'a package that is not locked' 'No matching distribution found for idna' python/wheels.json '/"project": "idna"/d'
planted 'a library that a wheel needs and nobody gives' 'could not satisfy dependency libstdc++.so.6' nix/python.nix \
  's/buildInputs = \[ pkgs.stdenv.cc.cc.lib \]/buildInputs = [ ]/'
planted 'a parameter that FastAPI does not have' "unexpected keyword argument 'max_body_length'" python/fastapi_api.py \
  's/max_body_size=/max_body_length=/'
git -C "$scratch/planted" reset --quiet --hard
must 'the lock fits the requirements' "$scratch/planted/python/lock-wheels" --check
sed -i 's/^idna==.* /idna==0 /' "$scratch/planted/python/requirements.txt"
must_fail 'a lock that does not fit the requirements' 'is locked, requirements.txt has 0' \
  "$scratch/planted/python/lock-wheels" --check

must_fail 'an unsupported system' 'run it on x86_64-linux or aarch64-linux' \
  host build . --system riscv64-linux --no-link -L
must_fail 'the stand-in without its sandbox' 'leave it out' host build . --option sandbox false

# A tree with uncommitted changes, and the same tree after an edit that no server is made of.
git clone --quiet "$project" "$scratch/clone"
servers() {
  (cd "$scratch/clone" && host eval --json ".#packages.$system" \
    --apply 'all: [ all.server-axum.drvPath all.server-actix.drvPath ]') 2>"$scratch/log"
}
campaigns() {
  (cd "$scratch/clone" && host eval --json ".#checks.$system" \
    --apply 'all: [ all.campaign.drvPath all.contract.drvPath ]' &&
    host eval --raw .#fleet.round-1.drvPath) 2>"$scratch/log"
}
measured=$(campaigns) || fail 'the campaigns of a clone'
echo ' ' >>"$scratch/clone/README.md"
git -C "$scratch/clone" -c user.name=dyno -c user.email=dyno@localhost commit --quiet --all --message 'Edit README'
[ "$measured" = "$(campaigns)" ] || fail 'a commit to README repeats a campaign or a round'
ok 'a commit to README repeats no campaign and no round'

before=$(servers) || fail 'the servers of a clone'
for file in README.md crates/laboratory/exchange/src/play.lua reports/edited.md crates/laboratory/dyno/src/main.rs; do
  mkdir -p "$scratch/clone/$(dirname "$file")"
  echo ' ' >>"$scratch/clone/$file"
done
git -C "$scratch/clone" add -A
[ "$before" = "$(servers)" ] || fail 'an edit of README, Lua, reports or dyno rebuilds a server'
ok 'no edit of README, Lua, reports or dyno rebuilds a server'
grep -q 'dirty' "$scratch/log" || fail 'a dirty tree is not told'
ok 'a dirty tree is told'
echo '// ' >>"$scratch/clone/crates/study/server-axum/src/main.rs"
[ "$before" != "$(servers)" ] || fail 'an edit of a server does not rebuild it'
ok 'an edit of a server rebuilds it'

must_fail 'no room on disk' 'make room for 100' unshare --mount --propagation private sh -euc '
  mount -t tmpfs -o size=1m none "$1"
  cd "$1"
  exec "$2/nix/tests/host/run" run "$2#bench" -- --quick' sh "$scratch/caller" "$project"
