# `import nixpkgs { … }`: the attributes of attributes.json, and no others.
{
  system,
  overlays ? [ ],
  # Nothing of nixpkgs' configuration is used here; without it nixpkgs reads the user's.
  config ? { },
}:
let
  listed = (builtins.fromJSON (builtins.readFile ./attributes.json)).pkgs;
  # What ./run found on this machine.
  host = builtins.fromJSON (builtins.readFile ./host.json);
  lib = import ./lib.nix;

  fromHost = import ./from-host.nix { inherit system host; };
  stdenv = import ./stdenv.nix { inherit system fromHost lib; };
  python = import ./python.nix { inherit system host fromHost; };
  patchelf = import ./patchelf.nix {
    inherit
      system
      host
      fromHost
      stdenv
      ;
  };
  base = fromHost.tools // {
    inherit lib;
    inherit (python) python3 fetchPypi;
    inherit (patchelf) autoPatchelfHook stdenv;
    inherit (stdenv)
      runCommand
      mkShell
      writeText
      writeShellApplication
      ;
    bashInteractive = fromHost.tools.bash;
    formats = import ./formats.nix { inherit (stdenv) writeText; };
    makeRustPlatform = import ./rust.nix { inherit host fromHost stdenv; };
  };

  final = builtins.foldl' (previous: overlay: previous // overlay final previous) base overlays;
in
builtins.mapAttrs (name: _: final.${name} or null) (
  if overlays == [ ] then removeAttrs listed [ "rust-bin" ] else listed
)
