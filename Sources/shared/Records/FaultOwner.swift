/// Whose fault it is that a try ended without the file. Exactly one of these owns each failed try, and only the owner
/// pays: a record loses a try by its own faults alone.
package enum FaultOwner: String, CaseIterable, Sendable {
    /// Its object at the origin, its path, its data.
    case record
    /// A folder or a name on this disk that refuses, while others do not.
    case folder
    /// One origin host: down, overloaded, broken.
    case host
    /// What lies between here and every host: proxy, portal, network, DNS.
    case way
    /// Key, region, policy, clock.
    case credentials
    /// The disk that the files go to.
    case disk
    /// This process: its descriptors, its memory, its end.
    case process
}
