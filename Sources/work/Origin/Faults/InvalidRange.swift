/// Says of any range, and of the whole, that the object does not reach so far.
package struct InvalidRange: Fault {
    package static let help = (form: "416", text: "no such range, with the object's size")

    package init() {}

    package init?(parsing text: String) {
        guard text == "416" else { return nil }
    }

    package func alter(_ answer: inout Answer) { answer = .invalidRange(size: answer.range.upperBound) }
}
