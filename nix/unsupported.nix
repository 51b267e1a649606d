# What a user of another system gets instead of "does not provide attribute": a build that ends with a sentence. It is a
# derivation rather than a `throw`, which would break `nix flake check` everywhere.
let
  sentence = "dyno measures with the /proc of Linux: run it on x86_64-linux or aarch64-linux, in a virtual machine if need be";
  names = [
    "default"
    "bench"
    "bench-static"
    "bench-validate"
    "verify"
    "report"
    "compare"
    "open"
    "doctor"
    "dyno"
    "reports"
    "reports-quick"
    "fleet"
    "server-axum"
    "server-actix"
    "python-contenders"
  ];
  systems = [
    "x86_64-darwin"
    "aarch64-darwin"
    "i686-linux"
    "armv7l-linux"
    "riscv64-linux"
  ];
  explain =
    system:
    derivation {
      name = "dyno-needs-x86_64-or-aarch64-linux";
      inherit system;
      builder = "/bin/sh";
      args = [
        "-c"
        "echo '${sentence}' >&2; exit 1"
      ];
    };
  listOf = keys: value: map (name: { inherit name value; }) keys;
in
builtins.listToAttrs (
  map (system: {
    name = system;
    value = builtins.listToAttrs (listOf names (explain system));
  }) systems
)
