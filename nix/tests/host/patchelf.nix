# autoPatchelfHook and the compiler's own libraries, which wheels with machine code need.
{
  system,
  host,
  fromHost,
  stdenv,
}:
{
  # A build that has the hook calls `autoPatchelf FOLDER`.
  autoPatchelfHook =
    stdenv.runCommand "auto-patchelf-hook"
      {
        inherit (host) libc;
        patchelf = fromHost.tools.patchelf;
      }
      ''
        mkdir -p $out/nix-support
        {
          echo "patchelf=$patchelf/bin/patchelf"
          echo "libc=' $libc '"
          cat ${./auto-patchelf.sh}
        } >$out/nix-support/setup-hook
      '';

  stdenv = {
    hostPlatform.system = system;
    cc.cc.lib = fromHost.copy {
      name = "gcc-lib";
      version = host.gccLibraries.version;
      folders = [ ];
      script = ''
        mkdir -p $out/lib
        for library in ${toString host.gccLibraries.files}; do
          cp -L "$library" $out/lib/
        done
      '';
    };
  };
}
