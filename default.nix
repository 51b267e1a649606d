# For who types nix-build or nix-shell.
throw "dyno is a flake: type `nix --extra-experimental-features 'nix-command flakes' run .#bench`"
