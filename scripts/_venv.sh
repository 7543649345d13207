# Sourced by the other scripts: sets ROOT, VENV and PY, and goes to the repository's root.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$ROOT"
# GROUNDRULE_VENV wins, then the virtual environment that is active, then .venv here.
VENV="${GROUNDRULE_VENV:-${VIRTUAL_ENV:-$ROOT/.venv}}"
PY="$VENV/bin/python"
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '==> %s\n' "$*" >&2; }

need_setup() { "$ROOT/scripts/setup"; }
