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
  # A campaign over several machines (fleet.nix): how many rounds, in the order of which seed, and with which further
  # options of `dyno bench`, such as `[ "--until-decided" ]`. Another epoch measures all of them again.
  rounds ? 30,
  seed ? 1,
  options ? [ ],
  epoch ? 0,
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

  dynoOf =
    revision:
    let
      told = pkgs.writeText "dyno-provenance.json" (
        builtins.toJSON {
          inherit revision;
          inherit (provenance) inputs store;
        }
      );
    in
    pkgs.writeShellApplication {
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
  dyno = dynoOf provenance.revision;

  apps = import ./apps.nix { inherit pkgs dyno provenance; };
  campaigns = import ./campaigns.nix { inherit pkgs dyno instrument; };
  fleet = import ./fleet.nix {
    inherit
      pkgs
      rounds
      seed
      options
      epoch
      ;
    # A round that a commit changes nothing of, such as one that asks for more rounds, stays measured.
    dyno = dynoOf "";
  };
in
{
  packages = {
    inherit dyno fleet;
    default = dyno;
    inherit (campaigns) reports reports-quick;
  };
  inherit (apps) apps;
  checks = {
    inherit (campaigns) contract campaign;
    apps = apps.check;
  };
}
