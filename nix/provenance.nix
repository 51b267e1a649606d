# Where everything comes from, for `environment.json`.
{ self, nixpkgs }:
let
  lock = builtins.fromJSON (builtins.readFile ../flake.lock);
  pin = lock.nodes.nixpkgs.locked;
in
{
  # A dirty tree has no revision; newer releases of Nix name the one that it differs from.
  revision = self.rev or self.dirtyRev or "dirty";
  dirty = !(self ? rev);
  nixpkgs = nixpkgs.rev or "not a revision of nixpkgs";
  # Not so with `--override-input`: then the lock file says one thing and another is used.
  pinned = (nixpkgs.narHash or "") == pin.narHash;
  store = builtins.storeDir;
}
