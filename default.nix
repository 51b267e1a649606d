# The flake's packages for `nix build -f . reports` and `nix-build -A reports`, from a checkout.
{
  system ? builtins.currentSystem,
}:
if builtins ? getFlake then
  (builtins.getFlake (toString ./.)).packages.${system}
else
  throw "dyno is a flake: type `nix-build --option experimental-features 'nix-command flakes' -A reports`"
