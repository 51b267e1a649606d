# What `nix run .#NAME` runs.
{
  pkgs,
  dyno,
  provenance,
}:
let
  inherit (pkgs) lib;

  # Campaigns go to ./reports of the caller: what would make them worthless is said before an hour is spent.
  beforeMeasuring =
    lib.optionalString provenance.dirty ''
      echo 'dyno: the flake has uncommitted changes, so no revision can be named: commit first for figures to keep' >&2
    ''
    + lib.optionalString (!provenance.pinned) ''
      echo 'dyno: an input differs from flake.lock, so environment.json will say "hermetic": false' >&2
    ''
    + ''
      room=$(df --output=avail --block-size=1M . | tail -n 1)
      if [ "$room" -lt 100 ]; then
        echo "dyno: only $room MiB are free in $PWD: make room for 100, or go to another folder" >&2
        exit 1
      fi
    '';

  commands = {
    bench = {
      description = "Measure every contender in every scenario, results in ./reports";
      words = "bench";
      measures = true;
    };
    bench-static = {
      description = "Measure the scenario static alone";
      words = "bench --scenarios static";
      measures = true;
    };
    bench-validate = {
      description = "Measure the scenario validate alone";
      words = "bench --scenarios validate";
      measures = true;
    };
    verify = {
      description = "Check contenders against the contract";
      words = "verify";
    };
    report = {
      description = "Rebuild a campaign's reports from its samples";
      words = "report";
    };
    compare = {
      description = "Compare a campaign with an earlier one, or with one of a git revision";
      words = "compare";
    };
    open = {
      description = "Open a campaign's page in the browser";
      words = "open";
      browses = true;
    };
    doctor = {
      description = "Show what is installed or missing, and what would disturb a measurement";
      words = "doctor";
    };
  };

  program =
    name: command:
    pkgs.writeShellApplication {
      inherit name;
      runtimeInputs = [
        pkgs.coreutils
        dyno
      ];
      # The browser is the user's.
      inheritPath = command.browses or false;
      text = lib.optionalString (command.measures or false) beforeMeasuring + ''
        exec dyno ${command.words} "$@"
      '';
      meta = {
        inherit (command) description;
        mainProgram = name;
      };
    };

  programs = builtins.mapAttrs program commands;
in
rec {
  apps =
    builtins.mapAttrs (name: command: {
      type = "app";
      program = lib.getExe programs.${name};
      meta = { inherit (command) description; };
    }) commands
    // {
      default = apps.bench;
    };

  # `nix flake check` does not build apps: a fault of the shell in one would go unseen.
  check = pkgs.runCommand "dyno-apps-check" { nativeBuildInputs = [ pkgs.shellcheck ]; } ''
    shellcheck ${toString (map lib.getExe (builtins.attrValues programs))}
    touch $out
  '';
}
