/// What all tools have in common.
package enum Suite {
    /// The version of the suite, by semantic versioning. CHANGELOG.md says what came with each.
    package static let version = "0.1.0"
}
