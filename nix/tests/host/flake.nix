{
  description = "A stand-in for nixpkgs, backed by the host's own tools; not the pinned world";

  outputs = _: {
    lib = import ./lib.nix;
    # `nix develop` takes its bash from here.
    legacyPackages.x86_64-linux = import ./. { system = "x86_64-linux"; };
    legacyPackages.aarch64-linux = import ./. { system = "aarch64-linux"; };
  };
}
