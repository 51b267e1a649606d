# python3.withPackages: the host's Python, and of the packages that ./run installed those that are asked for with all that
# they declare to need. A package that is not listed is a missing attribute, one that is not asked for cannot be imported.
{
  host,
  fromHost,
  stdenv,
}:
let
  listed = (builtins.fromJSON (builtins.readFile ./attributes.json)).python3Packages;
  packages = builtins.mapAttrs (name: _: name) listed;

  inherit (host.python) version;

  interpreter = fromHost.copy {
    name = "python";
    version = host.python.identity;
    mainProgram = "python3";
    folders = [ ];
    script = ''
      mkdir -p $out/bin $out/lib
      cp /usr/bin/python${version} $out/bin/
      ln -s python${version} $out/bin/python3
      cp -r /usr/lib/python${version} $out/lib/
    '';
  };

  withPackages =
    choose:
    let
      wanted = choose packages;
    in
    fromHost.copy {
      name = "python-env";
      version = "${host.python.identity}-${host.python.packagesIdentity}";
      mainProgram = "python3";
      folders = [ host.python.packages ];
      # A virtual environment by hand: pyvenv.cfg beside bin/ makes it one.
      script = ''
        mkdir -p $out/bin
        ln -s ${interpreter}/bin/python${version} $out/bin/python3
        ln -s python3 $out/bin/python
        echo 'home = ${interpreter}/bin' >$out/pyvenv.cfg
        $out/bin/python3 -B ${./select-packages.py} ${host.python.packages} $out ${version} ${toString wanted}
      '';
    };
in
interpreter // { inherit withPackages; }
