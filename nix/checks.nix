# `nix flake check`. No check asserts a speed.
{
  pkgs,
  rust,
  python,
  laboratory,
  apps,
  campaigns,
  formatter,
}:
let
  inherit (pkgs) lib;

  check =
    name: inputs: script:
    pkgs.runCommand "dyno-${name}" { nativeBuildInputs = inputs; } ''
      ${script}
      touch $out
    '';
in
{
  # One folder of cargo's for all three, which share most of their work.
  lints = rust.check "lints" ''
    cargo fmt --all --check
    cargo clippy --offline --locked --workspace --all-targets -- --deny warnings
    RUSTDOCFLAGS='--deny warnings' cargo doc --offline --locked --workspace --no-deps --document-private-items
  '';

  # The tests that run whole campaigns need ./dyno's own folder and are not for a sandbox; `contract` and `campaign` do
  # their part.
  tests = rust.check "tests" ''
    export HOME=$TMPDIR
    cargo nextest run --offline --locked --workspace --no-fail-fast \
      --filterset 'not (package(dyno) and kind(test))'
  '';

  contract = check "contract" [ laboratory.dyno ] "dyno verify";

  campaign = campaigns.smoke;

  python = python.contenders;

  python-lock = check "python-lock" [ ] ''
    ${python.interpreter}/bin/python3 ${../python}/lock-wheels --check
  '';

  # wrk runs its scripts on LuaJIT.
  lua = check "lua" [ pkgs.luajit ] ''
    for script in ${../lua}/*.lua; do
      luajit -e 'assert(loadfile(arg[1]))' "$script" "$script"
    done
  '';

  markdown = check "markdown" [ python.environment ] ''
    python ${./links.py} ${../.}
  '';

  nix-format = check "nix-format" [ formatter ] ''
    dyno-format --check ${
      lib.sourceByRegex ../. [
        "flake\\.nix"
        "nix"
        "nix/.*"
      ]
    }
  '';

  # `nix flake check` does not build apps: a fault of the shell in one would go unseen.
  apps = check "apps" [ ] (
    builtins.concatStringsSep "\n" (
      map (name: "test -x ${lib.getExe apps.programs.${name}}") (builtins.attrNames apps.programs)
    )
  );
}
