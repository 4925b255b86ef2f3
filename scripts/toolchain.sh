# shellcheck shell=bash
# The Rust toolchain: sourced by lib.sh.
#
# ensure_toolchain makes sure that `cargo` in the checkout is Rust 1.85.0 with its sources (contracts
# build core and alloc from them), clippy, rustfmt and a linker for Wasm. `ensure_toolchain programs` is
# content without these, as only contracts and checks need them, and without a C++ compiler, which
# Binaryen needs; what it installs has them all the same. It takes, in this order,
#
#   1. what plain `cargo` in the checkout is already,
#   2. a Rust 1.85.0 that rustup has, or that an earlier run unpacked,
#   3. a new one from rustup,
#   4. a new one from Debian 12's packages, unpacked into a folder of its own: they cannot be
#      installed beside rustup, and must not take the place of the machine's own Rust.
#
# Callers may test its functions in conditions, where `set -e` is off: each step checks for itself.

# shellcheck disable=SC2154 # root is lib.sh's

# As in rust-toolchain.toml.
rust_version=1.85.0

# Debian has newer ones under the same names, hence the exact version.
debian_version=1.85.0+dfsg3-1~deb12u3
debian_packages="rustc-web cargo-web rust-web-src libstd-rust-web-dev libstd-rust-web-1.85 rust-web-clippy rustfmt-web"
# What those link with; apt tells which of these, and of what they need, the machine lacks.
debian_libraries="libcurl4 libhttp-parser2.9 libpcre3 libsqlite3-0 libssh2-1 libssl3 zlib1g libllvm19 lld-19"

# Where Debian's packages are unpacked, and what rustup calls that folder.
farthing_home=${FARTHING_HOME:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/farthing}
case $farthing_home in /*) ;; *) farthing_home=$PWD/$farthing_home ;; esac
rust_folder=$farthing_home/rust-$rust_version
rust_link=farthing-$rust_version

# What ensure_toolchain was asked for: everything, or programs.
toolchain_for=everything

# What the user's shell lacks for plain cargo; set by the functions below.
shell_hint=''

# Leaves `cargo` right and RUSTUP_TOOLCHAIN exported: contracts are built in temporary folders, where
# neither rust-toolchain.toml nor rustup's override for the checkout says which toolchain to use.
ensure_toolchain() {
  toolchain_for=${1:-everything}
  ensure_compilers
  rust_works || { find_rustup && rust_works; } || {
    forget_toolchain_choice
    use_installed_rust || install_rust
  }
  export_toolchain_name
}

# --- What is there ---

# Runs a command in the checkout, quietly and such that rustup downloads nothing. The second variable
# is for rustups before 1.28, which do not know the first.
probe() {
  (cd "$root" && RUSTUP_AUTO_INSTALL=0 RUSTUP_DIST_SERVER=file:///nonexistent "$@" 2>/dev/null)
}

# Whether plain cargo in the checkout is what the project needs.
rust_works() {
  local sysroot
  [[ $(probe cargo --version) == "cargo $rust_version "* ]] || return 1
  [[ $(probe rustc --version) == "rustc $rust_version "* ]] || return 1
  [ "$toolchain_for" = everything ] || return 0
  sysroot=$(probe rustc --print sysroot) || return 1
  [ -e "$sysroot/lib/rustlib/src/rust/library/Cargo.lock" ] &&
    [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/clippy-driver" ] &&
    [ -x "$sysroot/bin/rustfmt" ] && compgen -G "$sysroot/lib/rustlib/*/bin/rust-lld" >/dev/null
}

# Whether the toolchain in a folder is, called without rustup.
folder_works() {
  [ -x "$1/bin/cargo" ] || return 1
  (use_folder "$1" && rust_works)
}

# rustup's usual place is not on the PATH of every shell that runs scripts: true if that was it.
find_rustup() {
  local bin=${CARGO_HOME:-${HOME:-}/.cargo}/bin
  ! have rustup && [ -x "$bin/rustup" ] || return 1
  export PATH="$bin:$PATH"
  add_hint "export PATH=\"$bin:\$PATH\""
}

# RUSTUP_TOOLCHAIN overrides all else that tells rustup what to use.
forget_toolchain_choice() {
  if [ -n "${RUSTUP_TOOLCHAIN:-}" ]; then
    unset RUSTUP_TOOLCHAIN
    add_hint "unset RUSTUP_TOOLCHAIN"
  fi
}

add_hint() { shell_hint="${shell_hint:+$shell_hint; }$1"; }

# The folder of rustup's own Rust 1.85.0, if it has one.
rustup_folder() {
  local rustc
  have rustup && rustc=$(probe rustup which --toolchain "$rust_version" rustc) || return 1
  say "${rustc%/bin/rustc}"
}

use_installed_rust() {
  local folder
  ! rust_works || return 0
  if folder=$(rustup_folder) && folder_works "$folder"; then
    adopt "$rust_version" "$folder"
  elif folder_works "$rust_folder"; then
    adopt "$rust_link" "$rust_folder"
  else
    return 1
  fi
}

# --- Putting one to use ---

# adopt NAME FOLDER: makes plain cargo in the checkout use a toolchain, or else, where there is no
# rustup or another cargo comes before rustup's, this script's commands alone.
adopt() {
  if have rustup && tell_rustup "$1" "$2" >/dev/null 2>&1 && rust_works; then
    note "rustup uses its toolchain $1 in this checkout from now on."
    return 0
  fi
  use_folder "$2"
  shell_hint="export PATH=\"$2/bin:\$PATH\" LD_LIBRARY_PATH=\"$2/lib\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}\""
  RUSTUP_TOOLCHAIN=$1
  rust_works || die "Rust $rust_version is installed in $2, but does not run."
}

# An override for a folder goes before the rust-toolchain.toml in it.
tell_rustup() {
  if [ "$2" = "$rust_folder" ]; then
    rustup toolchain link "$1" "$2" || return 1
  fi
  rustup override set "$1" --path "$root"
}

# Debian's binaries look for their libraries in the system's folders only.
use_folder() {
  export PATH="$1/bin:$PATH"
  export LD_LIBRARY_PATH="$1/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}

export_toolchain_name() {
  local name=''
  if [ -z "${RUSTUP_TOOLCHAIN:-}" ]; then
    ! have rustup || name=$(probe rustup show active-toolchain) || name=''
    RUSTUP_TOOLCHAIN=${name%% *}
  fi
  # With no rustup, nothing reads it but the project's scripts.
  export RUSTUP_TOOLCHAIN="${RUSTUP_TOOLCHAIN:-$rust_link}"
}

# --- Installing one ---

install_rust() {
  local tried='there is no rustup' status=0
  # A target folder that is there took its share of the disk already.
  [ -e "$(target_folder)" ] || need_disk "$root" 6 "Building the project"
  if have rustup; then
    note "Installing Rust $rust_version, which the project builds with, through rustup; other toolchains stay as they are."
    install_with_rustup || status=$?
    [ "$status" -ne 130 ] || exit 130
    ! use_installed_rust || return 0
    tried='rustup could not install it'
  fi
  install_from_debian "$tried"
}

# With no network, rustup may wait for minutes before it gives up. It says what it installs as soon as
# it has heard from its server, so it is stopped when it has not within 20 seconds.
install_with_rustup() (
  log=$(mktemp) || exit 1
  rustup toolchain install "$rust_version" --no-self-update --profile minimal \
    --component rust-src,clippy,rustfmt --target wasm32-unknown-unknown >"$log" 2>&1 &
  pid=$!
  trap 'kill "$pid" 2>/dev/null || true; rm -f "$log"' EXIT
  trap 'exit 130' HUP INT TERM
  tenths=0
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    tenths=$((tenths + 1))
    [ "$tenths" -lt 200 ] || grep -qE 'latest update|component' "$log" || exit 1
  done
  trap 'rm -f "$log"' EXIT
  wait "$pid"
)

install_from_debian() {
  local why="Rust $rust_version is needed and could not be installed: $1"
  if ! have apt-get || ! have dpkg-deb; then
    die "$why, and the other way needs Debian 12's packages; with rustup and a network, scripts/setup does the rest."
  fi
  know_debian_packages "$why"
  ensure_certificates
  unpack_debian "$why" || exit
  adopt "$rust_link" "$rust_folder"
}

# --- Debian's packages ---

# As root, apt warns that its own user cannot write into our folder, unless told to go without it.
apt_get() {
  LC_ALL=C apt-get -qq -o APT::Sandbox::User=root -o Acquire::Retries=1 \
    -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 "$@"
}

pinned_packages() {
  local package
  for package in $debian_packages; do
    say "$package=$debian_version"
  done
}

# Those which the machine has not got at all: an `Inst` line of an update has the old version third.
missing_libraries() {
  # shellcheck disable=SC2086
  apt_get -s install --no-install-recommends $debian_libraries 2>/dev/null |
    awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }'
}

# shellcheck disable=SC2046
apt_knows_packages() { apt_get download --print-uris $(pinned_packages) lld-19 libllvm19 >/dev/null 2>&1; }

# False if any source failed, and for users who would be asked for a password.
update_lists() {
  if [ "$(id -u)" -eq 0 ]; then
    note "Updating apt's package lists."
    apt_get -o APT::Update::Error-Mode=any update >/dev/null 2>&1
  elif have sudo && sudo -n true 2>/dev/null; then
    note "Updating apt's package lists with sudo."
    sudo -n apt-get -qq -o APT::Update::Error-Mode=any -o Acquire::http::Timeout=20 update >/dev/null 2>&1
  else
    return 1
  fi
}

know_debian_packages() {
  ! apt_knows_packages || return 0
  local lists="apt's package lists could not be updated: run 'apt-get update' as root and try again"
  ! update_lists || lists="apt does not offer the packages of Debian 12 which have it"
  # They may be there even if a source of other packages failed.
  apt_knows_packages || die "$1, and $lists."
}

# Works in a folder next to the right one and moves the finished toolchain, so that an interrupted run
# leaves nothing half-made.
unpack_debian() (
  { mkdir -p "$farthing_home" && stage=$(mktemp -d "$rust_folder.XXXXXX"); } 2>/dev/null ||
    die "Cannot write to $farthing_home: set FARTHING_HOME to a folder for the Rust toolchain."
  # What a killed run left, but not what another is at.
  find "$farthing_home" -maxdepth 1 -name "rust-$rust_version.*" -mmin +600 -exec rm -rf {} + || true
  trap 'rm -rf "$stage"' EXIT
  trap 'exit 130' HUP INT TERM
  need_disk "$farthing_home" 2 "Unpacking Rust"
  note "Unpacking Rust $rust_version, which the project builds with, from Debian's packages into $rust_folder; other toolchains stay as they are."

  mkdir "$stage/debs" "$stage/root" "$stage/rust" || exit 1
  download_packages "$stage/debs" || { update_lists && download_packages "$stage/debs"; } ||
    die "$1, and Debian's packages of it could not be downloaded."
  { unpack_packages "$stage/debs" "$stage/root" && arrange_toolchain "$stage/root" "$stage/rust"; } ||
    die "$1, and Debian's packages of it could not be unpacked."
  check_libraries "$stage/rust"
  folder_works "$stage/rust" || die "$1, and Debian's packages of it do not run here."

  # What is in the way does not work, or it would have been used; or else another run was faster.
  if [ -e "$rust_folder" ] && ! folder_works "$rust_folder"; then
    mv -T "$rust_folder" "$stage/old" || die "Cannot replace $rust_folder."
  fi
  mv -T "$stage/rust" "$rust_folder" 2>/dev/null || folder_works "$rust_folder" ||
    die "Cannot move the unpacked Rust to $rust_folder."
)

# shellcheck disable=SC2046
download_packages() {
  (cd "$1" && apt_get download $(pinned_packages) $( (say lld-19 && say libllvm19 && missing_libraries) | sort -u) \
    >/dev/null 2>&1)
}

# unpack_packages DEBS ROOT; of Rust's sources, which are large, the standard library's.
unpack_packages() {
  local deb
  for deb in "$1"/*.deb; do
    case $deb in
      */rust-web-src_*)
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$2" "./usr/src/rustc-$rust_version/library" || return 1
        ;;
      *) dpkg-deb -x "$deb" "$2" || return 1 ;;
    esac
  done
}

# arrange_toolchain ROOT TO: brings the packages' files into the places that rustup's toolchains have
# them in. rustup lets programs find libraries in a toolchain's lib, and rustc looks for its linker for
# Wasm under the name rust-lld.
arrange_toolchain() {
  local name triple
  mkdir -p "$1/lib" "$2/bin" "$2/lib" || return 1
  for name in cargo cargo-clippy cargo-fmt clippy-driver rustc rustdoc rustfmt; do
    mv "$1/usr/bin/$name" "$2/bin/" || return 1
  done
  find "$1/lib" "$1/usr/lib" -mindepth 2 -maxdepth 2 -path '*-linux-gnu*/*.so*' -exec mv -t "$2/lib" {} + || return 1
  mv "$1/usr/lib/rustlib" "$2/lib/" || return 1
  mkdir -p "$2/lib/rustlib/src/rust" || return 1
  mv "$1/usr/src/rustc-$rust_version/library" "$2/lib/rustlib/src/rust/" || return 1
  for triple in "$2"/lib/rustlib/*-linux-gnu*; do
    mkdir -p "$triple/bin" && mv "$1/usr/lib/llvm-19/bin/lld" "$triple/bin/rust-lld" || return 1
  done
}

check_libraries() {
  local lacking
  lacking=$(LD_LIBRARY_PATH="$1/lib" ldd "$1"/bin/* "$1"/lib/*.so* "$1"/lib/rustlib/*/bin/rust-lld 2>/dev/null |
    awk '/not found/ && !seen[$1]++ { printf "%s%s", separator, $1; separator = ", " }') || true
  [ -z "$lacking" ] || die "Debian's Rust $rust_version needs shared libraries which this machine lacks: $lacking."
}

# --- What the machine itself must have ---

# Cryptography is compiled as C, and Binaryen, which makes contracts smaller, as C++.
ensure_compilers() {
  ! have_compilers || return 0
  local why="A C and a C++ compiler are needed"
  [ "$(uname)" != Darwin ] || die "$why: run 'xcode-select --install' and try again."
  { install_package g++ "the compiler of a dependency in C++" && have_compilers; } ||
    die "$why: install g++ (or what your system calls it) and try again."
}

have_compilers() {
  have cc || return 1
  have c++ || [ "$toolchain_for" = programs ] || return 1
  # macOS has commands by these names, which only offer to install the compilers.
  [ "$(uname)" != Darwin ] || xcode-select -p >/dev/null 2>&1
}

# Debian's cargo trusts only the certificates that this package installs.
ensure_certificates() {
  [ ! -e /etc/ssl/certs/ca-certificates.crt ] || return 0
  install_package ca-certificates "which cargo checks downloads with" ||
    die "Debian's cargo needs the package ca-certificates: install it and try again."
}

# install_package NAME WHY: with Debian's apt, as root.
install_package() {
  have apt-get && [ "$(id -u)" -eq 0 ] || return 1
  note "Installing Debian's $1, $2."
  apt_install "$1" || { update_lists && apt_install "$1"; }
}

# At this run level no service of a package is started.
apt_install() {
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt_get -y -o DPkg::Lock::Timeout=60 \
    install --no-install-recommends "$1" >/dev/null 2>&1
}
