# A laboratory: a matrix, its contenders and the tools, with the apps, packages and checks that measure them. The flake's
# own is made by this function, and so is one in a flake of yours (templates/laboratory).
{ pkgs, rust }:
{
  # The flake that it belongs to, whose revision and inputs `environment.json` names.
  self,
  # The file dyno.toml.
  matrix,
  # Where the paths of its commands lie in the store: `{ "target/release/mine" = lib.getExe mine; ".venv" = environment; }`.
  places ? { },
  # What lies beside the matrix, by name; unless you say otherwise the study's exchanges.
  files ? {
    contract = ../contract;
  },
}:
let
  provenance = import ./provenance.nix { inherit self; };
  instrument = import ./instrument.nix {
    inherit
      pkgs
      rust
      matrix
      places
      files
      ;
  };

  told = pkgs.writeText "dyno-provenance.json" (
    builtins.toJSON { inherit (provenance) revision inputs store; }
  );
  dyno = pkgs.writeShellApplication {
    name = "dyno";
    text = ''
      export DYNO_NIX=${told}
      exec ${pkgs.lib.getExe instrument} "$@"
    '';
    meta = {
      description = "The laboratory with all of its contenders and tools";
      mainProgram = "dyno";
    };
  };

  apps = import ./apps.nix { inherit pkgs dyno provenance; };
  campaigns = import ./campaigns.nix { inherit pkgs dyno instrument; };
in
{
  packages = {
    inherit dyno;
    default = dyno;
    inherit (campaigns) reports reports-quick;
  };
  inherit (apps) apps;
  checks = {
    inherit (campaigns) contract campaign;
    apps = apps.check;
  };
}
