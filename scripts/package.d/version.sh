# shellcheck shell=sh
# The one version of tools, changelog and packages.

# suite_version: as the tools print it.
suite_version() {
	sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/shared/ToolSupport/Tool.swift
}

# changelog_version, changelog_date: of the newest section; the date is 'Unreleased' until there is one.
changelog_version() {
	sed -n 's/^## \[\(.*\)\] - .*/\1/p' CHANGELOG.md | head -n 1
}

changelog_date() {
	sed -n 's/^## \[.*\] - \(.*\)/\1/p' CHANGELOG.md | head -n 1
}
