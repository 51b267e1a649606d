# Campaigns in the build sandbox. A campaign runs its rounds one after the other and is built once: the result is cached
# (docs/nix.md says how to measure again).
{
  pkgs,
  dyno,
  instrument,
}:
let
  measured = import ./measured.nix { inherit pkgs dyno; };

  campaign =
    name:
    measured name {
      # Figures of another machine, or of one that is shared, are not these figures.
      preferLocalBuild = true;
      requiredSystemFeatures = [ "benchmark" ];
      meta.description = "A campaign: samples, summary, environment and decision";
    };

  check =
    name: script:
    pkgs.runCommand "dyno-${name}-check" { nativeBuildInputs = [ instrument ]; } ''
      export HOME=$TMPDIR
      ${script}
      touch $out
    '';
in
{
  reports = campaign "dyno-reports" "";
  # A look at everything, without intervals: it goes on beside other builds, with its figures marked.
  reports-quick = campaign "dyno-reports-quick" "--quick --even-if-busy";

  # Checks may run side by side, and without a sandbox they share a network: each has a port of its own.
  contract = check "contract" "dyno verify --port 5310";

  # Whether every trial of a campaign is valid. It may run beside other checks: its figures say nothing, and one
  # disturbance is forgiven.
  campaign = check "campaign" ''
    measure() {
      dyno bench --quick --even-if-busy --duration 1s --warmup 0s --port 5320 --out "$1"
    }
    measure first || measure second
  '';
}
