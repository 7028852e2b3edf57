import NDJSON
import Records
import Testing

/// Holds `LineScanner` against the reference, line by line.
final class Agreement {
    private let scanner = LineScanner<Field>()
    private(set) var valid = 0
    private(set) var refused = 0

    /// Reports where the two differ: in whether the line is an object, or in what stands in it.
    func check(_ line: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        let reference = try? ReferenceJSON.parse(line)
        let verdict = Result { () throws(LineError) in try scanner.scan(line) }
        if reference?.kind == .object {
            valid += 1
        } else {
            refused += 1
        }
        if let difference = difference(reference, verdict, line) {
            Issue.record("\(difference): \(readable(line))", sourceLocation: sourceLocation)
        }
    }

    private func difference(
        _ reference: (kind: JSONKind, members: [ReferenceJSON.Member])?, _ verdict: Result<Void, LineError>,
        _ line: [UInt8]
    ) -> String? {
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

/// What is no printable ASCII in hexadecimal, cut off where it is long.
func readable(_ line: [UInt8]) -> String {
    line.prefix(400).map { (0x20...0x7E).contains($0) ? String(Unicode.Scalar($0)) : "<\(String($0, radix: 16))>" }
        .joined()
}
