/// A misbehaviour. It changes what the origin sees or says at one of three points, and leaves the others alone.
///
/// A new one is a file beside this one, a line in `Faults.all`, and a test.
package protocol Fault: Sendable {
    /// How it is written in a rule, and what it does: a line of the help. What it does to the body leaves HEAD alone.
    static var help: (form: String, text: String) { get }

    /// Reads it as it is written in a rule; nil for what is another fault, or not written as `help` says.
    init?(parsing text: String)

    /// Before the object is looked up.
    func alter(_ request: inout Request)
    /// Before the answer is made of it.
    func alter(_ object: inout any StoredObject)
    /// Before the answer is sent.
    func alter(_ answer: inout Answer)
}

extension Fault {
    package func alter(_ request: inout Request) {}
    package func alter(_ object: inout any StoredObject) {}
    package func alter(_ answer: inout Answer) {}

    /// What stands behind `name=`; empty where the name stands alone, nil where it is another name.
    static func argument(of name: String, in text: String) -> String? {
        if text == name { return "" }
        return text.hasPrefix(name + "=") ? String(text.dropFirst(name.count + 1)) : nil
    }
}

package enum Faults {
    /// All that the fault script knows.
    package static let all: [any Fault.Type] = [
        StatusFault.self, NamedError.self, NoContent.self, ErrorPage.self, ExpiredImage.self, Redirect.self,
        Cut.self, ChunkedCut.self, NoLength.self, Stall.self, Slow.self, Reset.self, Gzip.self,
        IgnoreRange.self, UnaskedRange.self, WrongRange.self, WrongTotal.self, InvalidRange.self, Changed.self,
        ForeignHeader.self,
    ]

    static func parse(_ text: String) -> (any Fault)? {
        for type in all {
            if let fault = type.init(parsing: text) { return fault }
        }
        return nil
    }
}
