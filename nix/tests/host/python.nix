# python3, which has no package at all, and fetchPypi, which takes what ./run downloaded.
{
  system,
  host,
  fromHost,
}:
let
  inherit (host.python) version;

  python3 =
    fromHost.copy {
      name = "python";
      version = host.python.identity;
      mainProgram = "python3";
      folders = [ ];
      script = ''
        mkdir -p $out/bin $out/lib
        cp /usr/bin/python${version} $out/bin/
        ln -s python${version} $out/bin/python3
        ln -s python3 $out/bin/python
        cp -r /usr/lib/python${version} $out/lib/
      '';
    }
    // {
      pythonVersion = version;
      # The host's Python is what it is: only what is asked for can be judged.
      override =
        {
          enableOptimizations ? false,
          reproducibleBuild ? false,
          self ? python3,
        }:
        if enableOptimizations && reproducibleBuild then
          throw "Deterministic builds are not achieved when optimizations are enabled."
        else
          python3;
    };

  pathOfWheel =
    {
      pname,
      version,
      dist ? "py2.py3",
      python ? "py2.py3",
      abi ? "none",
      platform ? "any",
    }:
    "${dist}/${builtins.substring 0 1 pname}/${pname}/${pname}-${version}-${python}-${abi}-${platform}.whl";

  pathOfSource =
    {
      pname,
      version,
      extension ? "tar.gz",
    }:
    "source/${builtins.substring 0 1 pname}/${pname}/${pname}-${version}.${extension}";

  pathOf = {
    wheel = pathOfWheel;
    setuptools = pathOfSource;
  };
in
{
  inherit python3;

  # A file that was not downloaded, and one whose bytes are others, are refused here.
  fetchPypi =
    {
      pname,
      version,
      format ? "setuptools",
      sha256 ? "",
      hash ? "",
      ...
    }@arguments:
    let
      path = pathOf.${format} or (throw "Unsupported format ${format}");
      file = "${host.pypi}/${
        path (
          removeAttrs arguments [
            "format"
            "sha256"
            "hash"
          ]
        )
      }";
      hashes = builtins.filter (it: it != "") [
        sha256
        hash
      ];
    in
    if builtins.length hashes != 1 then
      throw "fetchPypi: ${pname} needs one hash, and has ${toString (builtins.length hashes)}"
    else
      derivation {
        name = baseNameOf file;
        inherit system file;
        outputs = [ "out" ];
        builder = "/bin/sh";
        args = [
          "-euc"
          "cp $file $out; :"
        ];
        PATH = "/usr/bin";
        __impureHostDeps = [
          "/usr/bin"
          host.pypi
        ];
        outputHash = builtins.head hashes;
        outputHashAlgo = "sha256";
        outputHashMode = "flat";
      };
}
