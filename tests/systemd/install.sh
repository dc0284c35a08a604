#!/bin/sh
# Installs Hearth at /opt/hearth as the README says, seen by nobody but this script. Runs in a mount namespace of its own.
# $1: a copy of the source, $2: the uv to use, so that the network is not needed where uv's cache has everything.
set -eu
cp "$2" "$1/uv"
mount -t tmpfs tmpfs /opt
mkdir /opt/hearth
mount --bind "$1" /opt/hearth
cd /opt/hearth
./uv venv --quiet --python /usr/bin/python3 .venv
mv uv .venv/bin/uv
UV_NO_DEV=1 sh .ci/python
