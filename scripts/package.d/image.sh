# shellcheck shell=sh
# An image for containers, in the layout of the Open Container Initiative: one layer, whose root is Debian's or Ubuntu's
# smallest with the package in it.

# mirror CODENAME: where this machine's apt has that release from.
mirror() {
	# shellcheck disable=SC2016 # for apt-get
	apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
		awk -v release="$1" '$1 == release { print $2; exit }'
}

# make_root DEB ROOT: without what differs each time, and what only an installer needs.
make_root() {
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	debootstrap --variant=minbase --include=ca-certificates "$release" "$2" "$(mirror "$release")" >"$2.log" 2>&1 || {
		tail -n 5 "$2.log" >&2
		return 3
	}
	cp -- "$1" "$2/package.deb"
	chroot "$2" env DEBIAN_FRONTEND=noninteractive sh -c '
		apt-get install -qq -y --no-install-recommends /package.deb curl jq &&
		useradd --uid 1000 --no-create-home --home-dir /videos --shell /usr/sbin/nologin tf && apt-get clean' >>"$2.log" 2>&1 || {
		tail -n 5 "$2.log" >&2
		return 3
	}
	rm -rf "$2/package.deb" "$2"/var/lib/apt/lists/* "$2"/var/log/* "$2"/var/cache/* "$2"/tmp/* "$2"/run/* \
		"$2"/var/lib/dpkg/*-old "$2"/etc/*- "$2/etc/machine-id" "$2/etc/hostname" "$2/etc/resolv.conf" "${2:?}"/dev/* \
		"$2"/usr/share/man "$2"/usr/share/locale
	# shadow holds the day on which each user was made.
	days=$((SOURCE_DATE_EPOCH / 86400))
	sed -i "s/^\([^:]*:[^:]*:\)[0-9]*/\1$days/" "$2/etc/shadow"
	install -d -o 1000 -g 1000 "$2/videos"
	install -d "$2/run/secrets"
}

# blob FILE LAYOUT: puts it where the layout wants it, and prints its digest.
blob() {
	digest=$(sha256sum <"$1" | cut -d ' ' -f 1)
	mv -- "$1" "$2/blobs/sha256/$digest"
	echo "$digest"
}

# descriptor TYPE DIGEST LAYOUT
descriptor() {
	printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%d}' "$1" "$2" \
		"$(wc -c <"$3/blobs/sha256/$2")"
}

# make_image DEB VERSION FILE WORK: an archive of the layout, which podman, docker, skopeo and umoci read.
make_image() {
	work=$4
	root=$work/root
	layout=$work/layout
	when=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
	make_root "$1" "$root" || return
	mkdir -p "$layout/blobs/sha256"
	tar -C "$root" --sort=name --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu -cf "$work/layer" .
	diff=$(sha256sum <"$work/layer" | cut -d ' ' -f 1)
	gzip -6n <"$work/layer" >"$work/layer.gz"
	layer=$(blob "$work/layer.gz" "$layout")

	cat >"$work/config" <<-END
		{"created":"$when","architecture":"$(dpkg --print-architecture)","os":"linux",
		"config":{"User":"1000:1000","Env":["PATH=/usr/local/bin:/usr/bin:/bin","HOME=/videos","LANG=C.UTF-8"],
		"Entrypoint":["tf-bulk"],"Cmd":["help"],"WorkingDir":"/videos","Volumes":{"/videos":{}},"StopSignal":"SIGTERM",
		"Labels":{"org.opencontainers.image.title":"tf","org.opencontainers.image.version":"$2"}},
		"rootfs":{"type":"layers","diff_ids":["sha256:$diff"]},
		"history":[{"created":"$when","created_by":"scripts/package --image"}]}
	END
	config=$(blob "$work/config" "$layout")
	printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
		"$(descriptor config.v1+json "$config" "$layout")" "$(descriptor layer.v1.tar+gzip "$layer" "$layout")" \
		>"$work/manifest"
	manifest=$(blob "$work/manifest" "$layout")
	described=$(descriptor manifest.v1+json "$manifest" "$layout")
	printf '{"schemaVersion":2,"manifests":[%s,"annotations":{"org.opencontainers.image.ref.name":"%s"}}]}' \
		"${described%\}}" "$2" >"$layout/index.json"
	printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
	tar -C "$layout" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu -cf "$3" .
}
