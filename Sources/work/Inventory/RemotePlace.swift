/// A place in a store, as rclone names it: `s3:bucket/videos`, or the path of a folder.
package struct RemotePlace: Equatable, Sendable, CustomStringConvertible {
    /// As rclone is told it. It has no secret in it.
    package let description: String

    package init(_ text: String) throws(RemotePlaceError) {
        var text = text
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        guard !text.isEmpty else { throw .empty }
        guard !text.hasPrefix("::"), text != ":" else { throw .noName }
        if let name = Self.name(in: text) {
            guard !name.contains(",") else { throw .hasOptions(name: String(name.prefix { $0 != "," })) }
            guard !name.isEmpty else { throw .noName }
        }
        description = text
    }

    /// What is before the colon that ends a remote's name; nil in the path of a folder. A name that begins with a colon
    /// is that of a kind of store (`:local:`).
    private static func name(in text: String) -> Substring? {
        let rest = text.hasPrefix(":") ? text.dropFirst() : text[...]
        guard let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/") || rest[..<colon].contains(",") else {
            return nil
        }
        return rest[..<colon]
    }
}

/// Why a text is not a place that is taken.
package enum RemotePlaceError: Error, Equatable, CustomStringConvertible {
    case empty, noName
    case hasOptions(name: String)

    package var description: String {
        switch self {
        case .empty: "the remote is empty: name one, as in 's3:bucket/videos'"
        case .noName: "there is no name before the colon: name a remote, as in 's3:bucket/videos'"
        case .hasOptions(let name):
            "'\(name),…': options in a remote's name can be seen by others on this machine: put them into rclone's "
                + "settings, with 'rclone config'"
        }
    }
}
