#!/bin/sh
# make.sh PYTHON FILE: everything that a machine without internet needs to run Zin, in one archive with checksums. `make bundle`
# runs it on a machine with internet, with the same Python version and processor as the other machine.
set -eu
python=$1
file=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bundle=$work/zin-bundle
mkdir -p "$bundle/wheels" "$(dirname "$file")"
# With the libraries for a collector of OpenTelemetry, which requirements-telemetry.lock has beside all others, and without
# conditions such as python_full_version: the other machine may have an earlier 3.11.
sed 's/ ; [^\\]*/ /' requirements-telemetry.lock > "$work/unconditional"
"$python" -m pip --disable-pip-version-check download --quiet --require-hashes --only-binary :all: \
    --dest "$bundle/wheels" --requirement "$work/unconditional"
"$python" -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation --wheel-dir "$bundle/wheels" .
cp requirements.lock requirements-telemetry.lock deploy/bundle/install.sh "$bundle/"
cp -R deploy "$bundle/deploy"
cp -R menus "$bundle/menus"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum > SHA256SUMS)
tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - zin-bundle | gzip -n > "$file.part"
mv "$file.part" "$file"
sha256sum "$file"
