# mkDerivation and what nixpkgs builds upon it, as far as the project uses it.
{
  system,
  fromHost,
  lib,
}:
let
  inherit (fromHost) tools;

  initialPath = with tools; [
    bash
    coreutils
    diffutils
    file
    findutils
    gawk
    gcc
    gnugrep
    gnumake
    gnused
    gnutar
    gzip
    patch
    xz
  ];

  stdenv = derivation {
    name = "stdenv-of-the-host";
    inherit system;
    outputs = [ "out" ];
    builder = "${tools.bash}/bin/bash";
    args = [
      "-euc"
      "${tools.coreutils}/bin/mkdir $out; ${tools.coreutils}/bin/cp ${./setup.sh} $out/setup; :"
    ];
  };

  isDependency =
    it:
    it == null
    || builtins.isString it
    || builtins.isPath it
    || builtins.isList it && builtins.all isDependency it
    || it.type or "" == "derivation";

  dependencies =
    attributes: list:
    if isDependency attributes.${list} or [ ] then
      attributes.${list} or [ ]
    else
      throw "Dependency is not of a valid type: an element of ${list} for ${
        attributes.name or attributes.pname
      }";

  mkDerivation =
    attributes:
    derivation (
      {
        inherit system stdenv initialPath;
        outputs = [ "out" ];
        name = "${attributes.pname}-${attributes.version}";
        builder = "${tools.bash}/bin/bash";
        args = [
          "-c"
          "source $stdenv/setup; genericBuild"
        ];
      }
      // removeAttrs attributes [
        "meta"
        "passthru"
      ]
      // {
        nativeBuildInputs = dependencies attributes "nativeBuildInputs";
        buildInputs = dependencies attributes "buildInputs";
      }
    )
    // attributes.passthru or { }
    // {
      meta = attributes.meta or { };
    };

  runCommand =
    name: attributes: script:
    mkDerivation (
      {
        inherit name;
        buildPhase = script;
        passAsFile = [ "buildPhase" ] ++ attributes.passAsFile or [ ];
        args = [
          "-c"
          ''source $stdenv/setup; source "$buildPhasePath"''
        ];
      }
      // removeAttrs attributes [ "passAsFile" ]
    );

  writeText =
    name: text:
    runCommand name {
      inherit text;
      passAsFile = [ "text" ];
    } ''cp "$textPath" $out'';
in
{
  inherit mkDerivation runCommand writeText;

  mkShell =
    attributes:
    mkDerivation (
      {
        name = "shell";
        buildPhase = "touch $out";
      }
      // attributes
    );

  # Its text is checked when it is built, as nixpkgs does.
  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      inheritPath ? true,
      meta ? { },
    }:
    runCommand name
      {
        nativeBuildInputs = [ tools.shellcheck ];
        program = ''
          #!${tools.bash}/bin/bash
          set -o errexit
          set -o nounset
          set -o pipefail

          export PATH="${
            builtins.concatStringsSep ":" (map (input: "${input}/bin") runtimeInputs)
          }${lib.optionalString inheritPath ":$PATH"}"

          ${text}
        '';
        passAsFile = [ "program" ];
        meta = {
          mainProgram = name;
        }
        // meta;
      }
      ''
        mkdir -p $out/bin
        cp "$programPath" $out/bin/${name}
        chmod +x $out/bin/${name}
        bash -n $out/bin/${name}
        shellcheck $out/bin/${name}
      '';
}
