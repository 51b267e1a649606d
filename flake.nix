{
  description = "dyno: decides, with evidence, which backend web server to build on";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    rust-overlay.url = "github:oxalica/rust-overlay";
    rust-overlay.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      rust-overlay,
    }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      world =
        system:
        import ./nix {
          inherit self;
          pkgs = import nixpkgs {
            inherit system;
            # Nobody's ~/.config/nixpkgs.
            config = { };
            overlays = [ rust-overlay.overlays.default ];
          };
        };
      worlds = nixpkgs.lib.genAttrs systems world;
      output = name: builtins.mapAttrs (_: world: world.${name}) worlds;
    in
    {
      packages = output "packages" // import ./nix/unsupported.nix;
      apps = output "apps";
      checks = output "checks";
      devShells = output "devShells";
      formatter = output "formatter";
      lib = output "lib";
      nixosModules.bench-machine = import ./nix/machine.nix;
      templates.default = {
        path = ./templates/laboratory;
        description = "A laboratory of your own: dyno.toml and the packages of its contenders";
      };
    };
}
