# Runs a program of an image as an engine would with `--read-only`: in a mount namespace of its own (unshare --mount), with
# a root that nobody can write to, an empty data folder and /tmp, and the image's user.
#   sh in_a_chroot.sh ROOT FOLDER USER:GROUP WORKDIR VARIABLE=VALUE... PROGRAM ARGUMENT...
set -eu
root=$1 folder=$2 user=$3 workdir=$4
shift 4
mount --bind "$root" "$root"
mount --bind "$folder" "$root/mnt"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
for own in tmp var/lib/shipledger; do
    mount -t tmpfs -o "uid=${user%:*},gid=${user#*:},mode=0700" tmpfs "$root/$own"
done
mount -o remount,bind,ro "$root"
mount -o remount,bind,ro "$root/mnt"
exec chroot --groups="${user#*:}" --userspec="$user" "$root" env -i -C "$workdir" "$@"
