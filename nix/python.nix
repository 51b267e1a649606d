# The Python contenders, on the very files that python/requirements.txt pins. python/wheels.json names those files;
# nothing comes from the packages of Python that nixpkgs has.
{ pkgs }:
let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv.hostPlatform) system;

  # nixpkgs leaves profile-guided optimisation out, because two builds with it differ in some bytes. Other distributions
  # build CPython with it, and its speed is part of what is measured here.
  interpreter = pkgs.python3.override {
    enableOptimizations = true;
    reproducibleBuild = false;
    self = interpreter;
  };
  python = interpreter.pythonVersion;

  lock = builtins.fromJSON (builtins.readFile ../python/wheels.json);
  isHere = it: it.system or system == system && it.python or python == python;
  locked =
    requirements:
    if builtins.any (it: it ? python && isHere it) lock."requirements.txt" then
      builtins.filter isHere lock.${requirements}
    else
      throw "python/wheels.json has no files of CPython ${python} for ${system}: name it in python/lock-wheels, and run that";

  # fetchPypi makes the address from the parts of a file's name.
  fetch =
    it:
    let
      wheel = builtins.match "([^-]+)-[^-]+-([^-]+)-([^-]+)-([^-]+)\\.whl" it.file;
      part = builtins.elemAt wheel;
    in
    pkgs.fetchPypi (
      {
        inherit (it) version sha256;
      }
      // (
        if wheel == null then
          { pname = it.project; }
        else
          {
            pname = part 0;
            format = "wheel";
            dist = part 1;
            python = part 1;
            abi = part 2;
            platform = part 3;
          }
      )
    );

  # By the names that pip reads.
  folderOf =
    requirements:
    pkgs.runCommand "python-files" { } ''
      mkdir $out
      ${builtins.concatStringsSep "\n" (
        map (it: "ln -s ${fetch it} $out/${it.file}") (locked requirements)
      )}
    '';

  # A virtual environment. pip checks every file against requirements.txt once more.
  environment =
    pkgs.runCommand "python-environment"
      {
        nativeBuildInputs = [ pkgs.autoPatchelfHook ];
        # For the wheels with machine code: libstdc++ and libgcc_s.
        buildInputs = [ pkgs.stdenv.cc.cc.lib ];
        meta.description = "The Python packages of the contenders";
      }
      ''
        for tool in ${folderOf "requirements-build.txt"}/*; do
          ${interpreter}/bin/python3 -m zipfile --extract "$tool" tools
        done
        ${interpreter}/bin/python3 -m venv --without-pip $out
        pip() {
          PYTHONPATH=$PWD/tools $out/bin/python -m pip --quiet --no-cache-dir --disable-pip-version-check "$@"
        }
        pip install --no-index --find-links ${folderOf "requirements.txt"} --no-deps --require-hashes \
          --only-binary :all: --no-binary flask-expects-json --no-build-isolation --no-compile \
          --requirement ${../python/requirements.txt}
        pip check
        $out/bin/python -m compileall -q --invalidation-mode unchecked-hash $out/lib
        autoPatchelf $out/lib
      '';

  source = lib.sourceByRegex ../python [ ".*\\.py" ];
in
{
  inherit environment interpreter;

  # The servers' sources. Importing them here shows that the stacks fit before anything is measured.
  contenders =
    pkgs.runCommand "python-contenders"
      {
        meta.description = "The contenders fastapi, aiohttp and flask";
      }
      ''
        mkdir $out
        cp -r ${source} $out/python
        chmod -R u+w $out
        cd $out/python
        export DYNO_PAYLOAD=$out/python/contract.py
        ${environment}/bin/python -m compileall -q --invalidation-mode unchecked-hash .
        ${environment}/bin/python extensions.py
        ${environment}/bin/python -c 'import fastapi_api, aiohttp_api, flask_api'
      '';
}
