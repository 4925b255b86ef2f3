# shellcheck shell=bash
# What scripts share that test with libraries from npm and PyPI. Before it is sourced, after lib.sh, a script says
#
#   tested=…    what it tests, in words
#   kept=…      its own folder for what it installed, and for what came of it

# shellcheck disable=SC2154 # those two are the script's
mkdir -p "$kept"

# nothing_to_run WHY: there is no test without Node.
nothing_to_run() {
  note "Skipped the tests of $tested: $1"
  say "test result: ok. 0 passed; 0 failed; 1 ignored"
  exit
}

# need_node MAJOR MINOR
need_node() {
  have node || nothing_to_run "there is no Node here."
  have npm || nothing_to_run "there is no npm here."
  node -e '
    const [a, b] = process.versions.node.split(".").map(Number), [major, minor] = process.argv.slice(1).map(Number);
    process.exit(a > major || (a === major && b >= minor) ? 0 : 1);
  ' "$1" "$2" || nothing_to_run "they need Node $1.$2, and this is $(node --version)."
}

# unchanged NAME FILE: whether the file is as it was when `keep` was called with it.
unchanged() { [ "$(cat "$kept/$1.made-of" 2>/dev/null)" = "$(checksum <"$2")" ]; }
keep() { checksum <"$2" >"$kept/$1.made-of"; }

# install_npm FOLDER: what its lock file names.
install_npm() {
  local lock=$1/package-lock.json
  if ! { [ -d "$1/node_modules" ] && unchanged npm "$lock"; }; then
    note "Installing the libraries for Node."
    # A registry that does not answer is asked again soon: npm would wait for five minutes each time.
    (cd "$1" && npm ci --no-audit --no-fund --fetch-timeout=60000 --fetch-retries=5 >&2) ||
      die "npm cannot install what ${1#"$root"/} needs; see above."
    keep npm "$lock"
  fi
}

# install_pypi LIST MINOR WHAT: what a list names, for which Python 3.MINOR is needed; leaves Python's path in
# `python`, or nothing there, and says that WHAT is skipped.
install_pypi() {
  local venv=$kept/venv list=$1
  python=''
  if ! have python3; then
    note "Skipped $3: there is no Python here."
  elif ! python3 -c "import sys; sys.exit(sys.version_info < (3, $2))"; then
    note "Skipped $3: it needs Python 3.$2, and this is $(python3 --version)."
  elif ! { [ -x "$venv/bin/python" ] && unchanged python "$list"; } && ! make_venv "$venv" "$list"; then
    note "Skipped $3: this Python makes no virtual environments."
  else
    # shellcheck disable=SC2034 # the script reads it
    python=$venv/bin/python
    # Python would leave what it compiled in the checkout.
    export PYTHONDONTWRITEBYTECODE=1
  fi
}

# make_venv FOLDER LIST
make_venv() {
  note "Installing the libraries for Python."
  rm -rf "$1"
  python3 -m venv "$1" >&2 || return 1
  # All of them are there compiled: what had to be compiled here would take as long as it likes.
  "$1/bin/pip" install --quiet --disable-pip-version-check --timeout 30 --retries 5 --only-binary :all: -r "$2" >&2 ||
    die "pip cannot install what ${2#"$root"/} names; see above."
  keep python "$2"
}

# run_node_tests CONCURRENCY FILE…: all that Node finds, without a file. Leaves what came of them in `status`, `passed`,
# `failed` and `skipped`.
run_node_tests() {
  local at_once=$1
  shift
  status=0
  node --test --test-concurrency="$at_once" --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$kept/results.tap" "$@" || status=$?
  passed=$(count_of pass) failed=$(($(count_of fail) + $(count_of cancelled))) skipped=$(count_of skipped)
}

count_of() { sed -n "s/^# $1 //p" "$kept/results.tap" | tail -n 1; }

# Says what came of all tests, as cargo does, and ends.
end_with_result() {
  local verdict=ok
  [ "$status" -eq 0 ] || verdict=FAILED
  say "test result: $verdict. $passed passed; $failed failed; $skipped ignored"
  exit "$status"
}
