package import NDJSON
package import POSIX
internal import Records

/// What the numbers in lines of JSON add up to, by their names, and how many lines have which `status`, `error` and
/// `owner`, and say that a file is `unchanged` or has `changed`: for shell scripts, which cannot parse JSON. Of a document on one line these are its numbers.
///
/// Names and words are those that the tools write: small letters, digits and `_`. All others are passed over. What is
/// in an object within the line is named by both: `tries.total`.
package struct LineSums {
    private enum Sum {
        case integer(Int64)
        case fraction(Double)
    }

    /// Hostile lines could name a new one each.
    private static let mostNames = 10_000

    package private(set) var lines = 0
    private var names: [String] = []
    private var sums: [String: Sum] = [:]
    private let outer = FieldScanner(names: [])
    private let inner = FieldScanner(names: [])

    package init() {}

    /// Reads lines to the end of the input.
    package mutating func read(
        _ input: inout LineFile, problem: (LineError, _ line: Int) -> Void
    ) throws(SystemError) {
        while let line = try input.next() {
            do throws(LineError) {
                try outer.scan(line)
                lines += 1
                addMembers(of: outer, "")
            } catch { problem(error, line.number) }
        }
    }

    /// A line for each, in the order in which they came: the name, a blank, the number.
    package var text: String {
        var text = "lines \(lines)\n"
        for name in names {
            switch sums[name] {
            case .integer(let sum): text += "\(name) \(sum)\n"
            case .fraction(let sum):
                var buffer = LineBuffer()
                buffer.appendMilliseconds(sum)
                text += "\(name) \(String(decoding: buffer.bytes, as: UTF8.self))\n"
            case nil: break
            }
        }
        return text
    }

    private mutating func addMembers(of scanner: FieldScanner, _ prefix: String) {
        var found: [(String, JSONKind, UnsafeRawBufferPointer)] = []
        scanner.forEachMember { name, kind, value in
            guard let word = Self.word(name) else { return }
            found.append((word, kind, value))
        }
        for (name, kind, value) in found {
            switch kind {
            case .number: add(Self.number(value), to: prefix + name)
            case .true where prefix.isEmpty && (name == Field.unchanged.name || name == Field.changed.name):
                add(.integer(1), to: name)
            case .string where ["status", "error", "owner"].contains(name):
                let text = UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast())
                if let word = Self.word(text) { add(.integer(1), to: "\(prefix)\(name).\(word)") }
            case .object where prefix.isEmpty:
                if (try? inner.scan(Array(value))) != nil { addMembers(of: inner, "\(name).") }
            default: break
            }
        }
    }

    private mutating func add(_ value: Sum, to name: String) {
        guard let before = sums[name] else {
            guard names.count < Self.mostNames else { return }
            names.append(name)
            sums[name] = value
            return
        }
        sums[name] =
            switch (before, value) {
            case (.integer(let sum), .integer(let more)): .integer(sum.addingWithinBounds(more))
            case (.fraction(let sum), .fraction(let more)): .fraction(sum + more)
            case (.integer(let sum), .fraction(let more)), (.fraction(let more), .integer(let sum)):
                .fraction(Double(sum) + more)
            }
    }

    private static func number(_ text: UnsafeRawBufferPointer) -> Sum {
        let number = JSONNumber(text)
        return number.integer.map { .integer($0) } ?? .fraction(number.double)
    }

    private static func word(_ text: UnsafeRawBufferPointer) -> String? {
        let isWord = text.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return isWord && !text.isEmpty && text.count <= 64 ? String(decoding: text, as: UTF8.self) : nil
    }
}
