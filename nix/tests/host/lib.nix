# The functions of nixpkgs' lib that the project uses, and no others.
let
  inherit (builtins)
    any
    attrNames
    filterSource
    listToAttrs
    match
    stringLength
    substring
    ;
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  all = {
    inherit hasPrefix;

    escapeShellArgs =
      let
        quoted = word: "'${builtins.replaceStrings [ "'" ] [ "'\\''" ] word}'";
      in
      words: builtins.concatStringsSep " " (map quoted words);

    genAttrs =
      names: value:
      listToAttrs (
        map (name: {
          inherit name;
          value = value name;
        }) names
      );

    getExe =
      package:
      "${package}/bin/${
        package.meta.mainProgram or (throw "getExe: ${package.name} has no meta.mainProgram")
      }";

    makeBinPath = packages: builtins.concatStringsSep ":" (map (package: "${package}/bin") packages);

    licenses = {
      mit.spdxId = "MIT";
      asl20.spdxId = "Apache-2.0";
    };

    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };

    mkOption = option: option // { _type = "option"; };

    optionalString = condition: text: if condition then text else "";

    removePrefix =
      prefix: text:
      if hasPrefix prefix text then substring (stringLength prefix) (stringLength text) text else text;

    sourceByRegex =
      folder: patterns:
      let
        root = toString folder + "/";
        isWanted =
          path: _:
          let
            name = substring (stringLength root) (stringLength path) path;
          in
          any (pattern: match pattern name != null) patterns;
      in
      builtins.path {
        path = folder;
        name = "source";
        filter = isWanted;
      };

    types = {
      bool.check = builtins.isBool;
      nullOr = type: { check = value: value == null || type.check value; };
      strMatching = pattern: {
        check = value: builtins.isString value && match pattern value != null;
      };
    };
  };
in
# Only what is listed exists.
builtins.mapAttrs (name: _: all.${name})
  (builtins.fromJSON (builtins.readFile ./attributes.json)).lib
