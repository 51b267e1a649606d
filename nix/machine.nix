# A machine that measures rounds of a fleet and does nothing else: import it into a configuration of NixOS
# (docs/fleet.md).
{ config, lib, ... }:
let
  cfg = config.dyno.machine;
  # As the kernel and systemd write them.
  processors = lib.types.nullOr (lib.types.strMatching "[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*");
in
{
  options.dyno.machine = {
    turbo = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether processors may exceed their nominal frequency. Their speed then depends on temperature.";
    };
    smt = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether processors share cores. What one of them can do then depends on what the other one does.";
    };
    processors = {
      rounds = lib.mkOption {
        type = processors;
        default = null;
        example = "1-7";
        description = "The processors that rounds have to themselves: no service, user or interrupt gets there.";
      };
      system = lib.mkOption {
        type = processors;
        default = null;
        example = "0";
        description = "The processors that everything else gets. Set both, or none to share all of them.";
      };
    };
  };

  config = {
    assertions = [
      {
        assertion = (cfg.processors.rounds == null) == (cfg.processors.system == null);
        message = "dyno.machine.processors: set both `rounds` and `system`, or none";
      }
    ];

    nix.settings = {
      # A mandatory feature of its line on the coordinator too, so that nothing is compiled here.
      system-features = [ "dyno-bench" ];
      extra-sandbox-paths = [
        # One campaign at a time, whoever asks for it.
        "/run/dyno"
        # Governor, turbo and SMT, for `environment.json`.
        "/sys/devices/system/cpu"
      ];
    };
    systemd.tmpfiles.rules = [
      "d /run/dyno 0755 root root -"
      "f /run/dyno/lock 0444 root root -"
    ];

    powerManagement.cpuFreqGovernor = "performance";
    security.allowSimultaneousMultithreading = cfg.smt;
    # Intel's driver has the one switch, all others have the other.
    systemd.services.dyno-turbo = lib.mkIf (!cfg.turbo) {
      description = "Turbo off";
      wantedBy = [ "multi-user.target" ];
      after = [ "cpufreq.service" ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
      };
      script = ''
        cd /sys/devices/system/cpu
        if [ -e intel_pstate/no_turbo ]; then echo 1 >intel_pstate/no_turbo; fi
        if [ -e cpufreq/boost ]; then echo 0 >cpufreq/boost; fi
      '';
    };

    # The scheduler spreads a server's threads over the processors that it may use. With isolcpus=domain it would not: all
    # of them would stay where they were started.
    boot.kernelParams = lib.mkIf (cfg.processors.rounds != null) [
      "irqaffinity=${cfg.processors.system}"
      "isolcpus=managed_irq,${cfg.processors.rounds}"
    ];
    systemd.slices = lib.mkIf (cfg.processors.rounds != null) {
      system.sliceConfig.AllowedCPUs = cfg.processors.system;
      user.sliceConfig.AllowedCPUs = cfg.processors.system;
      dyno.sliceConfig.AllowedCPUs = cfg.processors.rounds;
    };
    # Builds are its children.
    systemd.services.nix-daemon.serviceConfig.Slice = lib.mkIf (
      cfg.processors.rounds != null
    ) "dyno.slice";
  };
}
