# dyno with everything that it runs, by absolute store paths: nothing is searched for, nothing is the user's.
{
  pkgs,
  rust,
  python,
  provenance,
}:
let
  inherit (pkgs) lib;

  toTOML = import ./toml.nix;
  committed = builtins.fromTOML (builtins.readFile ../dyno.toml);

  # Where a word of a command lies in the store; other words stay as they are.
  place =
    word:
    let
      program = lib.removePrefix "target/release/" word;
    in
    if lib.hasPrefix "target/release/" word then
      "${
        rust.${program} or (throw "dyno.toml: nix/rust.nix builds no `${program}`: add it there")
      }/bin/${program}"
    else if lib.hasPrefix ".venv/" word then
      "${python.environment}/${lib.removePrefix ".venv/" word}"
    else
      word;

  # Yardsticks, which are measured only where they are named, are left to ./dyno.
  candidates = builtins.filter (it: !(it.reference or false)) committed.contender;

  contender =
    it:
    let
      run = map place it.run;
    in
    if lib.hasPrefix builtins.storeDir (builtins.head run) then
      removeAttrs it [ "build" ]
      // {
        inherit run;
        version = map place (it.version or [ ]);
      }
    else
      throw "dyno.toml: the contender `${it.name}` has no package: give it one in nix/, and its place in nix/laboratory.nix";

  matrix = pkgs.writeText "dyno.toml" (
    toTOML (committed // { contender = map contender candidates; })
  );

  # Commands run here, as they run beside dyno.toml without Nix.
  folder =
    pkgs.runCommand "dyno-matrix"
      { meta.description = "The matrix, the wrk scripts and the Python sources"; }
      ''
        mkdir $out
        cp ${matrix} $out/dyno.toml
        cp -r ${../lua} $out/lua
        cp -r ${python.contenders}/python $out/python
      '';

  told = pkgs.writeText "dyno-provenance.json" (
    builtins.toJSON {
      inherit (provenance)
        revision
        nixpkgs
        pinned
        store
        ;
    }
  );
in
{
  inherit folder;

  dyno = pkgs.writeShellApplication {
    name = "dyno";
    runtimeInputs = [ pkgs.coreutils ];
    # Nothing of the user's PATH.
    inheritPath = false;
    text = ''
      export DYNO_MATRIX=${folder}/dyno.toml
      export DYNO_WRK=${lib.getExe pkgs.wrk}
      export DYNO_TIME=${lib.getExe pkgs.time}
      export DYNO_NIX=${told}
      exec ${rust.dyno}/bin/dyno "$@"
    '';
    meta = {
      description = "The laboratory with all of its contenders and tools";
      mainProgram = "dyno";
    };
  };
}
