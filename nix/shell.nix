# `nix develop`: all that building, testing, measuring and writing need.
{
  pkgs,
  rust,
  python,
  formatter,
}:
pkgs.mkShell {
  name = "dyno";
  packages = [
    rust.toolchain
    python.environment
    formatter
    pkgs.cargo-nextest
    # The tests open reports in a browser.
    pkgs.chromium
    pkgs.git
    pkgs.luajit
    pkgs.nginx
    pkgs.nixfmt
    # The tests judge reports by axe-core.
    pkgs.nodejs
    pkgs.patchelf
    pkgs.ruff
    pkgs.shellcheck
    pkgs.time
    pkgs.wrk
    pkgs.xdg-utils
  ];
  # ./dyno and the tests look here first; GNU time has no fixed place as on other systems.
  DYNO_WRK = pkgs.lib.getExe pkgs.wrk;
  DYNO_TIME = pkgs.lib.getExe pkgs.time;
  # Where the wheels that python/setup installs find libstdc++, which lies in no folder that they look in.
  DYNO_LIBRARIES = "${pkgs.stdenv.cc.cc.lib}/lib";
  meta.description = "The shell for working on dyno";
}
