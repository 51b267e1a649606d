# dyno with a matrix and everything that it runs, by absolute store paths: nothing is searched for, nothing is the user's.
# It does not know its revision, so that a commit which changes nothing of it repeats no check.
{
  pkgs,
  rust,
  matrix,
  places,
  files,
}:
let
  inherit (pkgs) lib;

  committed = builtins.fromTOML (builtins.readFile matrix);

  # Where a word of a command lies in the store; other words stay as they are.
  place =
    word:
    let
      found = builtins.filter (path: word == path || lib.hasPrefix "${path}/" word) (
        builtins.attrNames places
      );
      path = builtins.head found;
    in
    if found == [ ] then word else "${places.${path}}${lib.removePrefix path word}";

  # Of a contender and of a file, every list is a command. None is built here.
  withPlaces =
    it:
    builtins.mapAttrs (_: value: if builtins.isList value then map place value else value) (
      removeAttrs it [ "build" ]
    );
  isPlaced = command: lib.hasPrefix builtins.storeDir (builtins.head command);

  # A reference contender without a package is left to ./dyno, which measures it only where it is named.
  contenders = builtins.filter (it: isPlaced it.run || !(it.reference or false)) (
    map withPlaces committed.contender
  );
  made = map withPlaces (committed.file or [ ]);

  missing = builtins.filter (it: !isPlaced it.command) (
    map (it: {
      what = "contender `${it.name}`";
      command = it.run;
    }) contenders
    ++ map (it: {
      what = "file `${it.name}`";
      command = it.make;
    }) made
  );
  first = builtins.head missing;

  placed =
    if missing == [ ] then
      committed
      // {
        contender = contenders;
        file = made;
      }
    else
      throw "${baseNameOf matrix}: `${builtins.head first.command}` of the ${first.what} is in no package: say in `places` which one has it";

  # Commands run here, as they run beside dyno.toml without Nix.
  folder =
    pkgs.runCommand "dyno-matrix"
      { meta.description = "The matrix and what its commands and scenarios read"; }
      (
        ''
          mkdir $out
          cp ${(pkgs.formats.toml { }).generate "dyno.toml" placed} $out/dyno.toml
        ''
        + builtins.concatStringsSep "" (
          map (name: "cp -r ${files.${name}} $out/${name}\n") (builtins.attrNames files)
        )
      );

  tools = [
    # `sh`, which starts servers.
    pkgs.bash
    pkgs.coreutils
    # `compare REVISION`
    pkgs.git
    # `open`
    pkgs.xdg-utils
  ];
in
pkgs.writeShellApplication {
  name = "dyno";
  runtimeInputs = tools;
  text = ''
    # Nothing of the user's, except for the browser that shows a page.
    if [ "''${1-}" != open ]; then
      PATH=${lib.makeBinPath tools}
    fi
    export DYNO_MATRIX=${folder}/dyno.toml
    export DYNO_WRK=${lib.getExe pkgs.wrk}
    export DYNO_TIME=${lib.getExe pkgs.time}
    exec ${rust.dyno}/bin/dyno "$@"
  '';
  meta = {
    description = "The laboratory with all of its contenders and tools, without provenance";
    mainProgram = "dyno";
  };
}
