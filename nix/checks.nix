# `nix flake check`, besides the checks of the laboratory. No check asserts a speed.
{
  pkgs,
  rust,
  python,
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
  inherit (rust) lints tests;

  python = python.contenders;

  python-lock = check "python-lock" [ ] ''
    ${python.interpreter}/bin/python3 ${../python}/lock-wheels --check
  '';

  # wrk runs its scripts on LuaJIT.
  lua = check "lua" [ pkgs.luajit ] ''
    for script in ${../crates/laboratory/exchange/src}/*.lua; do
      luajit -e 'assert(loadfile(arg[1]))' "$script" "$script"
    done
  '';

  markdown = check "markdown" [ python.environment ] ''
    python ${./links.py} ${../.}
  '';

  nix-format = check "nix-format" [ formatter ] ''
    dyno-format --check ${
      lib.sourceByRegex ../. [
        "(default|flake)\\.nix"
        "nix"
        "nix/.*"
        "templates"
        "templates/.*"
      ]
    }
  '';
}
