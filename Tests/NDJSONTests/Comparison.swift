import NDJSON
import Records

/// Holds `LineScanner` and what is copied from it against the reference. The fuzzer does the same with lines of its
/// own.
final class Comparison {
    private let scanner = LineScanner<Field>()
    /// Whether the last line was an object, by the reference.
    private(set) var isObject = false

    /// What the scanner says otherwise than the reference: whether the line is an object, or what is in it.
    func difference(_ line: [UInt8]) -> String? {
        let reference = try? ReferenceJSON.parse(line)
        isObject = reference?.kind == .object
        let verdict = Result { () throws(LineError) in try scanner.scan(line) }
        switch (reference?.kind, verdict) {
        case (.object, .success): return differentField(reference!.members, line)
        case (.object, .failure(let error)): return "a valid line is refused (\(error))"
        case (_, .success): return "an invalid line is taken"
        // A scalar is told from an object by its first byte, and not looked at further.
        case (nil, .failure(.notAnObject)) where firstToken(line) == UInt8(ascii: "["): return "an array is not checked"
        case (.array, .failure(let error)) where error != .notAnObject: return "an array is \(error)"
        default: return nil
        }
    }

    /// The copy of a valid line, where its members are not those of the line by the reference's own offsets.
    func differentCopy(of line: [UInt8], without removed: [Field]) -> [UInt8]? {
        guard (try? scanner.scan(line)) != nil else { return line }
        var copy = LineBuffer()
        copy.open(copying: scanner, without: removed.reduce([]) { $0.union([$1]) })
        copy.close()
        let kept = (try? ReferenceJSON.parse(line))?.members.filter { member in
            !removed.contains { Array($0.name.utf8) == member.name }
        }
        let copied = (try? ReferenceJSON.parse(copy.bytes))?.members
        let isSame = copied != nil && copied?.map { copy.bytes[$0.whole] } == kept?.map { line[$0.whole] }
        return isSame ? nil : copy.bytes
    }

    private func firstToken(_ line: [UInt8]) -> UInt8? { line.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } }

    private func differentField(_ members: [ReferenceJSON.Member], _ line: [UInt8]) -> String? {
        for field in Field.allCases {
            let last = members.last { $0.name == Array(field.name.utf8) }
            let expected = last?.kind == .null ? nil : last
            guard scanner.kind(field) == expected?.kind else { return "another kind of '\(field.name)'" }
            guard let expected else { continue }
            guard scanner.raw(field).map(Array.init) == Array(line[expected.value]) else {
                return "another value of '\(field.name)'"
            }
            guard expected.kind == .string else { continue }
            guard (try? scanner.text(field).map(Array.init)) == expected.text else {
                return "another text of '\(field.name)'"
            }
        }
        return nil
    }
}

/// What is not printable ASCII, in hexadecimal, cut off where it is long.
func readable(_ line: [UInt8]) -> String {
    line.prefix(400).map { (0x20...0x7E).contains($0) ? String(Unicode.Scalar($0)) : "<\(String($0, radix: 16))>" }
        .joined()
}
