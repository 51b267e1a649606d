# Campaigns in the build sandbox, which has loopback and no other network. A campaign runs its rounds one after the other
# and is built once: the result is cached (docs/nix.md says how to measure again).
{
  pkgs,
  dyno,
  instrument,
}:
let
  # The exit code of a finished campaign some of whose trials are marked.
  marked = "12";

  campaign =
    name: words:
    pkgs.runCommand name
      {
        nativeBuildInputs = [ dyno ];
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
        # The matrix's files are kept there.
        export HOME=$TMPDIR
        code=0
        dyno bench ${words} --out $out || code=$?
        # What an hour has measured is kept, with its marks.
        if [ "$code" = ${marked} ]; then
          echo 'dyno: some trials are marked: samples.csv says which and why' >&2
        elif [ "$code" != 0 ]; then
          exit "$code"
        fi
      '';

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
