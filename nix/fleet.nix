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

  measure =
    name: number: words:
    measured "dyno-${name}" {
      # Only a machine that is kept for measuring has it.
      requiredSystemFeatures = [ "dyno-bench" ];
      inherit epoch;
      meta.description = "Round ${toString number} of a campaign";
    } "--round ${toString number} --seed ${toString seed} ${lib.escapeShellArgs options}${words}";

  # How many there are is no part of it: more rounds leave the others as they are.
  round = number: measure "round-${toString number}" number "";

  # A round at constant rates. Those of a machine follow from what it showed in these rounds, merged.
  paced = basis: number: measure "round-${toString number}-at-rates" number " --rates-of ${basis}";

  upTo = count: builtins.genList (at: at + 1) count;

  byNumber =
    prefix: value:
    builtins.listToAttrs (
      map (number: {
        name = "${prefix}-${toString number}";
        value = value number;
      }) (upTo rounds)
    );

  merge =
    folders: passthru:
    pkgs.runCommand "dyno-fleet"
      {
        nativeBuildInputs = [ dyno ];
        # Copying the rounds elsewhere takes longer.
        preferLocalBuild = true;
        allowSubstitutes = false;
        inherit passthru;
        meta.description = "A campaign whose rounds several machines measured: samples, summary, environment and decision";
      }
      ''
        dyno merge ${toString folders} --out $out --export-json campaign.json
        mv campaign.json $out/
      '';

  # The campaign of so many rounds.
  first =
    count:
    let
      closed = merge (map round (upTo count)) (
        # `nix build .#fleet.round-7` measures one round, `.#fleet.first-10` those that ten lack.
        byNumber "round" round // byNumber "first" first // { inherit latency; }
      );
      # The same with as many rounds at constant rates.
      latency =
        if builtins.elem "--latency" options then
          merge ([ closed ] ++ map (number: paced closed (count + number)) (upTo count)) { }
        else
          throw ''the fleet measures no latency: add "--latency" to its options'';
    in
    closed;
in
first rounds
