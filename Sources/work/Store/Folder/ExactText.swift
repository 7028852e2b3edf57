/// Text that is told from other text by its bytes, as file systems and the journal do it. Swift's own strings are equal
/// where Unicode takes them for the same: `é` as one character, and as a letter with an accent.
package struct ExactText: Hashable, Sendable, CustomStringConvertible {
    private let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    package static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
