{
  description = "A fleet whose rounds were measured before, so that nothing but the builders could change them";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    rust-overlay.url = "github:oxalica/rust-overlay";
    rust-overlay.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, ... }:
    let
      fleet =
        system:
        let
          pkgs = import nixpkgs { inherit system; };
        in
        import ./nix/fleet.nix {
          inherit pkgs;
          rounds = builtins.length (builtins.attrNames (builtins.readDir ./rounds));
          seed = 1;
          options = [ "--quick" ];
          epoch = 0;
          # `bench --round N --seed 1 --quick --out DIR` leaves what was measured before.
          dyno = pkgs.writeShellApplication {
            name = "dyno";
            runtimeInputs = [ pkgs.coreutils ];
            text = ''
              if [ "$1" != bench ]; then
                exec ${./program}/dyno "$@"
              fi
              [ "$2 $4 $6 $7" = '--round --seed --quick --out' ]
              cp -r ${./rounds}/"$3" "$8"
              chmod -R u+w "$8"
              if [ -e /run/dyno/measured ]; then
                echo "$3" >>/run/dyno/measured
              fi
              # Some trials are marked.
              exit 12
            '';
          };
        };
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: {
        fleet = fleet system;
      });
    };
}
