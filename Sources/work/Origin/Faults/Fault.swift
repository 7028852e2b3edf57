internal import Records

/// A misbehaviour. It changes what the origin sees or says at one of three points, and leaves the others alone.
///
/// A new one is a type in a file beside this one, with its like, a word in `Faults.all`, and a test.
package protocol Fault: Sendable {
    /// How it is written in a rule, and what it does: a line of the help. What it does to the body leaves HEAD alone.
    static var help: (form: String, text: String) { get }

    /// Reads it as it is written in a rule; nil for what is another fault, or not written as `help` says.
    init?(parsing text: String)

    /// Before the object is looked up.
    func alter(_ request: inout OriginRequest)
    /// Before the answer is made of it.
    func alter(_ object: inout any OriginObject)
    /// Before the answer is sent.
    func alter(_ answer: inout OriginAnswer)
}

extension Fault {
    package func alter(_ request: inout OriginRequest) {}
    package func alter(_ object: inout any OriginObject) {}
    package func alter(_ answer: inout OriginAnswer) {}

    /// What follows `name=`; empty where the name is alone, nil where it is another name.
    static func argument(of name: String, in text: String) -> String? {
        if text == name { return "" }
        return text.hasPrefix(name + "=") ? String(text.dropFirst(name.count + 1)) : nil
    }
}

package enum Faults {
    /// All that the fault script knows.
    package static let all: [any Fault.Type] = [
        NoContent.self, InvalidRange.self, StatusFault.self, NamedError.self, ErrorPage.self, ExpiredImage.self,
        Redirect.self, Cut.self, ChunkedCut.self, NoLength.self, Stall.self, Slow.self, Reset.self, Gzip.self,
        IgnoreRange.self, UnaskedRange.self, WrongRange.self, WrongTotal.self, Changed.self, ForeignHeader.self,
    ]

    static func parse(_ text: String) -> (any Fault)? {
        for type in all {
            if let fault = type.init(parsing: text) { return fault }
        }
        return nil
    }
}

/// Where in the body a fault strikes: after this many bytes, or after a share of it.
package struct ByteLimit: Equatable, Sendable {
    private enum Place: Equatable, Sendable {
        case bytes(Int64)
        case percent(Int64)
    }

    private let place: Place

    /// - Parameter bytes: nil for half-way.
    package init(_ bytes: Int64?) { place = bytes.map { .bytes($0) } ?? .percent(50) }

    static let half = ByteLimit(nil)

    /// Reads a number of bytes (`100`, `64k`), a share (`99%`), or half-way for an empty text.
    init?(parsing text: String) {
        if text.isEmpty {
            self = .half
        } else if text.hasSuffix("%") {
            guard let percent = Int64(text.dropLast()), (0...100).contains(percent) else { return nil }
            place = .percent(percent)
        } else {
            guard let bytes = ByteCount(parsing: text)?.value else { return nil }
            place = .bytes(bytes)
        }
    }

    func resolved(in answer: OriginAnswer) -> Int64 {
        switch place {
        case .bytes(let count): min(count, answer.bodySize)
        case .percent(let percent): answer.bodySize / 100 * percent + answer.bodySize % 100 * percent / 100
        }
    }
}
