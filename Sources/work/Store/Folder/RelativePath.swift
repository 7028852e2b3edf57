internal import Glibc
internal import Records

/// Where a file goes below the output folder. It cannot leave it, and names a plain file.
package struct RelativePath: Sendable, CustomStringConvertible {
    /// Folders, outermost first; may be empty.
    package let folders: [String]
    package let name: String
    package let text: String

    /// Bytes that the system takes as one path (PATH_MAX of limits.h, without its NUL).
    private static let longest = 4095

    package init(_ text: String) throws(PathError) {
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.first != UInt8(ascii: "/") else { throw .absolute }
        guard !text.utf8.contains(0) else { throw .nul }
        guard text.utf8.count <= Self.longest else { throw .tooLong }
        var components: [String] = []
        for component in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !component.isEmpty else { throw .emptyComponent }
            guard component.count <= 255 else { throw .nameTooLong }
            let component = String(Substring(component))
            guard component != "." && component != ".." else { throw .parent }
            components.append(component)
        }
        name = components.removeLast()
        if let why = Array(text.utf8).withUnsafeBytes({ RecordPath.reservation(of: $0) }) { throw .reserved(why) }
        folders = components
        self.text = text
    }

    package var description: String { text }

    /// The folders as one path; empty where there is none.
    package var folder: String { folders.count == 1 ? folders[0] : folders.joined(separator: "/") }

    /// The name of the unfinished file, beside the finished one. A name too long for the suffix is cut, and told from
    /// its like by a hash of the whole.
    package var partName: String {
        let suffix = RecordPath.partSuffix
        guard name.utf8.count + suffix.utf8.count > 255 else { return name + suffix }
        var kept = name
        while kept.utf8.count > 200 { kept.removeLast() }
        return kept + "." + String(Self.fnv1a(name), radix: 16) + suffix
    }

    private static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// Why a path is not safe.
package enum PathError: Error, Equatable, CustomStringConvertible {
    case empty, absolute, parent, emptyComponent, nul, nameTooLong, tooLong
    case reserved(String)

    package var description: String {
        switch self {
        case .empty: "the path is empty"
        case .absolute: "the path is absolute"
        case .parent: "the path has a '.' or '..' component"
        case .emptyComponent: "the path has an empty component"
        case .nul: "the path has a NUL byte"
        case .nameTooLong: "a component of the path is longer than 255 bytes"
        case .tooLong: "the path is longer than 4095 bytes"
        case .reserved(let why): "the path \(why)"
        }
    }
}

/// Text that is compared by its bytes, as file systems and the journal do it. Swift's own strings are equal
/// where Unicode takes them for the same: `é` as one character, and as a letter with an accent.
package struct ExactText: Hashable, Sendable, CustomStringConvertible {
    private let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        // Not `elementsEqual`, which takes its time for each byte.
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { bytes in
            right.withUTF8 { others in
                guard bytes.count == others.count, let one = bytes.baseAddress, let other = others.baseAddress else {
                    return bytes.count == others.count
                }
                return memcmp(one, other, bytes.count) == 0
            }
        }
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
