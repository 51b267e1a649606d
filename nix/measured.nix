# A build that measures: `dyno bench` with some words, in the build sandbox, which has loopback and no other network.
{ pkgs, dyno }:
let
  # The exit code of a finished campaign some of whose trials are marked.
  marked = "12";
in
name: attributes: words:
pkgs.runCommand name
  (
    {
      nativeBuildInputs = [
        dyno
        # `flock`
        pkgs.util-linux
      ];
      # What somebody else's cache holds are figures of another machine.
      allowSubstitutes = false;
    }
    // attributes
  )
  ''
    room=$(df --output=avail --block-size=1M . | tail -n 1)
    if [ "$room" -lt 100 ]; then
      echo "dyno: only $room MiB are free for the build: make room for 100, then build again" >&2
      exit 1
    fi
    # Sandboxes do not see each other: where the machine has a lock for them, one measures at a time.
    lock=/run/dyno/lock
    if [ -e $lock ]; then
      exec 9<$lock
      if ! flock --nonblock 9; then
        echo "dyno: waiting for another campaign on this machine, which holds $lock" >&2
        flock 9
      fi
    fi
    # The matrix's files are kept there.
    export HOME=$TMPDIR
    code=0
    dyno bench ${words} --out $out 9<&- || code=$?
    # What an hour has measured is kept, with its marks.
    if [ "$code" = ${marked} ]; then
      echo 'dyno: some trials are marked: samples.csv says which and why' >&2
    elif [ "$code" != 0 ]; then
      exit "$code"
    fi
  ''
