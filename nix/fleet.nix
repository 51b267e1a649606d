# A campaign whose rounds are derivations. Nix spreads them over the machines that have the system feature `dyno-bench`,
# keeps what is measured, and builds what is missing (docs/fleet.md).
{
  pkgs,
  dyno,
  # How many there are, by which seed, and with which further options of `dyno bench`.
  rounds,
  seed,
  options,
  # Another one measures everything again.
  epoch,
}:
let
  inherit (pkgs) lib;
  measured = import ./measured.nix { inherit pkgs dyno; };

  # How many there are is no part of it: more rounds leave the others as they are.
  round =
    number:
    measured "dyno-round-${toString number}" {
      # Only a machine that is kept for measuring has it.
      requiredSystemFeatures = [ "dyno-bench" ];
      inherit epoch;
      meta.description = "Round ${toString number} of a campaign";
    } "--round ${toString number} --seed ${toString seed} ${lib.escapeShellArgs options}";

  upTo = count: builtins.genList (at: at + 1) count;

  byNumber =
    prefix: value:
    builtins.listToAttrs (
      map (number: {
        name = "${prefix}-${toString number}";
        value = value number;
      }) (upTo rounds)
    );

  # The campaign of so many rounds.
  first =
    count:
    pkgs.runCommand "dyno-fleet"
      {
        nativeBuildInputs = [ dyno ];
        # Copying the rounds elsewhere takes longer.
        preferLocalBuild = true;
        allowSubstitutes = false;
        # `nix build .#fleet.round-7` measures one round, `.#fleet.first-10` those that ten lack.
        passthru = byNumber "round" round // byNumber "first" first;
        meta.description = "A campaign whose rounds several machines measured: samples, summary, environment and decision";
      }
      ''
        dyno merge ${toString (map round (upTo count))} --out $out --export-json campaign.json
        mv campaign.json $out/
      '';
in
first rounds
