# Where everything comes from, for `environment.json`.
{ self }:
let
  lockFile = self + "/flake.lock";
  lock =
    if builtins.pathExists lockFile then
      builtins.fromJSON (builtins.readFile lockFile)
    else
      { nodes.root = { }; };

  # The inputs of a flake and the inputs of those, each beside its node of the lock file.
  describe =
    prefix: inputs: node:
    builtins.concatMap (
      name:
      let
        input = inputs.${name};
        place = node.inputs.${name} or null;
        locked = if builtins.isString place then lock.nodes.${place} else { };
      in
      # A list of names: it follows another input, which is described in its own place.
      if builtins.isList place then
        [ ]
      else
        [
          {
            name = prefix + name;
            revision = input.rev or "none";
            # Not so with `--override-input`: then the lock file says one thing and another is used.
            pinned = input ? narHash && input.narHash == locked.locked.narHash or null;
          }
        ]
        ++ describe "${prefix}${name}/" (input.inputs or { }) locked
    ) (builtins.attrNames inputs);
in
rec {
  # A dirty tree has no revision; newer releases of Nix name the one that it differs from.
  revision = self.rev or self.dirtyRev or "dirty";
  dirty = !(self ? rev);
  inputs = describe "" self.inputs lock.nodes.root;
  pinned = builtins.all (input: input.pinned) inputs;
  store = builtins.storeDir;
}
