{
  description = "A laboratory for HTTP servers: what dyno.toml compares";

  # Where you have dyno: the address that you gave to `nix flake init`.
  inputs.dyno.url = "git+file:///path/to/dyno";

  outputs =
    { self, dyno, ... }:
    let
      laboratory =
        system:
        dyno.lib.${system}.laboratory {
          inherit self;
          matrix = ./dyno.toml;
          # Where the programs of dyno.toml lie in the store. Until there is a server of yours, the second contender is
          # another of dyno's: put your package in its place.
          places = {
            "axum" = dyno.packages.${system}.server-axum;
            "mine" = dyno.packages.${system}.server-actix;
          };
        };
      laboratories = builtins.mapAttrs (system: _: laboratory system) dyno.lib;
      output = name: builtins.mapAttrs (_: laboratory: laboratory.${name}) laboratories;
    in
    {
      packages = output "packages";
      apps = output "apps";
      checks = output "checks";
    };
}
