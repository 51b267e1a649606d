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
    name: begin: commands:
    build {
      pname = "dyno-dependencies-${name}";
      src = workspace.sourceOf [ ] [ ];
      postPatch = workspace.stubAllBut [ ];
      buildPhase = ''
        export CARGO_INCREMENTAL=0
        ${begin}${commands}
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

  # Goes on with a target folder. cargo compares times: its files are all of one time, after the crates' sources.
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
    payload = "Writes the body of GET /static";
    dyno = "The laboratory, without the paths of contenders and tools";
  };

  # One command a program, as without Nix: cargo unites the features of all that it builds at once.
  cargoBuild = name: "cargo build --offline --locked --release --package ${name}\n";

  forPrograms = dependencies "programs" "" (
    builtins.concatStringsSep "" (map cargoBuild (builtins.attrNames programs))
  );

  program =
    name: description:
    let
      crates = workspace.madeOf name;
    in
    build {
      pname = name;
      src = workspace.sourceOf crates [ ];
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

  # clippy and rustdoc read what `cargo check` leaves of dependencies. Tests want more, and share the macros and build
  # scripts. Nobody looks into any of it with a debugger.
  undebugged = "export CARGO_PROFILE_DEV_DEBUG=0\n";
  forLints =
    dependencies "lints" undebugged
      "cargo check --offline --locked --workspace --all-targets";
  forTests = dependencies "tests" (
    undebugged + continue forLints
  ) "cargo test --offline --locked --workspace --no-run";

  # A check of the whole workspace by commands of cargo's.
  check =
    name: dependencies: commands:
    build {
      pname = "dyno-${name}";
      src = workspace.sourceOf workspace.names [
        "\\.config"
        "\\.config/nextest\\.toml"
        "(clippy|dyno|rustfmt|selftest)\\.toml"
        "contract"
        "contract/.*"
        "docs"
        "docs/openapi\\.json"
        "METHODOLOGY\\.md"
      ];
      nativeBuildInputs = [ pkgs.cargo-nextest ];
      buildPhase = ''
        ${undebugged + continue dependencies}
        ${commands}
      '';
      installPhase = "touch $out";
    };
in
builtins.mapAttrs program programs
// {
  inherit toolchain;

  lints = check "lints" forLints ''
    cargo fmt --all --check
    cargo clippy --offline --locked --workspace --all-targets -- --deny warnings
    RUSTDOCFLAGS='--deny warnings' cargo doc --offline --locked --workspace --no-deps --document-private-items
  '';

  # The tests that run whole campaigns need ./dyno's own folder and are not for a sandbox; the laboratory's checks do
  # their part.
  tests = check "tests" forTests ''
    export HOME=$TMPDIR
    cargo nextest run --offline --locked --workspace --no-fail-fast \
      --filterset 'not (package(dyno) and kind(test))'
  '';
}
