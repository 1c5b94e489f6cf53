#!/usr/bin/env bash
# Make a virtual environment and install a lock into it, every file checked against its hash.
#
#   install.sh VENV LOCK [--alone]
#
# --alone: for another program's environment, which ours is not part of.
# No registry is named here: pip and uv use whatever index the machine is configured for. uv does not read pip's
# configuration, so that it is handed on below. Where uv cannot be had, pip does the same work more slowly.
set -euo pipefail

venv=$1 lock=$2 python=${PYTHON:-python3}
here=$(dirname "$0")
root=$(cd "$here/.." && pwd)

fail() { echo "sinergi: $*" >&2; exit 1; }

command -v "$python" >/dev/null || fail "$python is not installed; Python 3.11, 3.12 or 3.13 is needed (PYTHON=... names another)."
"$python" - <<'PY' || fail "$("$python" --version) will not do; Python 3.11, 3.12 or 3.13 is needed. Name one with PYTHON=python3.11."
import sys
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PY
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
  fail "$python has no venv module. On Debian and Ubuntu: sudo apt-get install $(basename "$(readlink -f "$(command -v "$python")")")-venv"

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
py=$venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

pip_setting() {  # what pip would use: its environment, else its configuration files
  "$py" -m pip config list 2>/dev/null | "$py" -c '
import ast, sys
ranks, best = {"global": 0, "install": 1, ":env:": 2}, (-1, "")
for line in sys.stdin:
    name, _, value = line.strip().partition("=")
    scope, _, key = name.rpartition(".")
    if key == sys.argv[1] and ranks.get(scope, -1) > best[0]:
        best = ranks[scope], ast.literal_eval(value)
print(" ".join(best[1].split()))' "$1"
}

hand_to_uv() {  # variable, pip's name for it; whoever configured uv has decided already
  local value
  if [ -z "${!1:-}" ] && value=$(pip_setting "$2") && [ -n "$value" ]; then export "$1=$value"; fi
}

echo "Installing $(grep -cE '^[a-z0-9]' "$lock") packages into $venv ..."
if "$py" -m pip install --quiet --require-hashes --only-binary :all: -r "$here/bootstrap.txt" 2>"$venv/uv.log"; then
  hand_to_uv UV_DEFAULT_INDEX index-url
  hand_to_uv UV_INDEX extra-index-url
  hand_to_uv UV_FIND_LINKS find-links
  hand_to_uv SSL_CERT_FILE cert
  # As pip does: the version that the lock names, from whichever index has the file with its hash.
  export UV_INDEX_STRATEGY=${UV_INDEX_STRATEGY:-unsafe-best-match} UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180}
  uv_install() { "$venv/bin/uv" pip install --quiet --python "$py" "$@"; }
  # What builds a source package is checked against the lock too.
  if uv_install --require-hashes --compile-bytecode --build-constraints "$lock" -r "$lock"; then installed=1; fi
fi
if [ -z "${installed:-}" ]; then
  echo "Without uv; pip takes a few minutes ..."
  "$py" -m pip install --quiet --require-hashes -r "$lock"
fi

# This very package: linked, not copied. The lock holds what builds it.
[ "${3:-}" = --alone ] || "$py" -m pip install --quiet --no-deps --no-build-isolation --no-index --editable "$root"
echo "Installed."
