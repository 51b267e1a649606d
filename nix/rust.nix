# The Rust programs. Each is built from the sources that it is made of and nothing else, so that an edit of anything else
# (README, reports, Lua, another program) rebuilds no server.
{ pkgs }:
let
  inherit (pkgs) lib;

  # One place for Nix and rustup.
  toolchain = pkgs.rust-bin.fromRustupToolchainFile ../rust-toolchain.toml;
  platform = pkgs.makeRustPlatform {
    cargo = toolchain;
    rustc = toolchain;
  };

  # The crates' sources, and the manifests of all the others: without those Cargo.lock would not fit.
  sourceOf =
    crates: others:
    lib.sourceByRegex ../. (
      [
        "Cargo\\.(toml|lock)"
        "crates"
        "crates/[^/]+"
        "crates/[^/]+/[^/]+"
        "crates/[^/]+/[^/]+/Cargo\\.toml"
      ]
      ++ map (crate: "crates/[^/]+/${crate}/.*") crates
      ++ others
    );

  # A manifest wants a target. What stands in for a crate that is not needed is never built.
  withStubs = ''
    for crate in crates/*/*; do
      if [ ! -d "$crate/src" ]; then
        mkdir "$crate/src"
        touch "$crate/src/lib.rs"
      fi
    done
  '';

  package =
    {
      name,
      description,
      crates,
      others ? [ ],
    }:
    platform.buildRustPackage {
      pname = name;
      version = (builtins.fromTOML (builtins.readFile ../Cargo.toml)).workspace.package.version;
      src = sourceOf crates others;
      postPatch = withStubs;
      cargoLock.lockFile = ../Cargo.lock;
      cargoBuildFlags = [
        "--locked"
        "--package"
        name
      ];
      # `checks.tests` runs the tests of all crates, once.
      doCheck = false;
      meta = {
        inherit description;
        mainProgram = name;
        license = with lib.licenses; [
          mit
          asl20
        ];
      };
    };
in
{
  inherit toolchain;

  server-axum = package {
    name = "server-axum";
    description = "The contender axum";
    crates = [
      "server-axum"
      "contract"
      "hosting"
      "stack"
    ];
  };

  server-actix = package {
    name = "server-actix";
    description = "The contender actix-web";
    crates = [
      "server-actix"
      "contract"
      "hosting"
      "stack"
    ];
  };

  dyno = package {
    name = "dyno";
    description = "The laboratory, without the paths of contenders and tools";
    crates = [
      "dyno"
      "contract"
      "driver"
      "statistics"
    ];
    # The corpus is compiled in.
    others = [
      "lua"
      "lua/corpus\\.tsv"
    ];
  };

  # A check of the whole workspace by a command of cargo's.
  check =
    name: command:
    platform.buildRustPackage {
      pname = "dyno-${name}";
      version = "0";
      src =
        sourceOf
          [ ".*" ]
          [
            "(clippy|dyno|rustfmt|selftest)\\.toml"
            "lua"
            "lua/.*"
            "docs"
            "docs/openapi\\.json"
          ];
      cargoLock.lockFile = ../Cargo.lock;
      nativeBuildInputs = [ pkgs.cargo-nextest ];
      # Built once: nothing is ever built on top of it.
      buildPhase = ''
        export CARGO_INCREMENTAL=0
        ${command}
      '';
      doCheck = false;
      installPhase = "touch $out";
    };
}
