/// Says something of the object that may not be true: a header of the caller's choice, beside or in place of the own.
package struct ForeignHeader: Fault {
    package static let help = (form: "header=NAME:VALUE", text: "a header, true or not: ETag:\"x\"")

    private let name: String
    private let value: String

    package init?(parsing text: String) {
        guard let field = Self.argument(of: "header", in: text), let colon = field.firstIndex(of: ":") else {
            return nil
        }
        name = String(field[..<colon])
        value = String(field[field.index(after: colon)...])
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfName), value.isFieldValue else { return nil }
    }

    package func alter(_ answer: inout OriginAnswer) { answer.headers[name] = value }

    private static func isOfName(_ byte: UInt8) -> Bool {
        let character = Character(UnicodeScalar(byte))
        return character == "-" || (character.isASCII && (character.isLetter || character.isNumber))
    }
}
