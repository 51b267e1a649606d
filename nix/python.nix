# The Python contenders: the three stacks from nixpkgs, whose versions may differ from requirements.txt. The reports show
# the real ones.
{ pkgs }:
let
  inherit (pkgs) lib;

  environment = pkgs.python3.withPackages (
    packages: with packages; [
      fastapi
      uvicorn
      uvloop
      httptools
      pydantic

      aiohttp
      marshmallow

      flask
      flask-expects-json
      gunicorn
    ]
  );

  source = lib.sourceByRegex ../python [ ".*\\.py" ];
in
{
  inherit environment;

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
        ${environment}/bin/python -c 'import fastapi_api, aiohttp_api, flask_api'
      '';
}
