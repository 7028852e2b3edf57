# shellcheck shell=sh
# A package for Debian and Ubuntu, of a tree that was installed below /usr.

# dependency LIBRARY: the package that has it, on Debian 12, and on Debian 13 and Ubuntu 24.04, where 64-bit times
# renamed some. The C library's own are told by oldest_libc.
dependency() {
	case $1 in
	libc.so.* | libm.so.* | ld-linux*) ;;
	libcurl.so.4) echo 'libcurl4t64 | libcurl4' ;;
	libcrypto.so.3) echo 'libssl3t64 | libssl3' ;;
	libsqlite3.so.0) echo 'libsqlite3-0' ;;
	libz.so.1) echo 'zlib1g' ;;
	libexpat.so.1) echo 'libexpat1' ;;
	*)
		echo "package: '$1': no dependency provides this library: add one in scripts/package.d/deb.sh" >&2
		return 3
		;;
	esac
}

# programs TREE: what is linked.
programs() {
	find "$1" -type f -path '*/lib/tf/*.so' -o -type f -name 'tf-*' -perm -100 ! -name tf-bulk
}

# needed TREE: the libraries that the programs want from the system.
needed() {
	{
		programs "$1" | xargs readelf -d | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vx 'libtf.so'
		# It is loaded when it is first called, so no program asks the system's loader for it.
		programs "$1" | xargs grep -ahoE 'libcurl\.so\.[0-9]+'
	} | LC_ALL=C sort -u
}

# oldest_libc TREE: the version of the C library that the programs need at least. Relative relocations, as they are
# packed, need 2.36.
oldest_libc() {
	{
		echo 2.36
		programs "$1" | xargs readelf -V -W | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//'
	} | sort -uV | tail -n 1
}

# depends TREE: the field of the control file. The driver uses ps; https needs certificates.
depends() {
	libraries=$(needed "$1") || return
	printf 'libc6 (>= %s)' "$(oldest_libc "$1")"
	for library in $libraries; do
		package=$(dependency "$library") || return
		[ -z "$package" ] || printf ', %s' "$package"
	done
	printf ', ca-certificates, procps\n'
}

# make_deb TREE VERSION FILE: the same bytes for the same tree, as SOURCE_DATE_EPOCH is set.
make_deb() {
	install -d "$1/DEBIAN"
	depends=$(depends "$1") || return
	cat >"$1/DEBIAN/control" <<-END
		Package: tf-tools
		Version: $2
		Architecture: $(dpkg --print-architecture)
		Maintainer: the tf authors <tf@localhost>
		Installed-Size: $(du -k --apparent-size -s "$1" | cut -f 1)
		Depends: $depends
		Recommends: curl, jq
		Suggests: lighttpd, openssh-client, parallel, rclone, sqlite3
		Section: net
		Priority: optional
		Description: downloads a library of videos through signed URLs
		 A set of small tools that read and write lines of JSON: tf-catalog, tf-sign,
		 tf-fetch, tf-tally, tf-queue, tf-files and tf-store; and tf-bulk, which runs
		 them until nothing is left.
	END
	(cd -- "$1" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$1/DEBIAN/md5sums"
	dpkg-deb --root-owner-group -Zxz --build "$1" "$3" >/dev/null
}
