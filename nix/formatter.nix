# `nix fmt`: the Nix files, or those that are named.
{ pkgs }:
pkgs.writeShellApplication {
  name = "dyno-format";
  runtimeInputs = [
    pkgs.findutils
    pkgs.nixfmt
  ];
  inheritPath = false;
  text = ''
    check=()
    if [ "''${1-}" = --check ]; then
      check=(--check)
      shift
    fi
    find "''${@:-.}" -name '*.nix' -not -path '*/target/*' -exec nixfmt "''${check[@]}" {} +
  '';
  meta = {
    description = "Format the Nix files";
    mainProgram = "dyno-format";
  };
}
