# pkgs.formats.toml. A JSON string, number or truth value is the same in TOML; only tables differ.
{ writeText }:
let
  value =
    it:
    if builtins.isAttrs it then
      "{ ${builtins.concatStringsSep ", " (fields it)} }"
    else if builtins.isList it then
      "[${builtins.concatStringsSep ", " (map value it)}]"
    else
      builtins.toJSON it;
  fields = table: map (name: "${name} = ${value table.${name}}") (builtins.attrNames table);
in
{
  toml =
    { }:
    {
      generate = name: table: writeText name (builtins.concatStringsSep "\n" (fields table) + "\n");
    };
}
