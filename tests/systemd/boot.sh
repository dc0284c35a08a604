#!/bin/sh
# Becomes process 1 of the lab. Runs as root, in namespaces of its own: all that is mounted here goes with them.
# $1: the root directory of the lab, $2: what is at /opt/hearth there.
set -eu
cd "$1"
mount --make-rprivate /
mount --bind . .
cd "$1"
mount --bind /usr usr
mount -o remount,bind,ro usr
mount --bind "$2" opt/hearth
mount -o remount,bind,ro opt/hearth
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
while read -r name major minor; do
    mknod -m 666 "dev/$name" c "$major" "$minor"
done <<NODES
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
NODES
# A neighbour in the house and a stranger outside of it (TEST-NET-3, RFC 5737), both answered by this machine.
for address in 192.168.77.1 203.0.113.1; do
    ip address add "$address/32" dev lo || true
done
pivot_root . mnt
umount -l /mnt
# As process 1 of a real machine does it: credentials reach a service by it.
mount --make-rshared /
exec env -i container=lab PATH=/usr/sbin:/usr/bin /usr/lib/systemd/systemd --show-status=no
