# Campaigns in the build sandbox, which has loopback and no other network. A campaign runs its rounds one after the other
# and is built once: the result is cached (README says how to measure again).
{ pkgs, laboratory }:
let
  campaign =
    name: words:
    pkgs.runCommand name
      {
        nativeBuildInputs = [ laboratory.dyno ];
        # Figures of another machine, or of one that is shared, are not these figures.
        preferLocalBuild = true;
        allowSubstitutes = false;
        requiredSystemFeatures = [ "benchmark" ];
        meta.description = "A campaign: samples, summary, environment and decision";
      }
      ''
        room=$(df --output=avail --block-size=1M . | tail -n 1)
        if [ "$room" -lt 100 ]; then
          echo "dyno: only $room MiB are free for the build: make room for 100, then build again" >&2
          exit 1
        fi
        dyno bench ${words} --out $out
      '';
in
{
  reports = campaign "dyno-reports" "";
  reports-quick = campaign "dyno-reports-quick" "--quick";

  # Whether a campaign comes to its end. It may run beside other checks, so its figures say nothing.
  smoke = campaign "dyno-campaign-check" "--quick --duration 1s --warmup 0s";
}
