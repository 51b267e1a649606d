# shellcheck shell=bash disable=SC2154 # patchelf and libc are written before this
# What the hook of nixpkgs does: every library that a file of machine code needs is found in libc, in the folder itself or
# in buildInputs, and written into the file; one that is found nowhere fails the build.

autoPatchelfLibrary() {
  local name=$1 folder
  shift
  for folder in "$@"; do
    if [ -e "$folder/$name" ]; then
      echo "$folder"
      return
    fi
  done
  return 1
}

autoPatchelf() {
  while [ $# -gt 0 ]; do
    case $1 in
    --)
      shift
      break
      ;;
    --*)
      echo "autoPatchelf: ERROR: Invalid command line argument: $1" >&2
      return 1
      ;;
    *) break ;;
    esac
  done
  if [ $# = 0 ]; then
    echo 'No paths to patch, stopping.' >&2
    return 1
  fi
  local file needed name folder path missing=0
  local -a folders=()
  for folder in ${buildInputs-}; do
    folders+=("$folder/lib")
  done
  while IFS= read -r -d '' file; do
    needed=$("$patchelf" --print-needed "$file" 2>/dev/null) || continue
    path=
    for name in $needed; do
      if [[ $libc = *" $name "* ]]; then
        continue
      elif folder=$(autoPatchelfLibrary "$name" "${file%/*}" ${folders[@]+"${folders[@]}"}); then
        path=$path${path:+:}$folder
      else
        echo "error: auto-patchelf could not satisfy dependency $name wanted by $file" >&2
        missing=1
      fi
    done
    if [ -n "$path" ]; then
      "$patchelf" --set-rpath "$path" "$file"
    fi
  done < <(find "$@" -type f \( -name '*.so' -o -name '*.so.*' -o -perm /111 \) -print0)
  if [ $missing = 1 ]; then
    echo 'auto-patchelf failed to find all the required dependencies.' >&2
    return 1
  fi
}
