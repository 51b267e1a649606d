# shellcheck shell=bash disable=SC2123,SC2154 # the variables are the derivation's
# What stdenv does for a derivation: a PATH of declared tools, and phases.
set -euo pipefail

PATH=
for package in ${nativeBuildInputs-} ${buildInputs-} ${packages-} $initialPath; do
  PATH=$PATH${PATH:+:}$package/bin
done
export PATH
# No build has a home.
export HOME=/homeless-shelter
# Copied away from its place, gcc no longer finds its parts.
export GCC_EXEC_PREFIX=/usr/lib/gcc/
export SOURCE_DATE_EPOCH=315532800
# Hooks give a build functions to call.
for package in ${nativeBuildInputs-}; do
  if [ -e "$package/nix-support/setup-hook" ]; then
    # shellcheck source=/dev/null
    source "$package/nix-support/setup-hook"
  fi
done
unset package

runPhase() {
  echo "running phase: $1"
  if [ -n "${!1-}" ]; then
    eval "${!1}"
  elif declare -F "$1" >/dev/null; then
    "$1"
  fi
}

unpackPhase() {
  [ -n "${src-}" ] || return 0
  cp -r "$src" source
  chmod -R u+w source
  cd source
}

patchPhase() {
  eval "${postPatch-}"
}

genericBuild() {
  local phase
  for phase in unpackPhase patchPhase configurePhase buildPhase checkPhase installPhase; do
    if [ $phase = checkPhase ] && [ -z "${doCheck-}" ]; then
      continue
    fi
    runPhase $phase
  done
}

# As stdenv leaves it; `nix develop` relies on it.
set +u
