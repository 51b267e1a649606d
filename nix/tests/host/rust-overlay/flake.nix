{
  description = "A stand-in for rust-overlay: the toolchain of the host, if it is the one that is asked for";

  inputs.nixpkgs.url = "path:..";

  outputs = _: {
    overlays.default = _: previous: {
      rust-bin.fromRustupToolchainFile = previous.makeRustPlatform.toolchainOf;
    };
  };
}
