internal import CLinux

/// The processors of the machine.
package enum Processors {
    /// How many of them this process may use; at least one.
    package static var count: Int { max(1, Int(tf_processor_count())) }
}
