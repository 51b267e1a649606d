# makeRustPlatform: cargo without a network, on crates that Cargo.lock's own checksums vouch for.
{
  host,
  fromHost,
  stdenv,
}:
let
  toolchain = fromHost.copy {
    name = "rust";
    version = host.rust.version;
    mainProgram = "cargo";
    folders = [ host.rust.folder ];
    # The documentation is most of it.
    script = ''
      mkdir $out
      cp -r ${host.rust.folder}/bin ${host.rust.folder}/lib $out/
    '';
  };

  # A crate as cargo downloaded it: `nix/tests/host/run` had it fetch them all, and a changed byte is refused here.
  crate =
    package:
    builtins.fetchurl {
      url = "file://${host.crates}/${package.name}-${package.version}.crate";
      sha256 = package.checksum;
    };

  vendor =
    { lockFile }:
    let
      lock = builtins.fromTOML (builtins.readFile lockFile);
      packages = builtins.filter (package: package ? checksum) lock.package;
    in
    stdenv.runCommand "crates"
      {
        list = builtins.concatStringsSep "\n" (
          map (package: "${crate package} ${package.name}-${package.version} ${package.checksum}") packages
        );
        passAsFile = [ "list" ];
      }
      ''
        mkdir $out
        while read -r archive name checksum || [ -n "$archive" ]; do
          tar --extract --gzip --file "$archive" --directory $out
          printf '{"files":{},"package":"%s"}' "$checksum" >"$out/$name/.cargo-checksum.json"
        done <"$listPath"
        cp ${lockFile} $out/Cargo.lock
      '';

  platform =
    { cargo, rustc }:
    {
      buildRustPackage =
        attributes:
        stdenv.mkDerivation (
          {
            crates = vendor (
              attributes.cargoLock or (throw "cargoHash, cargoVendorDir, cargoDeps, or cargoLock must be set")
            );
            doCheck = true;
            cargoBuildFlags = [ ];
            configurePhase = ''
              if ! cmp Cargo.lock $crates/Cargo.lock; then
                echo "the Cargo.lock of the sources is not cargoLock.lockFile" >&2
                exit 1
              fi
              export CARGO_HOME=$TMPDIR/cargo
              mkdir $CARGO_HOME
              # Some build scripts copy what they compile, permissions and all, and then write to it.
              cp -r $crates $TMPDIR/crates
              chmod -R u+w $TMPDIR/crates
              cat >$CARGO_HOME/config.toml <<END
              [source.crates-io]
              replace-with = "vendored"
              [source.vendored]
              directory = "$TMPDIR/crates"
              END
            '';
            buildPhase = ''
              cargo build --release --offline --jobs $NIX_BUILD_CORES $cargoBuildFlags
            '';
            checkPhase = ''
              cargo test --release --offline --jobs $NIX_BUILD_CORES $cargoBuildFlags
            '';
            installPhase = ''
              mkdir -p $out/bin
              find target/release -maxdepth 1 -type f -executable ! -name '*.so' -exec cp {} $out/bin/ \;
            '';
          }
          // removeAttrs attributes [ "cargoLock" ]
          // {
            nativeBuildInputs = [
              cargo
              rustc
            ]
            ++ attributes.nativeBuildInputs or [ ];
          }
        );
    };
in
{
  __functor = _: platform;

  # What rust-overlay's fromRustupToolchainFile gives.
  toolchainOf =
    file:
    let
      wanted = (builtins.fromTOML (builtins.readFile file)).toolchain.channel;
    in
    if wanted == host.rust.version then
      toolchain
    else
      throw "the host's Rust is ${host.rust.version}, but rust-toolchain.toml wants ${wanted}: install that one with rustup";
}
