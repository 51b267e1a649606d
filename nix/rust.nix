# The Rust programs. What they take from others is compiled once for all of them; each is then built from the crates that
# it is made of and nothing else, so that an edit of anything else (README, reports, Lua, another program) rebuilds no
# server.
{ pkgs }:
let
  inherit (pkgs) lib;
  workspace = import ./workspace.nix { inherit lib; };
  inherit (workspace.workspace.package) version;

  # One place for Nix and rustup.
  toolchain = pkgs.rust-bin.fromRustupToolchainFile ../rust-toolchain.toml;
  platform = pkgs.makeRustPlatform {
    cargo = toolchain;
    rustc = toolchain;
  };

  # cargo by its own words in both worlds: nixpkgs' hooks build into another folder.
  build =
    attributes:
    platform.buildRustPackage (
      {
        inherit version;
        cargoLock.lockFile = ../Cargo.lock;
        # cargo-auditable, which puts itself before cargo, knows neither fmt nor clippy, and adds to what is measured.
        auditable = false;
        # `checks.tests` runs the tests of all crates, once.
        doCheck = false;
      }
      // attributes
    );

  # The target folder in which cargo has compiled all that is not of this workspace. It is made of the manifests and
  # Cargo.lock alone: the crates' own sources are stubs, and what became of those is thrown away.
  dependencies =
    name: commands:
    build {
      pname = "dyno-dependencies-${name}";
      src = workspace.sourceOf [ ] [ ];
      postPatch = workspace.stubAllBut [ ];
      buildPhase = ''
        export CARGO_INCREMENTAL=0
        ${commands}
        cargo clean --offline --quiet --workspace
        cargo clean --offline --quiet --workspace --release
      '';
      installPhase = ''
        mkdir $out
        cp -r target $out/
      '';
      # A folder for cargo, not for people: nothing in it is to be stripped or patched.
      dontFixup = true;
      meta.description = "What cargo makes of the dependencies";
    };

  # Continues a target folder. cargo compares times: the folder's files are all of one time, after the crates' sources.
  continue = dependencies: ''
    cp -r ${dependencies}/target .
    chmod -R u+w target
    touch target/now
    find target -exec touch --no-dereference --reference target/now {} +
    export CARGO_INCREMENTAL=0
  '';

  programs = {
    server-axum = "The contender axum";
    server-actix = "The contender actix-web";
    dyno = "The laboratory, without the paths of contenders and tools";
  };

  # The corpus is compiled into dyno.
  others.dyno = [
    "lua"
    "lua/corpus\\.tsv"
  ];

  # One command a program, as without Nix: cargo unites the features of all that it builds at once.
  cargoBuild = name: "cargo build --offline --locked --release --package ${name}\n";

  forPrograms = dependencies "programs" (
    builtins.concatStringsSep "" (map cargoBuild (builtins.attrNames programs))
  );

  program =
    name: description:
    let
      crates = workspace.madeOf name;
    in
    build {
      pname = name;
      src = workspace.sourceOf crates (others.${name} or [ ]);
      postPatch = workspace.stubAllBut crates;
      buildPhase = continue forPrograms + cargoBuild name;
      installPhase = ''
        mkdir -p $out/bin
        cp target/release/${name} $out/bin/
      '';
      meta = {
        inherit description;
        mainProgram = name;
        license = with lib.licenses; [
          mit
          asl20
        ];
      };
    };

  # Checks share a folder too: clippy and rustdoc read what `cargo check` leaves of dependencies.
  forChecks = dependencies "checks" ''
    export CARGO_PROFILE_DEV_DEBUG=0
    cargo check --offline --locked --workspace --all-targets
    cargo test --offline --locked --workspace --no-run
  '';
in
builtins.mapAttrs program programs
// {
  inherit toolchain;

  # A check of the whole workspace by a command of cargo's.
  check =
    name: command:
    build {
      pname = "dyno-${name}";
      src = workspace.sourceOf workspace.names [
        "(clippy|dyno|rustfmt|selftest)\\.toml"
        "lua"
        "lua/.*"
        "docs"
        "docs/openapi\\.json"
      ];
      nativeBuildInputs = [ pkgs.cargo-nextest ];
      buildPhase = ''
        ${continue forChecks}
        # Nobody looks into these programs with a debugger.
        export CARGO_PROFILE_DEV_DEBUG=0
        ${command}
      '';
      installPhase = "touch $out";
    };
}
