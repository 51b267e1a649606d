# What the module of a benchmark machine sets, without the module system of nixpkgs: its options with their defaults and
# types, and `mkIf`. That NixOS has what it sets was read in nixpkgs' modules.
let
  lib = import ./host/lib.nix;

  # What is set of options, or else their defaults.
  values =
    options: set:
    builtins.mapAttrs (
      name: option:
      let
        value = set.${name} or option.default;
      in
      if option._type or "" != "option" then
        values option (set.${name} or { })
      else if builtins.isString option.description && option.type.check value then
        value
      else
        throw "${name} has no description, or is not of its type"
    ) options;

  resolved =
    it:
    if !(builtins.isAttrs it) then
      it
    else if it._type or "" == "if" then
      if it.condition then resolved it.content else null
    else
      builtins.mapAttrs (_: resolved) it;

  machine =
    set:
    let
      module = import ../machine.nix {
        inherit lib;
        config.dyno.machine = values module.options.dyno.machine set;
      };
    in
    resolved module.config;

  holds = set: builtins.all (it: it.assertion) (machine set).assertions;
  refused = set: !(builtins.tryEval (builtins.deepSeq (machine set) true)).success;

  plain = machine { };
  apart = machine {
    turbo = true;
    smt = true;
    processors = {
      rounds = "1-3,5";
      system = "0";
    };
  };
in
assert plain.nix.settings.system-features == [ "dyno-bench" ];
assert builtins.elem "/run/dyno" plain.nix.settings.extra-sandbox-paths;
assert plain.powerManagement.cpuFreqGovernor == "performance";
assert !plain.security.allowSimultaneousMultithreading;
assert plain.systemd.services.dyno-turbo.wantedBy == [ "multi-user.target" ];
assert plain.boot.kernelParams == null && plain.systemd.slices == null;
assert holds { };

assert apart.security.allowSimultaneousMultithreading;
assert apart.systemd.services.dyno-turbo == null;
assert
  apart.boot.kernelParams == [
    "irqaffinity=0"
    "isolcpus=managed_irq,1-3,5"
  ];
assert apart.systemd.slices.system.sliceConfig.AllowedCPUs == "0";
assert apart.systemd.slices.dyno.sliceConfig.AllowedCPUs == "1-3,5";
assert apart.systemd.services.nix-daemon.serviceConfig.Slice == "dyno.slice";

assert !(holds { processors.rounds = "1-7"; });
assert refused { processors.rounds = "all"; };
assert refused { turbo = "off"; };
true
