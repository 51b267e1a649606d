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
        crate = (pkgs.makeRustPlatform { cargo = rust; rustc = rust; }).buildRustPackage {
          pname = "fault";
          version = "0";
          src = ./crate;
          cargoLock.lockFile = ./crate/Cargo.lock;
        };
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

flake 'pkgs.python3.withPackages (packages: [ packages.no-such-package ])'
must_fail 'an unknown Python package' 'no-such-package' build_fault

flake 'pkgs.runCommand "fault" { } "${pkgs.python3.withPackages (packages: [ packages.flask ])}/bin/python -c \"import aiohttp\"; touch $out"'
must_fail 'a Python package that was not asked for' "No module named 'aiohttp'" build_fault

flake 'pkgs.no-such-attribute'
must_fail 'an attribute that is not listed' 'no-such-attribute' build_fault

flake 'pkgs.lib.mkIf'
must_fail 'a function that is not listed' 'mkIf' build_fault

flake crate
must 'a crate that is as it should be' build_fault

flake crate
sed -i 's/2 + 2/2 + 3/' "$scratch/fault/crate/src/lib.rs"
must_fail 'a unit test that fails' 'test result: FAILED' build_fault

flake crate
printf '[dependencies]\nhex = "0.4"\n' >>"$scratch/fault/crate/Cargo.toml"
must_fail 'a stale Cargo.lock' 'no matching package\|lock file' build_fault

must_fail 'an unsupported system' 'run it on x86_64-linux or aarch64-linux' \
  host build . --system riscv64-linux --no-link -L
must_fail 'the stand-in without its sandbox' 'leave it out' host build . --option sandbox false

# A tree with uncommitted changes, and the same tree after an edit that no server is made of.
git clone --quiet "$project" "$scratch/clone"
servers() {
  (cd "$scratch/clone" && host eval --raw .#server-axum.drvPath && host eval --raw .#server-actix.drvPath) 2>"$scratch/log"
}
campaigns() {
  (cd "$scratch/clone" && for check in campaign contract; do
    host eval --raw .#checks.x86_64-linux.$check.drvPath
  done) 2>"$scratch/log"
}
measured=$(campaigns) || fail 'the campaigns of a clone'
echo ' ' >>"$scratch/clone/README.md"
git -C "$scratch/clone" -c user.name=dyno -c user.email=dyno@localhost commit --quiet --all --message 'Edit README'
[ "$measured" = "$(campaigns)" ] || fail 'a commit to README repeats a campaign'
ok 'a commit to README repeats no campaign'

before=$(servers) || fail 'the servers of a clone'
for file in README.md lua/static.lua reports/edited.md crates/laboratory/dyno/src/main.rs; do
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
  exec "$2/nix/host/run" run "$2#bench" -- --quick' sh "$scratch/caller" "$project"
