internal import CLinux

package enum Memory {
    /// Begins to fetch what stands at an address, for those who need it later and have something else to do until then.
    package static func prefetch(_ address: UnsafeRawPointer) { unsafe tf_prefetch(address) }
}
