# All that the flake offers for one system.
{
  self,
  nixpkgs,
  pkgs,
}:
let
  rust = import ./rust.nix { inherit pkgs; };
  python = import ./python.nix { inherit pkgs; };
  provenance = import ./provenance.nix { inherit self nixpkgs; };
  laboratory = import ./laboratory.nix {
    inherit
      pkgs
      rust
      python
      provenance
      ;
  };
  apps = import ./apps.nix { inherit pkgs laboratory provenance; };
  campaigns = import ./campaigns.nix { inherit pkgs laboratory; };
  formatter = import ./formatter.nix { inherit pkgs; };
in
{
  packages = {
    inherit (rust) server-axum server-actix;
    python-contenders = python.contenders;
    dyno = laboratory.dyno;
    default = laboratory.dyno;
    inherit (campaigns) reports reports-quick;
  };
  inherit (apps) apps;
  devShells.default = import ./shell.nix {
    inherit
      pkgs
      rust
      python
      formatter
      ;
  };
  checks = import ./checks.nix {
    inherit
      pkgs
      rust
      python
      laboratory
      apps
      campaigns
      formatter
      ;
  };
  inherit formatter;
}
