#!/bin/sh
# install.sh FOLDER: installs Zin from this bundle into a new virtual environment, without a network. Valkey is one of the
# wheels. With LOCK=requirements-telemetry.lock before it also the libraries for a collector of OpenTelemetry.
# Afterwards: FOLDER/bin/zin init /srv/zin
set -eu
[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
case $1 in /*) folder=$1 ;; *) folder=$PWD/$1 ;; esac
[ ! -e "$folder" ] || { echo "$folder exists already: give a new folder" >&2; exit 2; }
cd "$(dirname "$0")"
sha256sum --quiet --strict --check SHA256SUMS || { echo "this bundle is damaged: copy it again" >&2; exit 2; }
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Zin needs Python 3.11 or newer" >&2; exit 2; }
trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder"
pip="$folder/bin/python -m pip --disable-pip-version-check install --quiet --no-index"
$pip --find-links wheels --require-hashes --requirement "${LOCK:-requirements.lock}"
$pip --no-deps wheels/zin-*.whl
"$folder/bin/zin" --version
trap - EXIT
echo "next: $folder/bin/zin init /srv/zin"
