internal import Glibc
internal import Records

/// Where a file goes below the output folder. It cannot leave it, and names a plain file.
package struct RelativePath: Sendable, CustomStringConvertible {
    /// As it is compared, and looked up.
    package let exact: ExactText
    /// The folders as one path; empty where there is none.
    package let exactFolder: ExactText
    package let name: String

    /// Bytes that the system takes as one path (PATH_MAX of limits.h, without its NUL).
    private static let longest = 4095

    package init(_ text: String) throws(PathError) {
        var text = text
        if let flaw = text.withUTF8(Self.flaw(of:)) { throw flaw }
        exact = ExactText(text)
        guard let slash = text.utf8.lastIndex(of: Self.slash) else {
            (exactFolder, name) = (ExactText(""), text)
            return
        }
        (exactFolder, name) = (ExactText(String(text[..<slash])), String(text[text.utf8.index(after: slash)...]))
    }

    /// Nothing is allocated: a file that is there already costs little else.
    private static func flaw(of path: UnsafeBufferPointer<UInt8>) -> PathError? {
        if path.isEmpty { return .empty }
        if path.first == slash { return .absolute }
        if path.contains(0) { return .nul }
        if path.count > longest { return .tooLong }
        var rest = path[...]
        while let end = rest.firstIndex(of: slash) {
            if let flaw = flaw(ofComponent: rest[..<end]) { return flaw }
            rest = rest[(end + 1)...]
        }
        return flaw(ofComponent: rest) ?? RecordPath.reservation(of: UnsafeRawBufferPointer(path)).map { .reserved($0) }
    }

    private static func flaw(ofComponent name: Slice<UnsafeBufferPointer<UInt8>>) -> PathError? {
        if name.isEmpty { return .emptyComponent }
        if name.count > 255 { return .nameTooLong }
        return name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") } ? .parent : nil
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }

    package var text: String { exact.description }

    package var description: String { text }

    package var folder: String { exactFolder.description }

    /// Outermost first; may be empty.
    package var folders: [String] { folder.split(separator: "/").map(String.init) }

    /// The name of the unfinished file, beside the finished one.
    package var partName: String { name(with: RecordPath.partSuffix) }

    /// The name with a suffix. One that is too long for it is cut, and told from its like by a hash of the whole.
    package func name(with suffix: String) -> String {
        guard name.utf8.count + suffix.utf8.count > 255 else { return name + suffix }
        var kept = name
        while kept.utf8.count > 200 { kept.removeLast() }
        return kept + "." + String(ExactText(name).hash, radix: 16) + suffix
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
    package let description: String
    /// The same in each process. Computed once: a path is looked up again and again.
    package let hash: UInt64

    package init(_ text: String) {
        hash = StableHash.of(text)
        description = text
    }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        guard left.hash == right.hash else { return false }
        return left.description.utf8.withContiguousStorageIfAvailable { bytes in
            right.description.utf8.withContiguousStorageIfAvailable { others in
                guard bytes.count == others.count, let one = bytes.baseAddress, let other = others.baseAddress else {
                    return bytes.count == others.count
                }
                return memcmp(one, other, bytes.count) == 0
            } ?? false
        } ?? false
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
