internal import Glibc
internal import NDJSON
internal import Records

/// Fields read for what they are worth: what is absent, of another type, or beyond all sense counts as 0.
///
/// Of `FieldScanner`, not of `LineScanner`: going through a generic type of another room took an eighth of the time.
extension FieldScanner {
    func text(_ name: ResultField) -> UnsafeRawBufferPointer? { (try? text(name.rawValue)) ?? nil }

    func integerIfAny(_ name: ResultField) -> Int64? { (try? integer(name.rawValue)) ?? nil }

    func integer(_ name: ResultField) -> Int64 { integerIfAny(name) ?? 0 }

    func boolean(_ name: ResultField) -> Bool { ((try? boolean(name.rawValue)) ?? nil) ?? false }

    /// A length of time in seconds.
    func duration(_ name: ResultField) -> Double {
        let value = ((try? number(name.rawValue)) ?? nil) ?? 0
        return value > 0 && value < 1e9 ? value : 0
    }

    /// A time in Unix seconds, from 1970 to the year 9999; nil where it is none.
    func time(_ name: ResultField) -> Double? {
        guard let value = (try? number(name.rawValue)) ?? nil, value >= 0, value < 253_402_300_800 else {
            return nil
        }
        return value
    }
}

extension UnsafeRawBufferPointer {
    func isText(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { $0.count == count && (count == 0 || memcmp($0.baseAddress!, baseAddress!, count) == 0) }
    }
}

extension UnsafeRawBufferPointer? {
    func isText(_ text: String) -> Bool { self?.isText(text) ?? false }
}

extension FaultOwner {
    init?(utf8 text: UnsafeRawBufferPointer) {
        guard let owner = Self.allCases.first(where: { text.isText($0.rawValue) }) else { return nil }
        self = owner
    }
}

extension Status {
    init?(utf8 text: UnsafeRawBufferPointer) {
        guard let status = Self.allCases.first(where: { text.isText($0.rawValue) }) else { return nil }
        self = status
    }
}
