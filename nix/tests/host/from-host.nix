# Tools of the host, copied into the store. Only these derivations see the host's folders of programs: the project's own
# fail on a tool that they do not declare, as they would with nixpkgs. Shared libraries, headers and gcc's own parts are
# mounted in every sandbox.
#
# The last word of a build is a shell's: cp closes its output a moment before it ends, which Nix 2.8 takes for the end of
# the build, so that it may kill cp.
{ system, host }:
let
  copy =
    {
      name,
      version,
      mainProgram ? name,
      folders,
      script,
    }:
    derivation {
      name = "${name}-${version}-of-the-host";
      inherit system;
      outputs = [ "out" ];
      builder = "/bin/sh";
      args = [
        "-euc"
        "${script}\n:"
      ];
      PATH = "/usr/bin";
      __impureHostDeps = [
        "/usr/bin"
        "/etc/alternatives"
      ]
      ++ folders;
    }
    // {
      meta = {
        inherit mainProgram;
        description = "${name} of the host";
      };
    };

  tool =
    name: it:
    copy {
      inherit name;
      inherit (it) version;
      mainProgram = it.main;
      folders = it.folders;
      # A link such as awk's would lead into the host.
      script = ''
        mkdir -p $out/bin
        for program in ${toString it.programs}; do
          cp -L "$program" $out/bin/
        done
      '';
    };
in
{
  inherit copy;
  tools = builtins.mapAttrs tool host.tools;
}
