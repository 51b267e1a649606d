# The crates of the workspace, as their manifests describe them, and the sources that a build of some of them needs.
{ lib }:
let
  manifestOf = folder: builtins.fromTOML (builtins.readFile (../. + "/${folder}/Cargo.toml"));

  subfolders =
    folder:
    map (name: "${folder}/${name}") (builtins.attrNames (builtins.readDir (../. + "/${folder}")));

  # Name to folder and manifest.
  crates = builtins.listToAttrs (
    map (
      folder:
      let
        manifest = manifestOf folder;
      in
      {
        inherit (manifest.package) name;
        value = { inherit folder manifest; };
      }
    ) (builtins.concatMap subfolders (subfolders "crates"))
  );
  names = builtins.attrNames crates;

  # The crates of the workspace that a program is made of, itself among them.
  madeOf =
    program:
    let
      needs = { manifest, ... }: (manifest.dependencies or { }) // (manifest.build-dependencies or { });
      isOurs = name: crates ? ${name};
    in
    map (it: it.key) (
      builtins.genericClosure {
        startSet = [ { key = program; } ];
        operator =
          { key }:
          map (key: { inherit key; }) (builtins.filter isOurs (builtins.attrNames (needs crates.${key})));
      }
    );

  # Every manifest, without which Cargo.lock would not fit, and the whole folders of these crates.
  sourceOf =
    wanted: others:
    lib.sourceByRegex ../. (
      [
        "Cargo\\.(toml|lock)"
        "crates"
        "crates/[^/]+"
        "crates/[^/]+/[^/]+"
        "crates/[^/]+/[^/]+/Cargo\\.toml"
      ]
      ++ map (name: "${crates.${name}.folder}/.*") wanted
      ++ others
    );

  # Empty programs where a crate has its targets: cargo refuses a manifest without any.
  stubsOf =
    name:
    let
      inherit (crates.${name}) folder manifest;
      isThere = file: builtins.pathExists (../. + "/${file}");
      targets = map (file: "${folder}/${file}") [
        "src/lib.rs"
        "src/main.rs"
        "build.rs"
      ];
      benches = map (bench: "${folder}/benches/${bench.name}.rs") (manifest.bench or [ ]);
    in
    builtins.filter isThere targets ++ benches;

  # A shell's command that makes stubs of all crates but these.
  stubAllBut = wanted: ''
    for stub in ${
      toString (builtins.concatMap stubsOf (builtins.filter (name: !(builtins.elem name wanted)) names))
    }; do
      mkdir -p "$(dirname "$stub")"
      echo '#![allow(warnings)] fn main() {}' >"$stub"
    done
  '';
in
{
  inherit
    names
    madeOf
    sourceOf
    stubAllBut
    ;
  inherit (manifestOf "") workspace;
}
