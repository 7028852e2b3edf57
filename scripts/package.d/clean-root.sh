# shellcheck shell=sh
# Clean systems for scripts/test-packages. $ROOT is the one that is tried.

# clean_root RELEASE ROOT: a copy of one that is made once, with what a user of man and bash has.
clean_root() {
	kept=$PWD/.build/roots/$1.tar
	if [ ! -f "$kept" ]; then
		echo "test-packages: making a clean $1" >&2
		mkdir -p .build/roots
		# A release that this debootstrap has not heard of yet is one of Ubuntu's, which are all made alike.
		recipe=/usr/share/debootstrap/scripts/$1
		[ -e "$recipe" ] || recipe=${recipe%/*}/gutsy
		from=$(mirror "$1")
		case $from,$(readlink -f "$recipe") in
		?*,*) ;;
		# Debian has not the keys of Ubuntu's archive, and debootstrap then asks Debian for it. Over TLS it is Ubuntu's.
		*,*/gutsy) from=https://archive.ubuntu.com/ubuntu ;;
		*) from=$(mirror "$(. /etc/os-release && echo "$VERSION_CODENAME")") ;;
		esac
		debootstrap --variant=minbase --include=man-db,bash-completion,bsdextrautils "$1" "$2" "$from" "$recipe" \
			>"$2.log" 2>&1 || {
			echo "test-packages: '$1': debootstrap failed:" >&2
			tail -n 5 "$2.log" >&2
			return 1
		}
		# What apt-get brings from now on is signed by keys that are in there.
		sed -i 's|https:|http:|' "$2/etc/apt/sources.list"
		tar -C "$2" -cf "$kept" .
		rm -rf "$2"
	fi
	mkdir "$2"
	tar -C "$2" -xf "$kept"
	# No service starts in there.
	printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
	chmod 755 "$2/usr/sbin/policy-rc.d"
	mkdir "$2/work"
}

# in_root COMMAND: as root.
in_root() {
	chroot "$ROOT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
		sh -c "$1" </dev/null
}

# user_command COMMAND…, as_user TEXT: as an unprivileged user, with /work for the job.
user_command() {
	mkdir -p "$WORK/job"
	setpriv --reuid 1000 --regid 1000 --clear-groups \
		env -i PATH=/usr/bin:/bin HOME=/home/user LC_ALL=C.UTF-8 TERM=dumb \
		bwrap --unshare-pid --die-with-parent --bind "$ROOT" / --bind "$WORK/job" /work --proc /proc --dev /dev \
		--chdir / -- "$@" </dev/null
}

as_user() {
	user_command sh -c "$1"
}

# files_of ROOT: what a package must take away again; /var is dpkg's and apt's own.
files_of() {
	(cd -- "$1" && find . -path ./var -prune -o -path ./work -prune -o -print | LC_ALL=C sort)
}

# old_deb FILE: the same package as an older version that had one file more.
old_deb() {
	dpkg-deb -R "$DEB" "$WORK/old"
	sed -i 's/^Version: .*/Version: 0.0.1/' "$WORK/old/DEBIAN/control"
	echo old >"$WORK/old/usr/libexec/tf-bulk/of-old"
	dpkg-deb --root-owner-group --build "$WORK/old" "$1" >/dev/null
	rm -rf "$WORK/old"
}

# upgrade_from_old: and what the system is without the package, with its dependencies, in $WORK/before.
upgrade_from_old() {
	old_deb "$ROOT/old.deb"
	cp -- "$DEB" "$ROOT/new.deb"
	in_root "apt-get update -qq && apt-get install -qq -y --no-install-recommends /old.deb"
	in_root "apt-get purge -qq -y tf-tools"
	files_of "$ROOT" >"$WORK/before"
	in_root "apt-get install -qq -y --no-install-recommends /old.deb"
	in_root "apt-get install -qq -y --no-install-recommends /new.deb"
}
