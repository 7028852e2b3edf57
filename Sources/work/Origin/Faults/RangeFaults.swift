/// Answers a request for a range with the whole object.
package struct IgnoreRange: Fault {
    package static let help = (form: "ignore-range", text: "200 and all of it, whatever is asked for")

    package init() {}

    package init?(parsing text: String) {
        guard text == "ignore-range" else { return nil }
    }

    package func alter(_ request: inout OriginRequest) { request.range = nil }
}

/// Answers 206 with the whole to who asked for no range; a range that is asked for is given.
package struct UnaskedRange: Fault {
    package static let help = (form: "unasked-range", text: "206 with all of it where no range is asked for")

    package init() {}

    package init?(parsing text: String) {
        guard text == "unasked-range" else { return nil }
    }

    package func alter(_ request: inout OriginRequest) { request.range = request.range ?? .from(0, through: nil) }
}

/// Answers with another range than the one asked for, and says so in `Content-Range`; also where none was asked for.
package struct WrongRange: Fault {
    package static let help = (form: "wrong-range", text: "206 with another start than asked for")

    package init() {}

    package init?(parsing text: String) {
        guard text == "wrong-range" else { return nil }
    }

    package func alter(_ request: inout OriginRequest) {
        // From half of it: who appends without looking has doubled bytes. To who asked for no range, all but one byte.
        guard case .from(let first, let last) = request.range, first > 0 else {
            request.range = .from(1, through: nil)
            return
        }
        request.range = .from(first / 2, through: last)
    }
}

/// Gives the range that was asked for, and a byte more as the object's size than it has.
package struct WrongTotal: Fault {
    package static let help = (form: "wrong-total", text: "206 with a total that does not fit")

    package init() {}

    package init?(parsing text: String) {
        guard text == "wrong-total" else { return nil }
    }

    package func alter(_ request: inout OriginRequest) { request.range = request.range ?? .from(0, through: nil) }

    package func alter(_ answer: inout OriginAnswer) {
        guard answer.status == 206 else { return }
        answer.headers["Content-Range"] = OriginAnswer.contentRange(answer.range, of: answer.range.upperBound + 1)
    }
}

/// Says of any range, and of the whole, that the object does not reach so far.
package struct InvalidRange: Fault {
    package static let help = (form: "416", text: "no such range, with the object's size")

    package init() {}

    package init?(parsing text: String) {
        guard text == "416" else { return nil }
    }

    package func alter(_ answer: inout OriginAnswer) { answer = .invalidRange(size: answer.range.upperBound) }
}
