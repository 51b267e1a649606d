# All that the flake offers for one system.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  rust = import ./rust.nix { inherit pkgs; };
  python = import ./python.nix { inherit pkgs; };
  formatter = import ./formatter.nix { inherit pkgs; };
  laboratoryOf = import ./laboratory.nix { inherit pkgs rust; };

  # The study: what dyno.toml compares.
  study = laboratoryOf {
    inherit self;
    matrix = ../dyno.toml;
    places = {
      "target/release/server-axum" = lib.getExe rust.server-axum;
      "target/release/server-actix" = lib.getExe rust.server-actix;
      "target/release/payload" = lib.getExe rust.payload;
      ".venv" = python.environment;
    };
    files = {
      contract = ../contract;
      python = "${python.contenders}/python";
    };
  };
in
{
  packages = study.packages // {
    inherit (rust) server-axum server-actix;
    python-contenders = python.contenders;
  };
  inherit (study) apps;
  checks =
    study.checks
    // import ./checks.nix {
      inherit
        pkgs
        rust
        python
        formatter
        ;
    };
  devShells.default = import ./shell.nix {
    inherit
      pkgs
      rust
      python
      formatter
      ;
  };
  inherit formatter;
  # For other flakes.
  lib = {
    laboratory = laboratoryOf;
  };
}
