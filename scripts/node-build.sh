# shellcheck shell=bash
# Building Farthing's own node: sourced by scripts/node.
#
# install_node leaves its path in `node`. It is built once per machine: the binary is kept outside the
# checkout, in a folder named after what it is made of, and what was compiled on the way is removed.
# FARTHING_HOME names the folder that this happens in, FARTHING_KEEP_NODE_TARGET=1 keeps the rest too.

# shellcheck disable=SC2154 # root, farthing_home and rust_version are the other files'

install_node() {
  ensure_toolchain
  ! node_is_built || return 0

  local folder=${node%/*} target=$farthing_home/node-target start=$SECONDS
  mkdir -p "$target" 2>/dev/null ||
    die "Cannot write to $farthing_home: set FARTHING_HOME to a folder for the node."
  # What was compiled before an interruption took its share already.
  [ -e "$target/release" ] || need_disk "$target" 5 "Building the node"
  note "Building Farthing's node, once: about half an hour on 2 cores. It goes on from where it was if it is interrupted."
  ensure_openssl_tools
  ensure_wasm_std "$target"
  compile_node "$target" || die "The node does not build; see above."
  keep_node "$target/release/farthing-node" "$folder"
  [ -n "${FARTHING_KEEP_NODE_TARGET:-}" ] || rm -rf "$target"
  note "Built $node in $(((SECONDS - start) / 60)) minutes."
}

# Whether the node of these sources is there; leaves its path in `node` in any case.
node_is_built() {
  node=$farthing_home/node-$(node_hash)/farthing-node || exit
  [ -x "$node" ]
}

# Of everything that goes into the binary, short enough for a folder's name.
node_hash() {
  (
    cd "$root/node" || exit 1
    find .cargo Cargo.lock Cargo.toml src -type f | LC_ALL=C sort | while read -r file; do
      say "$file"
      cat "$file"
    done
    probe rustc -vV
  ) | checksum | cut -c 1-16
}

checksum() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi
}

# compile_node TARGET
compile_node() {
  local protoc=${PROTOC:-}
  (
    cd "$root/node" || exit 1
    export CARGO_TARGET_DIR=$1
    # The runtime's build script needs the lock file for Wasm, too; see node/.cargo/config.toml.
    [ -n "$protoc" ] || protoc=$(cargo run -q --locked -p protoc) ||
      die "The node's build needs protoc, and there is none for this machine: install protobuf-compiler and set PROTOC to the path of protoc."
    export PROTOC=$protoc
    if [ -t 2 ]; then
      cargo build --release --locked
    else
      cargo build --release --locked 2>&1 | report_progress
    fi
  )
}

# One line for every hundredth crate instead of one for each.
report_progress() {
  local line crates=0 start=$SECONDS
  while IFS= read -r line; do
    case $line in
      *Compiling\ *)
        crates=$((crates + 1))
        [ $((crates % 100)) -ne 0 ] ||
          note "Compiling crate $crates of about 850, after $(((SECONDS - start) / 60)) minutes."
        ;;
      *Downloading\ * | *Downloaded\ *) ;;
      *) note "$line" ;;
    esac
  done
}

# keep_node BINARY FOLDER: all at once, so that nobody finds half a node.
keep_node() {
  { mkdir -p "$2" && cp "$1" "$2/new.$$" && mv "$2/new.$$" "$2/farthing-node"; } ||
    die "Cannot put the node into $2."
}

# OpenSSL, which the network code brings along, is built with these.
ensure_openssl_tools() {
  have make || install_package make "which builds a dependency of the node" || true
  perl -MFindBin -MIPC::Cmd -e 1 2>/dev/null ||
    install_package perl "which configures a dependency of the node" || true
  { have make && perl -MFindBin -MIPC::Cmd -e 1 2>/dev/null; } ||
    die "Building the node needs make and perl with its standard modules: install both and try again."
}

# --- The standard library for Wasm ---

# The runtime inside the node is a Wasm program with the standard library's crates, which a toolchain
# from Debian's packages has not got; rustup's own can get them. ensure_wasm_std SCRATCH
ensure_wasm_std() {
  local sysroot lib
  sysroot=$(cd "$root" && rustc --print sysroot) || die "rustc does not run."
  lib=$sysroot/lib/rustlib/wasm32-unknown-unknown/lib
  ! compgen -G "$lib/libstd-*.rlib" >/dev/null || return 0
  if have rustup && rustup target add wasm32-unknown-unknown --toolchain "$RUSTUP_TOOLCHAIN" >/dev/null 2>&1; then
    ! compgen -G "$lib/libstd-*.rlib" >/dev/null || return 0
  fi
  note "Building the standard library for Wasm, once: about a minute."
  { build_wasm_std "$1/wasm-std" && copy_wasm_std "$1/wasm-std" "$lib"; } ||
    die "The standard library for Wasm could not be built into $lib; see above."
}

# build_wasm_std FOLDER: as a dependency of an empty library.
build_wasm_std() {
  rm -rf "$1" && mkdir -p "$1/src" && : >"$1/src/lib.rs" || return 1
  printf '%s\n' '[package]' 'name = "empty"' 'edition = "2021"' '[workspace]' \
    '[profile.release]' 'panic = "abort"' >"$1/Cargo.toml" || return 1
  (cd "$1" && RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$1/target cargo build -q --release \
    --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort)
}

# copy_wasm_std FOLDER LIB: into a folder beside it first, so that an interrupted copy is none.
copy_wasm_std() {
  mkdir -p "$2" "${2%/lib}/new.$$" || return 1
  cp "$1"/target/wasm32-unknown-unknown/release/deps/lib*.rlib "${2%/lib}/new.$$/" || return 1
  rm -f "${2%/lib}/new.$$"/libempty-*.rlib
  # The one that is looked for goes last.
  find "${2%/lib}/new.$$" ! -name 'libstd-*' -name '*.rlib' -exec mv {} "$2/" \; || return 1
  mv "${2%/lib}/new.$$"/libstd-*.rlib "$2/" && rmdir "${2%/lib}/new.$$" && rm -rf "$1"
}
