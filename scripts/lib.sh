# shellcheck shell=bash
# What the project's scripts share. A script begins with
#
#   set -euo pipefail
#   source "$(dirname "$0")/lib.sh"
#   ensure_toolchain          # or build_programs PACKAGE
#
# and has the right `cargo` from there on. Nothing here needs more than the bash 3.2 of macOS.

# The checkout, as an absolute path.
root=$(CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }

# Notes go to standard error: a script's standard output may be read by another program.
note() { say "$*" >&2; }

# Ends the script with one sentence.
die() {
  note "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# checksum [FILE…]: SHA-256, of standard input without a file.
checksum() {
  if have sha256sum; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# put_between NAME DOCUMENT: what is read stands in a document from now on, between its comments `NAME: begin` and
# `NAME: end`.
put_between() {
  local written
  written=$(mktemp)
  awk -v name="$1" '
    $0 == "<!-- " name ": end -->" { skips = 0 }
    !skips
    $0 == "<!-- " name ": begin -->" { while ((getline line < "-") > 0) print line; skips = 1 }' "$2" >"$written"
  cat "$written" >"$2"
  rm "$written"
}

# need_disk FOLDER GIGABYTES PURPOSE
need_disk() {
  local free
  # The column before the percentage: device names and folders may hold spaces.
  free=$(df -Pk "$1" | awk 'NR > 1 { for (i = 2; i <= NF; i++) if ($i ~ /^[0-9]+%$/) { print $(i - 1); exit } }') || return 0
  [ -n "$free" ] || return 0
  [ "$free" -ge $(($2 * 1024 * 1024)) ] ||
    die "$3 needs about $2 GB of free disk in $1, which has $((free / 1024)) MB: free some and try again."
}

# shellcheck source=scripts/toolchain.sh
source "$root/scripts/toolchain.sh"

# Chosen for every build alike, so that no dependency is compiled twice with different features.
features=farthing-artifacts/build

# Cargo's, which need not exist yet.
target_folder() {
  case ${CARGO_TARGET_DIR:-target} in
    /*) say "$CARGO_TARGET_DIR" ;;
    *) say "$root/${CARGO_TARGET_DIR:-target}" ;;
  esac
}

# Whether this checkout has what builds contracts.
has_builder() { [ -x "$(target_folder)/debug/build-contracts" ]; }

# build_programs PACKAGE… [FLAG…]: compiles programs that take the contracts from abi/, with cargo's FLAGs,
# and nothing that they do not need. Where contracts were built, everything is brought up to date instead:
# with another choice of packages, dependencies would have other features, and be compiled once more.
build_programs() {
  if has_builder; then
    ensure_toolchain
    build_contracts >/dev/null
    return
  fi
  ensure_toolchain programs
  [ -e "$(target_folder)/debug" ] || note "Compiling: about 4 minutes on 2 cores the first time."
  local argument chosen=()
  for argument; do
    case $argument in
      -*) chosen+=("$argument") ;;
      *) chosen+=(--package "$argument") ;;
    esac
  done
  (cd "$root" && cargo build --locked "${chosen[@]}") || die "$does_not_compile"
}

does_not_compile="The project's programs do not compile: cargo says why above. Without a network, it cannot download what they depend on."

# Compiles the project's programs and with them builds the contracts, where either is out of date, and
# prints name, Wasm size and code hash of each contract.
build_contracts() {
  if ! has_builder; then
    note "Compiling the project's programs: about 10 minutes on 2 cores the first time, most of them for Binaryen and the embedded chain."
  fi
  (cd "$root" && cargo build --locked --workspace --exclude farthing-node-tests --features "$features") ||
    die "$does_not_compile"
  (cd "$root" && "$(target_folder)/debug/build-contracts") ||
    die "The contracts do not build; see above."
}

# install_tool NAME VERSION [FLAG…]: leaves in `tool` the path of a program that cargo can install: the one on
# the PATH if it is of that version, or else one in target/tools, compiled with cargo's FLAGs unless it is
# there. Unoptimised: that compiles in a third of the time, and they run for seconds.
install_tool() {
  local name=$1 version=$2 folder
  shift 2
  folder=$(target_folder)/tools
  tool=$(command -v "$name") && is_version "$tool" "$version" && return 0
  tool=$folder/bin/$name
  # As cargo notes it down: not every tool says its version when asked like that.
  ! grep -qs "^\"$name $version " "$folder/.crates.toml" || return 0
  note "Compiling $name $version into $folder: some minutes, once."
  need_disk "$root" 2 "Compiling $name"
  (cd "$root" && CARGO_PROFILE_DEV_DEBUG=0 env -u CARGO_TARGET_DIR \
    cargo install --quiet --locked --debug --force --root "$folder" "$name" --version "=$version" "$@" >&2) ||
    die "$name $version does not compile; cargo says why above."
}

# is_version PROGRAM VERSION
is_version() { [ -x "$1" ] && [[ " $("$1" --version 2>/dev/null) " == *[\ v]"$2 "* ]]; }
