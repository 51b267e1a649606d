# Writes an attribute set as TOML. A JSON string, number or truth value is the same in TOML; only tables differ.
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
table: builtins.concatStringsSep "\n" (fields table) + "\n"
